"""The Train page's tabs: which there are, and the way back to one of them from a study."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

ONE_RUN, SWEEP, REPEAT = "One run", "Sweep", "Repeat the report"
_KEY = "train_tab"


def tabs() -> Sequence[DeltaGenerator]:
    """Draw the tabs' heads; of each, `open` says whether it is the one to draw."""
    return st.tabs([ONE_RUN, SWEEP, REPEAT], key=_KEY, on_change="rerun")


def go_to(tab: str) -> None:
    """Leave the run or study that is shown for a tab; for a button's `on_click`."""
    st.session_state[_KEY] = tab
    st.query_params.clear()

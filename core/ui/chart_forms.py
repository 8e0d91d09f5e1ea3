"""Draws charts whose form is worked out once, and whose numbers alone are sent each time.

Altair takes about 40 ms to make and check a chart; a page that is polled draws two each second. What changes
with each look is the data, so the form names its data and is remembered without them.
"""

from collections.abc import Callable, Hashable
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

Make = Callable[..., alt.TopLevelMixin]


def show_chart(
    make: Make,
    *form: Hashable,
    data: dict[str, pd.DataFrame],
    key: str | None = None,
    text: str | None = None,
) -> None:
    """Draw the chart `make(*form)`.

    Args:
        make: a function of a module; its charts take their data as `alt.NamedData`, of the names in `data`.
        form: all that the chart's form depends on.
        data: the frame behind each name.
        key: what Streamlit knows the chart by; with one, a chart that grows does not start anew.
        text: what the chart shows, for those who cannot see it.
    """
    spec = _spec(f"{make.__module__}.{make.__qualname__}", form, make)
    st.vega_lite_chart(spec=spec | {"datasets": data}, key=key, alt=text)


@st.cache_data(max_entries=256, show_spinner=False)
def _spec(name: str, form: tuple[Hashable, ...], _make: Make) -> dict[str, Any]:
    """The Vega-Lite form of a chart; `name` stands for `_make`, which Streamlit need not look into."""
    spec = _make(*form).to_dict()
    # Altair's own theme: its fixed width would win over the page's.
    spec.pop("config", None)
    return spec

"""Kept features on the Train page: the disk they take, what they are, and a button that gives it back."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from core.runs.feature_space import FeatureSpace, clear_features, feature_space
from core.runs.features import FeatureSet
from core.ui.formatting import NOTHING, count, plain, size, when
from core.ui.resources import settings
from core.ui.vocabulary import FINE_TUNE

LAYER_OF = {"block5_pool": "none", "block4_pool": "block5", "block3_pool": "block4"}
"""Which fine-tuning reads the output of which layer."""
_ASKED = "features_clear_asked"


def show_kept_features() -> None:
    """Draw what is kept and the way to clear it; nothing while nothing is kept."""
    space = feature_space(settings())
    if not space.sets:
        return
    with st.popover(
        f"Kept features: {size(space.bytes)} of {size(space.max_bytes)}", icon=":material/hard_drive:"
    ):
        st.markdown(
            "What the frozen layers of VGG-16 say of each image is computed once and shared by all runs "
            f"that need it. {count(len(space.sets), 'set')} so far; over the limit, the longest unused go."
        )
        st.table(kept_table(space), border="horizontal", hide_index=True)
        _clearing(space)


def kept_table(space: FeatureSpace) -> pd.DataFrame:
    """The sets, the last used first."""
    return pd.DataFrame([_row(kept) for kept in reversed(space.sets)])


def _row(kept: FeatureSet) -> dict[str, str]:
    used = datetime.fromtimestamp(kept.used, UTC).isoformat()
    return {
        "Fine-tuning": FINE_TUNE.get(LAYER_OF.get(kept.layer, ""), plain(kept.layer) or NOTHING),
        "Images": f"{kept.rows:,} at {kept.image_size} px" if kept.rows else NOTHING,
        "Precision": plain(kept.precision.removeprefix("mixed_")) or NOTHING,
        "Size": size(kept.bytes),
        "Used": when(used),
    }


def _clearing(space: FeatureSpace) -> None:
    if not st.session_state.get(_ASKED):
        st.button("Clear them", icon=":material/delete_sweep:", on_click=_ask, args=(True,))
        return
    st.markdown(
        "Delete them all? Runs that train go on undisturbed; the next that needs some computes them again."
    )
    with st.container(horizontal=True):
        st.button(f"Delete {size(space.bytes)}", icon=":material/delete:", on_click=_clear)
        st.button("Keep them", on_click=_ask, args=(False,))


def _ask(asked: bool) -> None:
    st.session_state[_ASKED] = asked


def _clear() -> None:
    _ask(False)
    cleared = clear_features(settings())
    told = f"Freed {size(cleared.bytes)}."
    if cleared.busy:
        told += f" {count(cleared.busy, 'set')} stayed: a run is computing it."
    st.toast(told, icon=":material/check:")

"""The chosen runs' curves over each other, as they are or smoothed. The chart: `core.ui.charts`."""

from collections.abc import Sequence

import streamlit as st

from core.runs import RunSummary
from core.ui.charts import show_learning_curves
from core.ui.compare_difference import short_labels, what_differs
from core.ui.curves import METRICS
from core.ui.legend import show_legend

SMOOTHED_FROM = 5
"""Epochs; a shorter curve has nothing to smooth."""
MOST_SMOOTHING, STEP = 0.95, 0.05


@st.fragment
def show_curves(summaries: Sequence[RunSummary]) -> None:
    """Draw loss and accuracy by epoch with a legend; says so when no run has an epoch yet."""
    if not any(summary.history for summary in summaries):
        st.caption("No curves: none of these runs has an epoch yet.")
        return
    smoothing = _ask_smoothing(summaries)
    show_legend(summaries, short_labels(summaries))
    notes = what_differs(summaries)
    notes = notes if any(notes.values()) else None
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            show_learning_curves(summaries, metric, key=f"compare_{metric}", smoothing=smoothing, notes=notes)
    faint = " The faint lines are as measured." if smoothing else ""
    st.caption(
        "Train dashed, validation solid; the large point is the best epoch, as measured. Hover for the "
        f"numbers{' and for what differs' if notes else ''}.{faint}"
    )


def _ask_smoothing(summaries: Sequence[RunSummary]) -> float:
    if max(len(summary.history) for summary in summaries) < SMOOTHED_FROM:
        return 0.0
    return st.slider(
        "Smoothing",
        0.0,
        MOST_SMOOTHING,
        0.0,
        STEP,
        key="compare smoothing",
        width=280,
        help="Weight of the epochs before in an exponential moving average. 0 draws what was measured.",
    )

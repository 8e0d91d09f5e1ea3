"""The legend of charts that draw several runs: inside the charts, long names would eat up the curves."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.runs import RunSummary
from core.ui.curves import run_colors, run_labels


def show_legend(summaries: Sequence[RunSummary]) -> None:
    """Draw each run's colour beside its name, as `core.ui.charts.learning_curves` colours them."""
    labels, colors = run_labels(summaries), run_colors([summary.id for summary in summaries])
    entries = [
        f'<span style="white-space:nowrap"><span style="color:{colors[summary.id]}">&#9632;</span> '
        f"{escape(labels[summary.id])}</span>"
        for summary in summaries
    ]
    if entries:
        st.html(" &emsp;".join(entries))

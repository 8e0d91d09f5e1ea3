"""The legend of charts that draw several runs: inside the charts, long names would eat up the curves."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from core.runs import RunSummary
from core.ui.curves import run_labels, run_looks
from core.ui.palette import Look


def show_legend(summaries: Sequence[RunSummary], labels: Mapping[str, str] | None = None) -> None:
    """Draw each run's colour and symbol beside its name, as `core.ui.charts.learning_curves` draws them.

    Args:
        labels: other names than `run_labels`', by id.
    """
    labels, looks = labels or run_labels(summaries), run_looks([summary.id for summary in summaries])
    entries = [
        f'<span style="white-space:nowrap">{sign_html(looks[summary.id])} {escape(labels[summary.id])}</span>'
        for summary in summaries
    ]
    if entries:
        st.html(" &emsp;".join(entries))


def sign_html(look: Look) -> str:
    """A run's symbol in its colour, for text that takes HTML."""
    return f'<span style="color:{look.color}">{look.sign}</span>'

"""The lower half of Compare: the verdict on the chosen runs, their curves, what differs, a card of each."""

from collections.abc import Sequence

import streamlit as st

from core.runs import RunSummary
from core.runs.marks import marks
from core.ui import compare_choice as choice
from core.ui.compare_axes import show_differences
from core.ui.compare_columns import best_score, interval, test_count
from core.ui.compare_curves import show_curves
from core.ui.compare_difference import short_labels
from core.ui.curves import run_looks
from core.ui.formatting import NOTHING, count, interval_words, plain, share
from core.ui.legend import sign_html
from core.ui.links import link
from core.ui.palette import Look
from core.ui.verdict_view import show_verdict
from core.ui.vocabulary import state_words

MOST_SIDE_BY_SIDE = 10
"""More runs cannot be told apart, and with each more chance has one more try."""
IN_A_ROW = 3


def show_chosen(summaries: Sequence[RunSummary]) -> None:
    """Draw the chosen runs; an invitation to choose when there are none."""
    if not summaries:
        st.info("Tick one run or more in the table to see their curves.", icon=":material/check_box:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{count(len(summaries), 'run')} chosen", anchor=False, width="content")
        st.button("Clear the choice", icon=":material/close:", on_click=choice.clear, type="tertiary")
    drawn = summaries[:MOST_SIDE_BY_SIDE]
    if len(summaries) > len(drawn):
        st.info(
            f"Verdict, curves and cards are of the first {MOST_SIDE_BY_SIDE}: more cannot be told apart. "
            "What differs is told of all; a brush there chooses fewer."
        )
    show_verdict(drawn)
    if len(drawn) == 1:
        _cards(drawn)
    show_curves(drawn)
    show_differences(summaries)
    if len(drawn) > 1:
        st.subheader("The runs", anchor=False)
        _cards(drawn)


def _cards(summaries: Sequence[RunSummary]) -> None:
    looks, labels = run_looks([summary.id for summary in summaries]), short_labels(summaries)
    # Row by row, so that a phone, where columns stand below each other, keeps the order.
    for start in range(0, len(summaries), IN_A_ROW):
        row = summaries[start : start + IN_A_ROW]
        for column, summary in zip(st.columns(min(IN_A_ROW, len(summaries))), row, strict=False):
            with column:
                _card(summary, labels[summary.id], looks[summary.id])


def _card(summary: RunSummary, label: str, look: Look) -> None:
    score, words = best_score(summary), state_words(summary.state.state)
    accuracy = score.test_accuracy if score else None
    with st.container(border=True, gap="xsmall"):
        st.html(
            f'<div style="display:flex;align-items:center;gap:6px;line-height:1">{sign_html(look)}'
            f'<div style="flex:1;height:4px;border-radius:2px;background:{look.color}"></div></div>'
        )
        link("run", f"**{plain(label)}**", run=summary.id)
        with st.container(horizontal=True, gap="xsmall"):
            st.badge(words.label, icon=words.icon, color=words.color)
            for mark in marks(summary):
                st.badge(plain(mark), icon=":material/label:", color="yellow")
        st.markdown(f"Test accuracy **{share(accuracy)}**")
        st.caption(
            f"{interval_words(interval(summary, 'test'), test_count(summary))}  \n{_validation_line(summary)}"
        )
        if summary.has_model:
            link("predict", "Try it on a photo", icon=":material/add_a_photo:", run=summary.id)


def _validation_line(summary: RunSummary) -> str:
    score = best_score(summary)
    if score is None:
        return f"validation {NOTHING}: no epoch has ended"
    return (
        f"validation {share(score.val_accuracy)} at the best epoch, {score.epoch} of {len(summary.history)}"
    )

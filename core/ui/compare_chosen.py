"""The lower half of Compare: the chosen runs' scores, their curves over each other, what differs."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.runs import RunSummary
from core.ui import compare_choice as choice
from core.ui.charts import show_learning_curves
from core.ui.compare_columns import best_score, test_count
from core.ui.compare_difference import difference_table, mismatch
from core.ui.curves import METRICS, run_colors, run_labels
from core.ui.formatting import NOTHING, count, plain, share
from core.ui.links import link
from core.ui.palette import RUN_COLORS
from core.ui.train_result import interval_words
from core.ui.vocabulary import marks, state_words

MAX_OVERLAID = len(RUN_COLORS)
"""More curves than colours cannot be told apart."""


def show_chosen(summaries: Sequence[RunSummary]) -> None:
    """Draw the chosen runs; an invitation to choose when there are none."""
    if not summaries:
        st.info("Tick one run or more in the table to see their curves.", icon=":material/check_box:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{count(len(summaries), 'run')} chosen", anchor=False, width="content")
        st.button("Clear the choice", icon=":material/close:", on_click=choice.clear, type="tertiary")
    if warning := mismatch(summaries):
        st.warning(warning, icon=":material/warning:")
    if len(summaries) > MAX_OVERLAID:
        st.info(f"The first {MAX_OVERLAID} are drawn: more curves cannot be told apart.")
    drawn = summaries[:MAX_OVERLAID]
    _cards(drawn)
    _curves(drawn)
    _differences(drawn)


def _cards(summaries: Sequence[RunSummary]) -> None:
    colors = run_colors([summary.id for summary in summaries])
    columns = st.columns(min(3, len(summaries)))
    for i, summary in enumerate(summaries):
        with columns[i % len(columns)]:
            _card(summary, colors[summary.id])


def _card(summary: RunSummary, color: str) -> None:
    score, words = best_score(summary), state_words(summary.state.state)
    accuracy = score.test_accuracy if score else None
    with st.container(border=True, gap="xsmall"):
        st.html(f'<div style="height:4px;border-radius:2px;background:{color}"></div>')
        link("train", f"**{plain(summary.title)}**", run=summary.id)
        with st.container(horizontal=True, gap="xsmall"):
            st.badge(words.label, icon=words.icon, color=words.color)
            for mark in marks(summary):
                st.badge(plain(mark), icon=":material/label:", color="yellow")
        st.markdown(f"Test accuracy **{share(accuracy)}**")
        st.caption(f"{interval_words(accuracy, test_count(summary))}  \n{_validation_line(summary)}")
        if summary.has_model:
            link("predict", "Try it on a photo", icon=":material/add_a_photo:", run=summary.id)


def _validation_line(summary: RunSummary) -> str:
    score = best_score(summary)
    if score is None:
        return f"validation {NOTHING}: no epoch has ended"
    return (
        f"validation {share(score.val_accuracy)} at the best epoch, {score.epoch} of {len(summary.history)}"
    )


def _curves(summaries: Sequence[RunSummary]) -> None:
    _legend(summaries)
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            show_learning_curves(summaries, metric, key=f"compare_{metric}")
    st.caption("Train dashed, validation solid; the large point is the best epoch. Hover for the numbers.")


def _legend(summaries: Sequence[RunSummary]) -> None:
    """One legend for both charts: inside them, long names would eat up the curves."""
    labels, colors = run_labels(summaries), run_colors([summary.id for summary in summaries])
    entries = [
        f'<span style="color:{colors[summary.id]}">&#9632;</span> {escape(labels[summary.id])}'
        for summary in summaries
    ]
    st.html("&emsp;".join(entries))


def _differences(summaries: Sequence[RunSummary]) -> None:
    if len(summaries) < 2:
        return
    st.subheader("What differs", anchor=False)
    differences = difference_table(summaries)
    if differences.empty:
        st.write("Nothing: these runs were asked for the same.")
    else:
        st.table(differences)

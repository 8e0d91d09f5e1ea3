"""What an ended run came to: its scores with n and interval, or why it has none; and where to go next."""

from typing import Literal

import streamlit as st

from core.runs import RunSummary, State
from core.runs.records import Metrics, score_interval
from core.ui.formatting import SPLIT_WORDS, count, interval_words, plain, seconds, share
from core.ui.links import link
from core.ui.resources import store
from core.ui.rights import may_change
from core.ui.train_control import show_extend, show_resume_button
from core.ui.train_start import show_copy_button, show_form_button, start_like
from core.ui.train_weights import lacks_weights
from core.ui.vocabulary import state_words

BROKEN = (State.FAILED, State.CRASHED)
"""Ended otherwise than somebody wanted: it says what to do next, also when earlier scores are there."""


def show_result(summary: RunSummary) -> None:
    """Draw the outcome of a run that has ended."""
    _say_how_it_ended(summary)
    if lacks_weights(summary):
        st.button(
            "Start again with random weights",
            type="primary",
            icon=":material/casino:",
            on_click=_start_random,
            args=(summary.id,),
        )
    if summary.metrics:
        _scores(summary.metrics)
        if unscored := len(summary.history) - summary.metrics.last.epoch:
            st.caption(f"{count(unscored, 'epoch')} came after these scores. Resume it to have them scored.")
    _where_next(summary)


def _say_how_it_ended(summary: RunSummary) -> None:
    words, reason = state_words(summary.state.state), summary.state.reason
    if summary.has_model and summary.state.state not in BROKEN:
        if reason:
            st.info(plain(reason), icon=words.icon)
        return
    st.warning(f"{plain(reason or words.explanation)}  \n{words.next_step}", icon=words.icon)


def _scores(metrics: Metrics) -> None:
    test, validation, train = st.columns(3)
    with test:
        _score(metrics, "test")
    with validation:
        _score(metrics, "val")
    with train, st.container(border=True, gap="xsmall"):
        st.metric("Train accuracy", share(metrics.best.train_accuracy))
        st.caption("Keras's running mean over the epoch, with dropout on.")
    st.caption(
        f"At the best epoch, {metrics.best.epoch} of {metrics.last.epoch}: the one with the lowest "
        "validation loss, the earliest on a tie. Its weights are the run's model."
    )


def _score(metrics: Metrics, split: Literal["val", "test"]) -> None:
    counted, words = metrics.splits.get(split), SPLIT_WORDS[split]
    n = counted.n if counted else 0
    with st.container(border=True, gap="xsmall"):
        st.metric(
            f"{words.capitalize()} accuracy",
            share(getattr(metrics.best, f"{split}_accuracy")),
            help=f"Share of the {n:,} {words} images that the model gets right at a threshold of 0.5. The "
            "interval, made this way, holds the true share 95 times of 100: persons are drawn anew where "
            "some have several photos, and it is Wilson's otherwise.",
        )
        st.caption(interval_words(score_interval(metrics.best, split, n), n))


def _where_next(summary: RunSummary) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if summary.has_model:
            link("predict", "Try it on a photo", icon=":material/add_a_photo:", run=summary.id)
        if summary.history:
            link("run", "Look into the run", icon=":material/troubleshoot:", run=summary.id)
            link("compare", "Compare it", icon=":material/compare_arrows:", runs=summary.id)
        if may_change(summary):
            show_resume_button(summary)
            show_extend(summary)
        if summary.config is not None:
            show_copy_button(summary.id)
        else:
            show_form_button()
    if summary.state.seconds:
        st.caption(f"It ran for {seconds(summary.state.seconds)}.")


def _start_random(run_id: str) -> None:
    start_like(store().get(run_id), weights="random")

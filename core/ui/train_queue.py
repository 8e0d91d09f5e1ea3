"""The queue on the Train page: what trains and waits, in order; what waits can be moved and cancelled."""

from functools import partial

import streamlit as st

from core.access import Act
from core.jobs import JobQueue
from core.runs import RunSummary, State
from core.ui.formatting import plain
from core.ui.links import link
from core.ui.resources import queue, store
from core.ui.rights import may, may_change
from core.ui.train_control import ask
from core.ui.vocabulary import state_words

POLL_S = 2
WIDTH = 720
"""Pixels; on a wide page the buttons stay near the names that they belong to."""


def show_queue(but: str | None = None) -> None:
    """Draw the open runs in their order; nothing unless there is one beside `but`, the run the page shows."""
    if any(summary.id != but for summary in _open_runs()):
        st.fragment(_queue, run_every=POLL_S)(but)


def _queue(shown: str | None) -> None:
    open_runs = _open_runs()
    if not any(summary.id != shown for summary in open_runs):
        # Ends the polling.
        st.rerun()
    # A run that was moved to the front has the first place among those that wait, and the active one too.
    open_runs.sort(key=lambda summary: summary.state.state is State.QUEUED)
    waiting = queue().waiting()
    st.subheader("Queue", anchor=False)
    with st.container(width=WIDTH, gap="xsmall"):
        for summary in open_runs:
            _row(summary, waiting, shown)


def _open_runs() -> list[RunSummary]:
    """Those that whoever looks may see: in a demo others wait, too."""
    return [item for run_id in queue().open_runs() if (item := store().summary(run_id))]


def _row(summary: RunSummary, waiting: list[str], shown: str | None) -> None:
    place = waiting.index(summary.id) if summary.id in waiting else None
    words = state_words(summary.state.state)
    label = words.label if place is None else f"{words.label}, {place + 1} of {len(waiting)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", width="stretch"):
            st.badge(label, icon=words.icon, color=words.color)
            if summary.id == shown:
                st.markdown(f"{plain(summary.title)} (this run)", width="content")
            else:
                link("train", plain(summary.title), run=summary.id)
        if place is not None and may_change(summary):
            _order_buttons(summary, place, len(waiting))


def _order_buttons(summary: RunSummary, place: int, count: int) -> None:
    moves = (
        ("Move up", partial(JobQueue.move, place=place - 1), place > 0),
        ("Move down", partial(JobQueue.move, place=place + 1), place + 1 < count),
    )
    buttons = (*(moves if may(Act.REORDER) else ()), ("Cancel", JobQueue.cancel, True))
    with st.container(horizontal=True, width="content", gap="small"):
        for words, action, possible in buttons:
            st.button(
                words,
                key=f"{words} {summary.id}",
                type="tertiary",
                disabled=not possible,
                on_click=ask,
                args=(action, summary.id),
            )

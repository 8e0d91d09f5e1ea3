"""Buttons that ask something of a run: resume, train longer. To end it: `core.ui.train_kill`."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.errors import LineamentError
from core.jobs import JobQueue, control
from core.runs import RESUMABLE, RunSummary, State
from core.ui.formatting import count, plain
from core.ui.resources import queue
from core.ui.train_fields import bounds

EXTENDABLE = (State.FINISHED, State.STOPPED, State.PAUSED)
"""Where more epochs are offered; after a crash or a failure, going on comes first."""
MORE_EPOCHS = 5
"""What is proposed."""
_MORE = "train_more_epochs"


def ask(action: Callable[[JobQueue, str], object], run_id: str) -> None:
    """Do one of `core.jobs.control` or of the queue to a run; for a button's `on_click`."""
    try:
        action(queue(), run_id)
    except LineamentError as error:
        # It began or ended in the meantime, or the queue is full; the page shows where it is.
        st.toast(plain(str(error)), icon=":material/info:", duration="long")


def show_resume_button(summary: RunSummary) -> None:
    """Draw Resume where there is something to go on with."""
    if can_resume(summary):
        st.button("Resume", icon=":material/resume:", on_click=ask, args=(control.resume, summary.id))


def can_resume(summary: RunSummary) -> bool:
    """Whether a run that ended early has something left to do; a failed one needs an epoch to go on from."""
    if summary.state.state not in RESUMABLE or summary.config is None:
        return False
    done = len(summary.history)
    if summary.state.state is State.FAILED and not done:
        return False
    # Cut off after the last epoch, it still has to be scored.
    cut_off = summary.state.state in (State.PAUSED, State.CRASHED)
    return cut_off or not summary.has_model or done < summary.config.epochs


def show_extend(summary: RunSummary) -> None:
    """Draw the way to more epochs for a run that ended well, within what the host allows."""
    room = most_more_epochs(summary)
    if room < 1:
        return
    with st.popover("Train longer", icon=":material/more_time:"):
        st.caption(
            f"It was asked for {count(summary.config.epochs, 'epoch')} and did "
            f"{len(summary.history):,}. It goes on after its last."
        )
        st.number_input("More epochs", 1, room, min(MORE_EPOCHS, room), key=_MORE)
        st.button("Add them and train", icon=":material/play_arrow:", on_click=_extend, args=(summary.id,))


def most_more_epochs(summary: RunSummary) -> int:
    """How many epochs this run may be given on top; 0 where it cannot be extended."""
    if summary.state.state not in EXTENDABLE or summary.config is None:
        return 0
    return max(0, bounds("epochs")[1] - summary.config.epochs)


def _extend(run_id: str) -> None:
    ask(partial(control.extend, epochs=st.session_state[_MORE]), run_id)

"""Buttons that ask something of a run that is there: stop, pause, resume."""

from collections.abc import Callable

import streamlit as st

from core.errors import LineamentError
from core.jobs import JobQueue, control
from core.runs import RESUMABLE, RunSummary, State
from core.ui.formatting import plain
from core.ui.resources import queue


def ask(action: Callable[[JobQueue, str], object], run_id: str) -> None:
    """Do one of `core.jobs.control` to a run; for a button's `on_click`."""
    try:
        action(queue(), run_id)
    except LineamentError as error:
        # It began or ended in the meantime; the page shows where it is.
        st.toast(plain(str(error)))


def show_resume_button(summary: RunSummary) -> None:
    """Draw Resume where there is something to go on with."""
    if can_resume(summary):
        st.button("Resume", icon=":material/resume:", on_click=ask, args=(control.resume, summary.id))


def can_resume(summary: RunSummary) -> bool:
    """Whether epochs are left to a run that ended early; a failed one needs an epoch to go on from."""
    if summary.state.state not in RESUMABLE or summary.config is None:
        return False
    done = len(summary.history)
    return done < summary.config.epochs and (done > 0 or summary.state.state is not State.FAILED)

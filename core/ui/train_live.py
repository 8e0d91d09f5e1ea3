"""One run on the Train page: live while it is open, then its results (`core.ui.train_result`)."""

import streamlit as st

from core.errors import UnknownRunError
from core.jobs import control
from core.runs import ALIVE, OPEN, Run, RunSummary, State
from core.runs.marks import marks
from core.runs.records import Progress
from core.ui import train_progress
from core.ui.charts import show_learning_curves
from core.ui.curves import METRICS
from core.ui.formatting import plain
from core.ui.resources import queue, store
from core.ui.rights import may_change
from core.ui.train_alarms import show_alarms
from core.ui.train_control import ask
from core.ui.train_kill import show_kill, show_ladder
from core.ui.train_result import show_result
from core.ui.train_start import show_form_button, show_trouble
from core.ui.vocabulary import config_line, state_words

POLL_S = 1
LOG_BYTES = 6_000
LOG_HEIGHT = 260
WHY_BETTER = (
    "Why can validation be better than training? Dropout is on only while training, and the training figure "
    "is a running mean over the epoch, from its first batch on; validation is taken at the epoch's end."
)


def show_run(run_id: str) -> None:
    """Draw the run that the address names, or say that there is none."""
    try:
        summary = store().summary(run_id)
        if summary is None:
            raise UnknownRunError(f"There is no run {run_id}. It may have been deleted.")
    except UnknownRunError as error:
        st.error(plain(str(error)))
        show_form_button()
        return
    if summary.state.state in OPEN:
        st.fragment(_live, run_every=POLL_S)(run_id)
    else:
        _ended(summary)


def _live(run_id: str) -> None:
    """What is polled. Draws the same elements each time, so that nothing moves or flickers."""
    summary = store().summary(run_id)
    if summary is None or summary.state.state not in OPEN:
        st.rerun()
    run = store().get(run_id)
    progress = train_progress.current(summary.state, run.progress())
    waiting = queue().waiting()
    _header(summary)
    place = waiting.index(run_id) if run_id in waiting else None
    st.progress(train_progress.bar(progress), text=train_progress.headline(summary, progress, place))
    st.caption(_detail(summary, run, progress))
    _buttons(summary, run)
    # In a box that is always there: what comes and goes in it does not make the charts start anew.
    with st.container():
        show_kill(summary, run, progress)
        show_alarms(run)
    _curves(summary)
    _log(run)


def _ended(summary: RunSummary) -> None:
    _header(summary)
    show_trouble()
    show_ladder(summary)
    show_result(summary)
    run = store().get(summary.id)
    show_alarms(run)
    if summary.history:
        _curves(summary)
    if summary.config is not None:
        _log(run)


def _header(summary: RunSummary) -> None:
    words = state_words(summary.state.state)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(summary.title), anchor=False, width="content")
            st.badge(words.label, icon=words.icon, color=words.color, help=words.explanation)
            for mark in marks(summary):
                st.badge(plain(mark), icon=":material/label:", color="yellow")
        if summary.config is not None:
            st.caption(f"{plain(config_line(summary.config))}  \nRun {summary.id}")


def _detail(summary: RunSummary, run: Run, progress: Progress | None) -> str:
    if summary.state.state not in ALIVE:
        return state_words(summary.state.state).explanation
    line = train_progress.detail(summary.state, progress)
    asked = run.requested()
    return f"Asked to {asked}: it does so after the batch in hand · {line}" if asked else line


def _buttons(summary: RunSummary, run: Run) -> None:
    if not may_change(summary):
        return
    with st.container(horizontal=True):
        if summary.state.state is State.QUEUED:
            st.button("Cancel", icon=":material/close:", on_click=ask, args=(control.stop, run.id))
            return
        asked = run.requested() is not None or summary.state.state is State.STOPPING
        for label, action in (("Stop", control.stop), ("Pause", control.pause)):
            icon = f":material/{label.lower()}:"
            st.button(label, icon=icon, disabled=asked, on_click=ask, args=(action, run.id))


def _curves(summary: RunSummary) -> None:
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            show_learning_curves([summary], metric, key=f"train_{metric}")
    st.caption(WHY_BETTER)


def _log(run: Run) -> None:
    with st.expander("Log"):
        st.code(run.log_tail(LOG_BYTES) or "Nothing was printed yet.", language=None, height=LOG_HEIGHT)

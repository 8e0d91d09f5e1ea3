"""One study on the Train page, at `?study=<id>`: live while a run of it is open, then its results.

What it shows of the runs: `core.ui.study_results`; which words: `core.ui.study_progress`.
"""

from collections.abc import Sequence

import streamlit as st

from core.errors import UnknownRunError
from core.jobs import JobQueue
from core.jobs.estimate import estimate_all, total
from core.runs import ALIVE, OPEN, RunSummary, State
from core.runs.marks import marks
from core.runs.records import Progress
from core.runs.studies import Study, study_runs
from core.ui import study_progress, train_progress
from core.ui.formatting import plain, seconds, when
from core.ui.links import link
from core.ui.resources import queue, store, studies, trash
from core.ui.study_results import show_results
from core.ui.train_control import ask
from core.ui.train_estimate import newest_finished, rounded, waiting_before
from core.ui.train_start import show_form_button
from core.ui.train_sweep_fields import as_text, label, words
from core.ui.train_tabs import REPEAT, SWEEP, go_to
from core.ui.vocabulary import state_words

POLL_S = 2


def show_study(study_id: str) -> None:
    """Draw the study that the address names, or say that there is none."""
    try:
        study = studies().get(study_id)
    except UnknownRunError as error:
        st.error(plain(str(error)))
        show_form_button()
        return
    _ways_out(study)
    runs = study_runs(study, trash())
    if any(run.state.state in OPEN for run in runs):
        st.fragment(_live, run_every=POLL_S)(study)
    else:
        _header(study, runs)
        st.markdown(study_progress.headline(runs))
        show_results(study, runs)


def study_words(study: Study) -> str:
    """What was varied: "Learning rate 0.1, 0.001 × Fine-tuning Frozen, Block 5"."""
    if study.kind == "report":
        return "The report's eight runs: learning rate 0.1, 0.001, 0.00001, frozen and fine-tuned"
    parts = [
        f"{label(name)} {', '.join(words(name, as_text(name, _tuples(value))) for value in found)}"
        for name, found in study.grid.items()
    ]
    return " × ".join(parts)


def _live(study: Study) -> None:
    """What is polled. Draws the same elements each time, so that nothing moves or flickers."""
    runs = study_runs(study, trash())
    if not any(run.state.state in OPEN for run in runs):
        st.rerun()
    alive = [run for run in runs if run.state.state in ALIVE]
    progress = {run.id: train_progress.current(run.state, store().get(run.id).progress()) for run in alive}
    _header(study, runs)
    st.progress(study_progress.bar(runs, progress), text=study_progress.headline(runs))
    st.caption(_time_left(runs))
    with st.container(gap="xsmall"):
        _current(alive, progress)
    waiting = [run.id for run in runs if run.state.state is State.QUEUED]
    st.button(
        "Cancel the waiting runs",
        key="cancel_study",
        icon=":material/close:",
        disabled=not waiting,
        on_click=_cancel,
        args=(waiting,),
    )
    show_results(study, runs)


def _header(study: Study, runs: Sequence[RunSummary]) -> None:
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(study.name), anchor=False, width="content")
            _badge(runs)
            for mark in dict.fromkeys(mark for run in runs for mark in marks(run)):
                st.badge(plain(mark), icon=":material/label:", color="yellow")
        st.caption(f"{plain(study_words(study))}  \nStudy {study.id}, queued {when(study.created_at)}")


def _badge(runs: Sequence[RunSummary]) -> None:
    """The study as a whole: it trains, waits, or has come to its end."""
    states = {run.state.state for run in runs}
    state = State.RUNNING if states & ALIVE else State.QUEUED if State.QUEUED in states else State.FINISHED
    words = state_words(state)
    if state is State.FINISHED and states != {State.FINISHED}:
        st.badge("Ended, not all finished", icon=":material/rule:", color="orange")
    else:
        st.badge(words.label, icon=words.icon, color=words.color)


def _time_left(runs: Sequence[RunSummary]) -> str:
    """What is left of the study, with the runs of others that come before its last."""
    opened = [run_id for run_id in queue().open_runs() if run_id in {run.id for run in runs}]
    if not opened:
        return "Nothing is left but the last run's end."
    judged = total(estimate_all(waiting_before(opened[-1]), newest_finished()))
    grounds = "" if judged.measured else ", a rough guess until a run like these has ended"
    return f"About {seconds(rounded(judged.seconds))} left{grounds}. You may leave this page."


def _current(alive: Sequence[RunSummary], progress: dict[str, Progress | None]) -> None:
    if not alive:
        st.caption("Its next run waits for its turn.")
    for run in alive:
        said = progress[run.id]
        words = state_words(run.state.state)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(words.label, icon=words.icon, color=words.color)
            link("train", plain(run.title), run=run.id)
            st.caption(train_progress.headline(run, said))


def _cancel(run_ids: Sequence[str]) -> None:
    for run_id in run_ids:
        ask(JobQueue.cancel, run_id)


def _ways_out(study: Study) -> None:
    # Outside of what is polled: a button in a fragment would not lead the page away.
    with st.container(horizontal=True, vertical_alignment="center"):
        link("compare", "Compare its runs", icon=":material/compare_arrows:", study=study.id)
        tab = REPEAT if study.kind == "report" else SWEEP
        st.button("New study", icon=":material/add:", on_click=go_to, args=(tab,))


def _tuples(value: object) -> object:
    # JSON has made lists of them.
    return tuple(value) if isinstance(value, list) else value

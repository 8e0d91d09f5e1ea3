"""Ending a trainer that does not answer: when it is offered, and the ladder's steps as they are taken.

The ladder itself is `core.jobs.control.kill`. It runs in a thread of its own, so that neither a poll nor a
closed tab leaves it half climbed; every page that shows the run shows the same steps.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread

import streamlit as st

from core.errors import LineamentError
from core.jobs import control
from core.jobs.control import KillStep
from core.runs import ALIVE, Run, RunSummary, State
from core.runs.records import Progress
from core.ui.formatting import plain, seconds
from core.ui.resources import queue
from core.ui.rights import may_change
from core.ui.train_progress import SILENT_AFTER_S, silence

UNANSWERED_AFTER_S = 10
"""A trainer looks for requests at each batch; one that trains answers well within this."""


@dataclass
class Ladder:
    """The steps taken so far to end one attempt of a run; `trouble` says why it could not be tried."""

    steps: list[KillStep] = field(default_factory=list)
    trouble: str = ""
    over: bool = False

    def climb(self, steps: Iterator[KillStep]) -> None:
        """Take the steps, one after the other; blocks until the last."""
        try:
            for step in steps:
                self.steps.append(step)
        except (LineamentError, OSError) as error:
            self.trouble = str(error)
        finally:
            self.over = True

    @property
    def ended(self) -> bool:
        """Whether the run is down."""
        return bool(self.steps) and self.steps[-1].ended


@st.cache_resource(show_spinner=False)
def _ladders() -> dict[tuple[str, int], Ladder]:
    """By run id and attempt: a resumed run has not been asked to end."""
    return {}


def show_kill(summary: RunSummary, run: Run, progress: Progress | None) -> None:
    """Draw the ladder that is under way, or the offer of one where the trainer does not answer."""
    ladder = _ladders().get(_key(summary))
    if ladder:
        show_ladder(summary)
    why = unanswered(summary, run, progress)
    if why and may_change(summary) and (ladder is None or ladder.over):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "End it",
                icon=":material/power_off:",
                on_click=_end,
                args=(summary,),
                help="Asks once more, then ends the trainer's process. Finished epochs are kept.",
            )
            st.caption(why)


def show_ladder(summary: RunSummary) -> None:
    """Draw the steps that were taken to end this attempt, also after they worked."""
    ladder = _ladders().get(_key(summary))
    # It may have ended by itself just before the first step.
    if ladder is None or not (ladder.steps or summary.state.state in ALIVE):
        return
    label = "Ending the trainer"
    if ladder.over:
        label = "The trainer was ended" if ladder.ended else "The trainer could not be ended"
    state = "running" if not ladder.over else "complete" if ladder.ended else "error"
    # Not by `with`: that calls it complete at the end of each poll.
    status = st.status(label, state=state, expanded=not ladder.ended)
    for words in (*(step.words for step in ladder.steps), ladder.trouble):
        if words:
            status.markdown(plain(words))


def unanswered(summary: RunSummary, run: Run, progress: Progress | None) -> str:
    """Why ending the trainer is offered, "" while it answers."""
    if summary.state.state not in ALIVE:
        return ""
    silent = silence(summary.state, progress)
    if silent > SILENT_AFTER_S:
        return (
            f"No sign of life for {seconds(silent)}. A slow step or a busy machine can do that; see the log."
        )
    # One that is stopping, or scores already, has nothing left to answer.
    busy = summary.state.state is State.STOPPING or (progress is not None and progress.phase == "scoring")
    asked = None if busy else _asked_for(run)
    if asked is not None and asked > UNANSWERED_AFTER_S:
        return f"It was asked to {run.requested()} {seconds(asked)} ago and has not answered."
    return ""


def _asked_for(run: Run) -> float | None:
    """Seconds since the open request was made; None without one."""
    try:
        made = (run.path / "control.json").stat().st_mtime
    except OSError:
        return None
    return time.time() - made if run.requested() else None


def _key(summary: RunSummary) -> tuple[str, int]:
    return summary.id, summary.state.attempt


def _end(summary: RunSummary) -> None:
    ladders, key = _ladders(), _key(summary)
    if key in ladders and not ladders[key].over:
        return
    ladder = ladders[key] = Ladder()
    steps = control.kill(queue(), summary.id)
    # A daemon: a server that is told to end does not wait for it.
    Thread(target=ladder.climb, args=(steps,), daemon=True).start()

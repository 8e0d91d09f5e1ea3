"""The life of a run: its states, what may follow what, and how a death is noticed.

`crashed`, `damaged` and `deleted` are never written: a reader concludes them. Crashed is "starting, running
or stopping, and nobody holds the lock"; damaged is a folder whose files cannot be read; deleted is a run that
a study names and that is not among the saved ones any more.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class State(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    CRASHED = "crashed"
    DAMAGED = "damaged"
    DELETED = "deleted"


ALIVE = frozenset({State.STARTING, State.RUNNING, State.STOPPING})
"""A trainer holds the lock, or the run has crashed."""
OPEN = ALIVE | {State.QUEUED}
"""Something will still happen by itself."""
RESUMABLE = frozenset({State.PAUSED, State.STOPPED, State.CRASHED, State.FAILED})
"""May go on from its last checkpoint."""
TOLD_TO_END = "Paused because the trainer was told to end (SIGTERM)."
"""The reason of a run that nobody asked to pause: whoever ends the machine's processes did."""


def _moment(text: str) -> str:
    """The text, if pages can reckon with it: ISO 8601 with its distance from UTC; raises ValueError."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("it does not say how far from UTC it is")
    return text


Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]


class RunState(BaseModel):
    """The content of `state.json`.

    Times are ISO 8601 in UTC; `seconds` is time spent training so far, over all attempts; `pid` is the
    trainer's, for ending it when it does not answer, never for telling whether it lives.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State
    reason: str = ""
    attempt: int = 0
    queued_at: Moment | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    seconds: float = Field(0.0, ge=0, le=1e10, allow_inf_nan=False)
    pid: int | None = None


def now() -> str:
    """The present moment as `state.json` writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")

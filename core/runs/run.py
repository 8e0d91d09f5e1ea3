"""One run's folder: the typed view of its files, for readers, and the right to write, for the lock's holder.

The layout is a public format: docs/run-folder.md.
"""

import os
import time
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from core.atomic import write_json
from core.errors import ConfigError, RunDamagedError
from core.runs.checkpoints import Checkpoints
from core.runs.config import TrainConfig
from core.runs.files import MAX_CSV_ROWS, read_csv_rows, read_json, read_last_json, read_tail
from core.runs.lock import is_locked, release_lock, take_lock
from core.runs.records import Environment, Metrics, Notes, Owner, Progress
from core.runs.state import ALIVE, RunState, State, now

NOBODY = "nobody"
"""In place of a visitor's key: the owner of a run whose `owner.json` cannot be read."""

Request = Literal["stop", "pause"]
Row = dict[str, float]
_Record = TypeVar("_Record", bound=BaseModel)


class Run:
    """Reads one run's folder. Cheap to make: nothing is read before it is asked for."""

    def __init__(self, path: Path):
        self.path = path
        self.id = path.name

    def config(self) -> TrainConfig:
        """What was asked; raises RunDamagedError when it cannot be read."""
        try:
            return TrainConfig.parse(self._json("config.json"))
        except ConfigError as error:
            first, *others = str(error).split("\n")
            more = f" And {len(others)} more." if others else ""
            raise RunDamagedError(f"config.json of {self.id}: {first}{more}") from error

    def state(self) -> RunState:
        """Where the run is in its life; a death of the trainer shows as crashed.

        Raises:
            RunDamagedError: `state.json` is missing or cannot be read.
        """
        state = self.written_state()
        if state.state in ALIVE and not is_locked(self.path / "lock"):
            # It may have ended between the two looks: its last words are on disk before the lock is free.
            state = self.written_state()
            if state.state in ALIVE:
                reason = f"The trainer died while it was {state.state}. Resume goes on from the last epoch."
                return state.model_copy(update={"state": State.CRASHED, "reason": reason})
        return state

    def written_state(self) -> RunState:
        """`state.json` as it stands, without asking whether its writer still lives."""
        return self._record("state.json", RunState)

    def history(self) -> list[Row]:
        """One row an epoch in Keras's names, `epoch` 0-based as Keras counts; a torn last line is ignored,
        and so are rows whose epoch is no whole number.

        Raises:
            RunDamagedError: `history.csv` is no table.
        """
        return [row for row in read_csv_rows(self.path / "history.csv") if _is_epoch(row.get("epoch"))]

    def progress(self) -> Progress | None:
        """The last sign of life; None before the first, or when it cannot be understood."""
        last = read_last_json(self.path / "progress.jsonl")
        try:
            return Progress.model_validate(last) if last else None
        except ValidationError:
            return None

    def metrics(self) -> Metrics | None:
        """The scores, or None before there are any."""
        return self._optional("metrics.json", Metrics)

    def environment(self) -> Environment | None:
        """Where and with what it was made, or None before the data was read."""
        return self._optional("environment.json", Environment)

    def notes(self) -> Notes:
        """What people say of it."""
        return self._optional("notes.json", Notes) or Notes()

    def visitor(self) -> str:
        """The key of the visitor of a demo whom it belongs to; "" for the host's own.

        Where `owner.json` cannot be read, nobody's: the run is shown to no visitor.
        """
        try:
            owner = self._optional("owner.json", Owner)
        except RunDamagedError:
            return NOBODY
        return owner.visitor if owner else ""

    def write_notes(self, notes: Notes) -> None:
        """Replace the notes; anyone may."""
        write_json(self.path / "notes.json", notes.model_dump())

    def log_tail(self, size: int = 16_384) -> str:
        """The end of what the trainer printed."""
        return read_tail(self.path / "log.txt", size)

    @property
    def predictions_path(self) -> Path:
        """`predictions.parquet`, which is there once the run was scored."""
        return self.path / "predictions.parquet"

    @property
    def checkpoints(self) -> Checkpoints:
        """The run's saved weights."""
        return Checkpoints(self.path / "checkpoints")

    def request(self, what: Request) -> None:
        """Ask the trainer to stop or pause; anyone may, it answers at its next batch."""
        write_json(self.path / "control.json", {"request": what, "time": now()})

    def requested(self) -> Request | None:
        """The request that is open, if any."""
        try:
            request = self._json("control.json").get("request")
        except RunDamagedError:
            return None
        return request if request in ("stop", "pause") else None

    def hold(self, handle: int | None = None) -> "HeldRun":
        """Take the run's lock, or take over an open file that already holds it.

        Raises:
            RunBusyError: somebody else holds it.
        """
        return HeldRun(self, take_lock(self.path / "lock") if handle is None else handle)

    def _json(self, name: str) -> dict[str, Any]:
        values = self._json_if_there(name)
        if values is None:
            raise RunDamagedError(f"{name} of {self.id} is missing. Restore or delete the run.")
        return values

    def _json_if_there(self, name: str) -> dict[str, Any] | None:
        try:
            return read_json(self.path / name)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RunDamagedError(f"{name} of {self.id} cannot be read: {error}.") from error

    def _record(self, name: str, kind: type[_Record]) -> _Record:
        return self._parsed(name, self._json(name), kind)

    def _optional(self, name: str, kind: type[_Record]) -> _Record | None:
        values = self._json_if_there(name)
        return None if values is None else self._parsed(name, values, kind)

    def _parsed(self, name: str, values: dict[str, Any], kind: type[_Record]) -> _Record:
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            fields = ", ".join(str(finding["loc"][0]) for finding in error.errors() if finding["loc"])
            raise RunDamagedError(f"{name} of {self.id}: {fields} cannot be understood.") from error


def _is_epoch(value: float | None) -> bool:
    return value is not None and value.is_integer() and 0 <= value < MAX_CSV_ROWS


class HeldRun:
    """A run whose lock we hold: the right to write its state. Use as a context manager."""

    def __init__(self, run: Run, handle: int):
        self.run = run
        self.handle = handle
        self._since = time.monotonic()

    def __enter__(self) -> "HeldRun":
        return self

    def __exit__(self, *_: object) -> None:
        release_lock(self.handle)

    def set_state(self, state: State, reason: str = "", **changes: Any) -> RunState:
        """Write `state.json`; time spent alive since we took the lock is added to `seconds`."""
        before = self.run.written_state()
        spent = time.monotonic() - self._since if before.state in ALIVE else 0.0
        self._since = time.monotonic()
        changes = {"seconds": before.seconds + spent, **changes}
        if state not in ALIVE and before.state in ALIVE:
            changes["ended_at"] = now()
        after = before.model_copy(update={"state": state, "reason": reason, **changes})
        write_json(self.run.path / "state.json", after.model_dump(mode="json"))
        return after

    def clear_request(self) -> None:
        """Forget a stop or pause that has been carried out."""
        (self.run.path / "control.json").unlink(missing_ok=True)

    def inheritable(self) -> int:
        """The descriptor to hand to a child through `pass_fds`."""
        os.set_inheritable(self.handle, True)
        return self.handle

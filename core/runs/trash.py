"""Deleted runs: out of sight in `artifacts/trash`, until they are restored or deleted for good.

To delete is one rename of the run's folder, and so is to restore it: a run is whole, on one side or the
other, wherever a death falls. `deleted.json` is written inside before; where a run is not in the trash, one
that is left over says nothing. To delete for good is a rename too, to a name that is no run's, and then the
removal; what a death leaves of that goes with the next emptying.
"""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, NonNegativeInt, ValidationError

from core.access import Act
from core.atomic import read_json_or_none, sync_folder, write_json
from core.errors import LineamentError, RunBusyError, RunDamagedError, RunError, UnknownRunError
from core.faults import crash_point
from core.runs.bulk import Outcome, each_of
from core.runs.files import bytes_below
from core.runs.ids import is_run_id, run_path
from core.runs.records import Record
from core.runs.run import HeldRun, Run
from core.runs.state import RunState, State
from core.runs.store import RunStore
from core.runs.summary import RunSummary, read_summary

MARK = "deleted.json"
GOING = ".gone-"
"""Names of folders that are being removed for good begin like this."""


class Mark(Record):
    """`deleted.json`: when a run was deleted, and the bytes of its files then."""

    deleted_at: AwareDatetime
    bytes: NonNegativeInt


@dataclass(frozen=True)
class DeletedRun:
    """A run in the trash; `title` is what it was called, `bytes` what deleting it for good frees."""

    id: str
    title: str
    deleted_at: datetime
    bytes: int


@dataclass(frozen=True)
class Trash:
    """The folder `artifacts/trash`, and the store whose runs come here."""

    store: RunStore
    folder: Path

    def delete(self, run_id: str) -> None:
        """Move a run here; its id stays its own, so that `restore` can bring it back.

        Raises:
            UnknownRunError: there is no such run.
            NotAllowedError: it belongs to somebody else.
            RunBusyError: it waits or trains.
            RunError: a run of that id is here already, or the folders cannot be written.
        """
        run = self.store.to_change(run_id)
        with _hold(run), _told(run_id, "deleted"):
            _refuse_while_waiting(run)
            self.folder.mkdir(parents=True, exist_ok=True)
            mark = Mark(deleted_at=datetime.now(UTC), bytes=bytes_below(run.path))
            write_json(run.path / MARK, mark.model_dump(mode="json"))
            crash_point("trash-marked")
            _move(run.path, run_path(self.folder, run_id))
            crash_point("trash-moved")
        self.store.forget(run_id)

    def restore(self, run_id: str) -> Run:
        """Move a deleted run back; raises UnknownRunError when it is not here, RunError as `delete` does."""
        source, target = self._path(run_id), run_path(self.store.runs, run_id)
        with _told(run_id, "restored"):
            self.store.runs.mkdir(parents=True, exist_ok=True)
            _move(source, target)
            crash_point("trash-restored")
            (target / MARK).unlink(missing_ok=True)
        self.store.forget(run_id)
        return Run(target)

    def delete_for_good(self, run_id: str) -> None:
        """Remove a deleted run with all its files; links in it go, what they lead to stays.

        Raises:
            UnknownRunError: it is not here.
            RunError: some of it could not be removed; it is not listed any more, and emptying tries again.
        """
        source = self._path(run_id)
        going = self.folder / f"{GOING}{secrets.token_hex(4)}-{run_id}"
        with _told(run_id, "deleted for good"):
            _move(source, going)
            crash_point("trash-going")
            _remove(going)

    def get(self, run_id: str) -> DeletedRun:
        """The deleted run of that id; raises UnknownRunError when it is not here."""
        return _described(self._path(run_id))

    def summary(self, run_id: str) -> RunSummary:
        """A run that is not among the saved ones any more, as a list that still names it shows it."""
        try:
            deleted = self.get(run_id)
        except UnknownRunError:
            return _deleted(run_id, "It was deleted for good.")
        before = read_summary(Run(run_path(self.folder, run_id)))
        day = f"{deleted.deleted_at:%Y-%m-%d}"
        words = f"It was deleted on {day}. `python -m core runs restore {run_id}` brings it back."
        return _deleted(run_id, words, config=before.config, notes=before.notes)

    def list_deleted(self) -> list[DeletedRun]:
        """All deleted runs of whoever asks, the last deleted first."""
        try:
            with os.scandir(self.folder) as entries:
                ids = [entry.name for entry in entries if _is_run_folder(entry)]
        except FileNotFoundError:
            return []
        found = [run for run_id in ids if (run := self._described_if_there(run_id)) is not None]
        return sorted(found, key=lambda run: (run.deleted_at, run.id), reverse=True)

    def empty(self) -> Outcome:
        """Delete for good all that is here, and what an interrupted removal left."""
        return self._remove_all(self.list_deleted())

    def empty_expired(self, days: int) -> Outcome:
        """Delete for good what was deleted more than `days` days ago; 0 keeps everything."""
        before = datetime.now(UTC) - timedelta(days=days)
        expired = [run for run in self.list_deleted() if run.deleted_at < before] if days else []
        return self._remove_all(expired)

    def _remove_all(self, runs: Iterable[DeletedRun]) -> Outcome:
        outcome = each_of((run.id for run in runs), self.delete_for_good)
        for left in self.folder.glob(f"{GOING}*"):
            shutil.rmtree(left, ignore_errors=True)
        return outcome

    def _described_if_there(self, run_id: str) -> DeletedRun | None:
        try:
            return self.get(run_id)
        except (UnknownRunError, FileNotFoundError):
            return None

    def _path(self, run_id: str) -> Path:
        path = run_path(self.folder, run_id)
        if not path.is_dir() or not self.store.access.allows(Act.CHANGE_RUN, Run(path).visitor()):
            raise UnknownRunError(
                f"There is no deleted run {run_id}. `python -m core runs trash` shows what is in the trash."
            )
        return path


def _hold(run: Run) -> HeldRun:
    try:
        return run.hold()
    except RunBusyError as error:
        raise RunBusyError(f"{run.id} is in use and cannot be deleted. Stop it first, or wait.") from error


def _refuse_while_waiting(run: Run) -> None:
    """Under its lock a run cannot be alive; one whose state cannot be read may be deleted."""
    try:
        state = run.written_state().state
    except RunDamagedError:
        return
    if state is State.QUEUED:
        raise RunBusyError(f"{run.id} waits in the queue and cannot be deleted. Stop it first.")


@contextmanager
def _told(run_id: str, what: str) -> Iterator[None]:
    """Say what could not be done to which run when the disk refuses."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{run_id} could not be {what} ({error}). See that the folder is on one disk and writable."
        ) from error


def _move(source: Path, target: Path) -> None:
    """Rename a folder durably; what stands in the way is never replaced, what is gone is told."""
    if target.exists():
        raise RunError(
            f"There is a run {target.name} in {target.parent.name}/ already. Delete that one for good first."
        )
    try:
        source.rename(target)
    except FileNotFoundError as error:
        raise UnknownRunError(f"{source.name} has just gone from {source.parent.name}/.") from error
    sync_folder(target.parent)
    sync_folder(source.parent)


def _remove(folder: Path) -> None:
    """Remove a folder with its content; a sweep beside us may be quicker with some of it."""
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue


def _is_run_folder(entry: os.DirEntry[str]) -> bool:
    return is_run_id(entry.name) and entry.is_dir(follow_symlinks=False)


def _deleted(run_id: str, reason: str, **parts: Any) -> RunSummary:
    return RunSummary(id=run_id, state=RunState(state=State.DELETED, reason=reason), **parts)


def _described(path: Path) -> DeletedRun:
    mark = _mark(path)
    return DeletedRun(path.name, read_summary(Run(path)).title, mark.deleted_at, mark.bytes)


def _mark(path: Path) -> Mark:
    """What `deleted.json` says; without a sound one the folder's own time of change, which the move set."""
    try:
        return Mark.model_validate(read_json_or_none(path / MARK))
    except (ValidationError, OSError, LineamentError):
        moved = datetime.fromtimestamp(path.stat().st_ctime, UTC)
        return Mark(deleted_at=moved, bytes=bytes_below(path))

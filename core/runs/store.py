"""All runs: make one, find one, list them. Whoever may not see a run is told that there is none.

Making a run is one rename, so that a run is there whole or not at all. Listing never fails for one bad
folder: it is listed as damaged, with the reason.
"""

import copy
import math
import os
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.access import HOST, Access, Act
from core.atomic import write_json
from core.errors import UnknownRunError
from core.runs.changes import RunChanges
from core.runs.config import TrainConfig
from core.runs.ids import is_run_id, new_run_id, run_path
from core.runs.readahead import read_ahead
from core.runs.records import Notes, Owner
from core.runs.run import Run
from core.runs.state import OPEN, RunState, State, now
from core.runs.summary import RunSummary, read_summary

SUMMARY_FILES = (
    "state.json",
    "config.json",
    "notes.json",
    "metrics.json",
    "environment.json",
    "history.csv",
    "alarms.jsonl",
    "owner.json",
)
TRUST_S = 60.0
"""How long a list relies on being told of changes before it looks at every folder again."""
MANY = 200
"""Runs not yet remembered from which on reading ahead pays."""


class RunStore:
    """The folder `artifacts/runs`. Remembers ended runs; a changed folder is read again.

    Args:
        changes: hears of changes; while it vouches that it hears of all, a list looks at nothing else.
        access: who asks.
    """

    def __init__(self, runs: Path, changes: RunChanges | None = None, access: Access = HOST):
        self.runs = runs
        self.access = access
        self._changes = changes
        self._memory = Memory()

    def seen_by(self, access: Access) -> "RunStore":
        """The same runs as somebody else may see them; what is remembered is shared."""
        twin = copy.copy(self)
        twin.access = access
        return twin

    def create(self, config: TrainConfig, *, name: str = "", run_id: str | None = None) -> Run:
        """Make a queued run from `config`; it belongs to whoever asks."""
        self.runs.mkdir(parents=True, exist_ok=True)
        run_id = run_id or new_run_id()
        draft = self.runs / f".new-{run_id}"
        draft.mkdir()
        try:
            state = RunState(state=State.QUEUED, queued_at=now())
            write_json(draft / "config.json", config.model_dump(mode="json"))
            write_json(draft / "notes.json", Notes(name=name).model_dump())
            write_json(draft / "state.json", state.model_dump(mode="json"))
            if self.access.visitor:
                write_json(draft / "owner.json", Owner(visitor=self.access.visitor).model_dump())
            draft.rename(self.runs / run_id)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        return Run(self.runs / run_id)

    def get(self, run_id: str) -> Run:
        """The run of that id.

        Raises:
            UnknownRunError: it is no id, or there is no such run for whoever asks.
        """
        path = run_path(self.runs, run_id)
        if not path.is_dir() or not self._shows(Run(path)):
            raise UnknownRunError(
                f"There is no run {run_id}. It may have been deleted; `python -m core runs list` shows all."
            )
        return Run(path)

    def to_change(self, run_id: str) -> Run:
        """As `get`, for whoever is about to change the run; raises NotAllowedError when they may not."""
        run = self.get(run_id)
        if not self.access.host:
            self.access.check(Act.CHANGE_RUN, run.visitor())
        return run

    def _shows(self, run: Run) -> bool:
        """Whether whoever asks may see a run; the host's look costs no read."""
        return self.access.host or self.access.allows(Act.SEE_RUN, run.visitor())

    def ids(self) -> list[str]:
        """All run ids, newest first; links are not followed."""
        if not self.runs.is_dir():
            return []
        with os.scandir(self.runs) as entries:
            found = [entry.name for entry in entries if is_run_id(entry.name) and not entry.is_symlink()]
        return sorted(found, reverse=True)

    def list_runs(self) -> list[RunSummary]:
        """All runs that whoever asks may see, newest first, damaged ones among them."""
        memory = self._memory
        with memory.lock:
            look = self._new_look()
            unknown = [self.runs / run_id for run_id in look.ids if run_id not in memory.summaries]
            if len(unknown) >= MANY:
                read_ahead(unknown, SUMMARY_FILES)
            found = [summary for run_id in look.ids if (summary := self._listed(run_id, look)) is not None]
            if look.ids is not memory.look.ids:
                memory.summaries = {
                    item.id: memory.summaries[item.id] for item in found if item.id in memory.summaries
                }
            memory.look = look
        if self.access.host:
            return found
        return [item for item in found if self.access.allows(Act.SEE_RUN, item.visitor)]

    def _new_look(self) -> "Look":
        """What has to be read anew; reads everything anew at times, lest a change went unheard."""
        before, moment = self._memory.look, time.monotonic()
        version = self._changes.version() if self._changes else 0
        folder = _folder_stamp(self.runs)
        changed = None
        if self._changes and self._changes.vouches() and moment - before.looked_at < TRUST_S:
            changed = self._changes.since(before.version)
        if changed is None or folder[:2] != before.folder[:2]:
            return Look(self.ids(), version, folder, moment)
        for run_id in changed:
            self.forget(run_id)
        same = folder == before.folder and changed <= before.id_set
        ids = before.ids if same else self.ids()
        return Look(ids, version, folder, before.looked_at, vouched=True)

    def _listed(self, run_id: str, look: "Look") -> RunSummary | None:
        known = self._memory.summaries.get(run_id) if look.vouched else None
        return known[1] if known else self._summary(run_id)

    def forget(self, run_id: str) -> None:
        """Read a run again at the next look, whatever its folder's time says."""
        with self._memory.lock:
            self._memory.summaries.pop(run_id, None)

    def summary(self, run_id: str) -> RunSummary | None:
        """One run at a glance, None when it has just gone, or is not shown to whoever asks."""
        found = self._summary(run_id)
        return found if found and self.access.allows(Act.SEE_RUN, found.visitor) else None

    def _summary(self, run_id: str) -> RunSummary | None:
        """As `summary`, for anybody.

        Every change to an ended run is a rename inside its folder, which changes the folder's time; only a
        run that is still open appends in place, and is never remembered.
        """
        path = run_path(self.runs, run_id)
        memory = self._memory
        with memory.lock:
            try:
                stamp = path.stat().st_mtime_ns
            except FileNotFoundError:
                self.forget(run_id)
                return None
            known = memory.summaries.get(run_id)
            if known and known[0] == stamp:
                return known[1]
            summary = read_summary(Run(path))
            if summary.state.state not in OPEN:
                memory.summaries[run_id] = (stamp, summary)
            return summary


@dataclass(frozen=True)
class Look:
    """What a list was made from: the ids, and where the changes and the folder stood before it was made.

    Attributes:
        folder: device, number and time of change of the folder of all runs.
        looked_at: when every run's folder was last looked at, by the machine's own clock.
        vouched: whether nothing changed but what was forgotten.
    """

    ids: Sequence[str] = ()
    version: int = 0
    folder: tuple[int, int, int] = (0, 0, 0)
    looked_at: float = -math.inf
    vouched: bool = False

    @cached_property
    def id_set(self) -> frozenset[str]:
        """The ids, to look one up."""
        return frozenset(self.ids)


class Memory:
    """What is remembered of ended runs, by id with their folders' times, and what the last list saw."""

    def __init__(self) -> None:
        self.summaries: dict[str, tuple[int, RunSummary]] = {}
        self.look = Look()
        self.lock = threading.RLock()


def _folder_stamp(runs: Path) -> tuple[int, int, int]:
    try:
        found = runs.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_dev, found.st_ino, found.st_mtime_ns

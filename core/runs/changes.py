"""Which runs changed since somebody last looked, without looking: a page asks this in microseconds.

Behind it stands a watch on the run folders (`core.runs.folder_watch`), or, where the system has none to give,
a glance at every run's folder each few seconds. Only the watch vouches that nothing else changed; a reader
that needs to be right asks `vouches`. A version is a number that grows with each change; a run that is
appended to all the time makes one version a second.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.runs.folder_watch import FolderWatch
from core.runs.ids import is_run_id

TICK_S = 0.25
CALM_S = 1.0
"""A run makes at most one version in this time; what comes sooner is told at its end."""
GLANCE_S = 2.0
GLANCE_SHARE = 0.05
"""Without a watch: seconds between two glances, and the share of a processor that they may take."""
LIVELY = "progress.jsonl"
"""What a trainer appends to every second; appending does not change its folder's time."""

Stamp = tuple[int, int]
log = logging.getLogger(__name__)


class RunChanges:
    """Hears of changes under one folder of runs between `start` and `stop`; the folder may come and go."""

    def __init__(self, runs: Path, watch: Callable[..., FolderWatch] = FolderWatch):
        self._runs = runs
        self._open_watch = watch
        self._lock = threading.Lock()
        self._version = 0
        self._whole = 0
        self._changed: dict[str, int] = {}
        self._told: dict[str, float] = {}
        self._pending: set[str] = set()
        self._watch: FolderWatch | None = None
        self._watched: Stamp | None = None
        self._lost = False
        self._glances: dict[str, Stamp] | None = None
        self._next_glance = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> "RunChanges":
        """Begin to hear of changes, in a thread; returns itself."""
        self._thread = threading.Thread(target=self._serve, name="run-changes", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Hear no more; the threads have ended when this returns."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def version(self) -> int:
        """A number that has grown whenever a run was made, changed or deleted."""
        return self._version

    def since(self, version: int) -> set[str] | None:
        """Ids of the runs that changed after `version`, deleted ones among them; None: maybe any of them."""
        with self._lock:
            if version < self._whole or self._lost:
                return None
            changed = set(self._pending)
            for run_id, when in reversed(self._changed.items()):
                if when <= version:
                    break
                changed.add(run_id)
            return changed

    def vouches(self) -> bool:
        """Whether a run that `since` does not name has not changed; else `since` may be late."""
        return self._watch is not None and not self._lost

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._follow_safely()
            self._stopping.wait(TICK_S)
        self._end_watch()

    def _follow_safely(self) -> None:
        try:
            self._keep_watch()
            self._tell_pending()
        except Exception:
            # Whoever reads the runs is right without us; the next tick tries again.
            log.exception("changes of the run folders could not be followed")
            self._stopping.wait(GLANCE_S)

    def _keep_watch(self) -> None:
        """Watch the folder that is there now; where that cannot be, glance at it."""
        there = _identity(self._runs)
        if self._lost or (there != self._watched and self._watched is not None):
            self._end_watch()
        if there is not None and self._watched is None:
            self._begin_watch(there)
        if self._watch is None and time.monotonic() >= self._next_glance:
            self._glance()

    def _begin_watch(self, there: Stamp) -> None:
        self._watched, self._lost = there, False
        try:
            self._watch = self._open_watch(self._runs, self._touched, self._lose)
        except FileNotFoundError:
            self._watched = None
        except OSError as error:
            log.warning(
                "The run folders cannot be watched (%s). Looking at them every few seconds instead; "
                "raising fs.inotify.max_user_watches may help.",
                error,
            )
        else:
            self._everything()

    def _end_watch(self) -> None:
        watch, self._watch, self._watched, self._lost = self._watch, None, None, False
        if watch is not None:
            watch.close()
            self._everything()

    def _lose(self) -> None:
        self._lost = True

    def _everything(self) -> None:
        """Any run may have changed by now."""
        with self._lock:
            self._version += 1
            self._whole = self._version
            self._changed.clear()
            self._pending.clear()
            self._glances = None

    def _touched(self, run_id: str) -> None:
        with self._lock:
            self._tell(run_id, time.monotonic())

    def _tell_pending(self) -> None:
        with self._lock:
            moment = time.monotonic()
            for run_id in list(self._pending):
                self._tell(run_id, moment)
            self._told = {run_id: when for run_id, when in self._told.items() if moment - when < CALM_S}

    def _tell(self, run_id: str, moment: float) -> None:
        if moment - self._told.get(run_id, -CALM_S) < CALM_S:
            self._pending.add(run_id)
            return
        self._pending.discard(run_id)
        self._told[run_id] = moment
        self._version += 1
        self._changed.pop(run_id, None)
        self._changed[run_id] = self._version

    def _glance(self) -> None:
        start = time.monotonic()
        before, now = self._glances, _stamps(self._runs)
        if before is None:
            self._everything()
        for run_id in [] if before is None else before.keys() | now.keys():
            if before.get(run_id) != now.get(run_id):
                self._touched(run_id)
        self._glances = now
        spent = time.monotonic() - start
        self._next_glance = time.monotonic() + max(GLANCE_S, spent / GLANCE_SHARE)


def _identity(folder: Path) -> Stamp | None:
    """Which folder it is, whatever it is called; None when there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _stamps(runs: Path) -> dict[str, Stamp]:
    """For each run the times of change of its folder and of what its trainer appends to."""
    found: dict[str, Stamp] = {}
    with suppress(FileNotFoundError), os.scandir(runs) as entries:
        for entry in entries:
            if is_run_id(entry.name):
                found[entry.name] = _time(entry.path), _time(f"{entry.path}/{LIVELY}")
    return found


def _time(path: str) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return 0

"""Hears of every change in the run folders from the system (inotify), through `watchdog`'s reader thread.

`watchdog`'s own Observer watches a tree, but says neither that it had no watches left for a part of it nor
that the system dropped events, and it keeps watching folders that were moved away. Whoever vouches that
nothing changed must know, so its reader (`InotifyFD`) is used without it: a watch on `artifacts/runs` and one
on each run's folder, not deeper. What is done with a change is `core.runs.changes`'s business.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from core.atomic import TEMP_PREFIX
from core.runs.ids import is_run_id

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import InotifyEvent

_TEMP = os.fsencode(TEMP_PREFIX)
_THE_ONE = 1
"""Each watch has one listener, so that all may have the same number."""


class FolderWatch:
    """Watches until `close`; afterwards, and once `on_loss` was called, it hears of nothing any more.

    Args:
        runs: the folder of all runs; it is there.
        on_change: told the id of a run that was made, changed, moved or deleted, within milliseconds.
        on_loss: told once that some changes may have gone unheard.

    Raises:
        OSError: the system has no watches left for all runs, the folder has gone, or it cannot watch at all.
    """

    def __init__(self, runs: Path, on_change: Callable[[str], None], on_loss: Callable[[], None]):
        constants, reader = _inotify()
        # Closing a file counts: a trainer that is killed closes its lock, and that is all that is seen of it.
        self._mask = (
            constants.IN_MODIFY
            | constants.IN_ATTRIB
            | constants.IN_CREATE
            | constants.IN_DELETE
            | constants.IN_MOVE
            | constants.IN_CLOSE_WRITE
            | constants.IN_DELETE_SELF
            | constants.IN_ONLYDIR
            | constants.IN_DONT_FOLLOW
        )
        self._on_change, self._on_loss = on_change, on_loss
        self._runs = os.fsencode(runs)
        self._run_of: dict[int, str] = {}
        self._watch_of: dict[str, int] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._root = -1
        self._reader = reader()
        self._reader.start()
        try:
            self._root = self._add(self._runs)
            with os.scandir(runs) as entries:
                for entry in entries:
                    self._watch(entry.name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hear no more, and end the thread."""
        self._closed = True
        self._reader.stop()
        self._reader.join()

    def on_event(self, event: "InotifyEvent") -> None:
        """Called by the reader for each event, in the system's order."""
        run_id = self._run_of.get(event.wd)
        if run_id is not None:
            if not event.name.startswith(_TEMP):
                self._on_change(run_id)
        elif event.wd == self._root and is_run_id(name := os.fsdecode(event.name)):
            self._on_entry(event, name)

    def on_watch_deleted(self, wd: int) -> None:
        """Called by the reader when a watched folder has gone."""
        with self._lock:
            run_id = self._run_of.pop(wd, None)
            if run_id is not None and self._watch_of.get(run_id) == wd:
                del self._watch_of[run_id]
        if wd == self._root:
            self._lose()

    def on_queue_overflow(self) -> None:
        """Called by the reader when the system had more to tell than it keeps."""
        self._lose()

    def _on_entry(self, event: "InotifyEvent", name: str) -> None:
        """A run's folder came or went. Watch it first, then tell: what changes from here on is heard."""
        self._unwatch(name)
        if event.is_create or event.is_moved_to:
            try:
                self._watch(name)
            except OSError:
                self._lose()
        self._on_change(name)

    def _watch(self, name: str) -> None:
        with self._lock, suppress(FileNotFoundError, NotADirectoryError):
            if is_run_id(name) and name not in self._watch_of:
                wd = self._add(self._runs + b"/" + os.fsencode(name))
                self._run_of[wd], self._watch_of[name] = name, wd

    def _unwatch(self, name: str) -> None:
        """Let go of a folder that went, or was moved: its watch would follow it into the trash."""
        with self._lock:
            wd = self._watch_of.pop(name, None)
            if wd is not None and self._run_of.pop(wd, None) is not None:
                self._reader.remove_callbacks([(wd, _THE_ONE)])

    def _add(self, path: bytes) -> int:
        wd = self._reader.add_callback(path, self._mask, self, _THE_ONE)
        if wd < 0:
            raise PermissionError(f"{os.fsdecode(path)} may not be watched")
        return wd

    def _lose(self) -> None:
        if not self._closed:
            self._closed = True
            self._on_loss()


def _inotify() -> tuple[type, type]:
    """watchdog's constants and reader; raises OSError where the system has no inotify."""
    try:
        from watchdog.observers.inotify_c import InotifyConstants, InotifyFD
    except (ImportError, AttributeError) as error:
        raise OSError(f"this system has no inotify: {error}") from error
    return InotifyConstants, InotifyFD

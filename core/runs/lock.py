"""The run's lock: held while a trainer lives, free the moment it dies, however it dies.

`flock` belongs to the open file, not to the process: the scheduler takes it and hands the open file to
the trainer (`pass_fds`). No pid is trusted: pids are reused, and a killed child that nobody reaped
still answers `kill(pid, 0)`.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import RunBusyError, RunError

PROBE_PATIENCE_S = 0.25
"""A probe holds the shared lock for microseconds; a taker waits this long before calling it busy."""
EDIT_PATIENCE_S = 5.0
"""An edit holds a folder's lock while it reads and writes one small file."""


def take_lock(path: Path) -> int:
    """Take the lock file at `path`; returns the open file descriptor that holds it.

    Raises:
        RunBusyError: somebody else holds it.
        RunError: it cannot be opened for writing.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise RunError(
            f"{path} cannot be opened ({error}). See that its folder is there and writable."
        ) from error
    if not _locked_within(handle, PROBE_PATIENCE_S):
        os.close(handle)
        raise RunBusyError(f"{path.parent.name} is in use by another process. Wait for it, or stop it.")
    return handle


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """The right to change a small file in `folder`, which a trainer's own lock does not stand in the way of.

    It is the folder itself that is locked, so that no file has to be made for it. Held for milliseconds.

    Raises:
        FileNotFoundError: there is no such folder.
        RunBusyError: somebody held it for longer than anybody needs.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not _locked_within(handle, EDIT_PATIENCE_S):
            raise RunBusyError(f"{folder.name} is being changed by another process. Try again.")
        yield
    finally:
        os.close(handle)


def _locked_within(handle: int, seconds: float) -> bool:
    """Take the lock on an open file within `seconds`; whether it was to be had."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)


def release_lock(handle: int) -> None:
    """Close our copy of the lock; it is free once every copy is closed."""
    os.close(handle)


def is_locked(path: Path) -> bool:
    """Whether anybody holds the lock at `path`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)

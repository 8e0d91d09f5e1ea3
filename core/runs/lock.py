"""The run's lock: held while a trainer lives, free the moment it dies, however it dies.

`flock` belongs to the open file, not to the process: the scheduler takes it and hands the open file to
the trainer (`pass_fds`). No pid is trusted: pids are reused, and a killed child that nobody reaped
still answers `kill(pid, 0)`.
"""

import fcntl
import os
import time
from pathlib import Path

from core.errors import RunBusyError, RunError

PROBE_PATIENCE_S = 0.25
"""A probe holds the shared lock for microseconds; a taker waits this long before calling it busy."""


def take_lock(path: Path) -> int:
    """Take the lock file at `path`; returns the open file descriptor that holds it.

    Raises:
        RunBusyError: somebody else holds it.
        RunError: it cannot be opened for writing.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise RunError(
            f"{path} cannot be opened ({error}). See that its folder is there and writable."
        ) from error
    deadline = time.monotonic() + PROBE_PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(handle)
                raise RunBusyError(
                    f"{path.parent.name} is in use by another process. Wait for it, or stop it."
                ) from None
            time.sleep(0.01)


def release_lock(handle: int) -> None:
    """Close our copy of the lock; it is free once every copy is closed."""
    os.close(handle)


def is_locked(path: Path) -> bool:
    """Whether anybody holds the lock at `path`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)

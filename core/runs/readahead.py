"""Asks the disk for the small files of many runs side by side, before they are read one after the other.

A disk answers many askers at once several times faster than one who waits for each answer. What is read
here is thrown away: it is the system's cache that remembers it.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

THREADS = 16
"""More did not help on the disks that were measured; see docs/performance.md."""
A_TASK = 50
"""Runs a thread takes at a time."""


def read_ahead(folders: Sequence[Path], names: Sequence[str]) -> None:
    """Touch the files `names` of each folder; one that is not there, or cannot be read, is no matter."""
    parts = [folders[start : start + A_TASK] for start in range(0, len(folders), A_TASK)]
    with ThreadPoolExecutor(THREADS, thread_name_prefix="read-ahead") as threads:
        for part in parts:
            threads.submit(_touch, part, names)


def _touch(folders: Sequence[Path], names: Sequence[str]) -> None:
    for folder in folders:
        for name in names:
            with suppress(OSError):
                _read_a_byte(f"{folder}/{name}")


def _read_a_byte(path: str) -> None:
    # Not blocking: a pipe in the place of a file must not hold the list up.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        os.read(handle, 1)
    finally:
        os.close(handle)

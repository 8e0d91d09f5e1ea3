"""What the server's process takes of the machine: memory, threads, open and temporary files, processor time.

Trainers are processes of their own and are left out.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from tests.browser.serving import Server

MIB = 2**20


@dataclass(frozen=True)
class Reading:
    """The server at one moment.

    Attributes:
        moment: seconds of a clock that only goes forward.
        own: bytes that it holds for itself, without what it maps of files such as TensorFlow's libraries.
        rss: bytes that it holds in all.
        temporary: files in its temporary folder, and open ones that have no name any more.
        cpu: seconds of processor time so far.
    """

    moment: float
    own: int
    rss: int
    threads: int
    files: int
    temporary: int
    cpu: float

    def told(self) -> str:
        """All of it in a line."""
        return (
            f"{self.own / MIB:,.0f} MiB of its own, {self.rss / MIB:,.0f} MiB RSS, {self.threads} threads, "
            f"{self.files} open files, {self.temporary} temporary"
        )


def read(server: Server, temporary: Path) -> Reading:
    """The server now; `temporary` is its TMPDIR."""
    process = psutil.Process(server.process.pid)
    memory, spent = process.memory_info(), process.cpu_times()
    return Reading(
        time.monotonic(),
        # USS would grow when a trainer ends that maps the same libraries. Only Linux tells them apart.
        memory.rss - getattr(memory, "shared", 0),
        memory.rss,
        process.num_threads(),
        process.num_fds(),
        sum(path.is_file() for path in temporary.rglob("*")) + _nameless(server.process.pid),
        spent.user + spent.system,
    )


def _nameless(pid: int) -> int:
    """Open files that were deleted, such as a spooled upload; only Linux tells."""
    count = 0
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                target = str(entry.readlink())
                count += target.endswith("(deleted)") and not target.startswith("/memfd:")
    return count


async def watch(look: Callable[[], Reading], every_s: float, seen: list[Reading]) -> None:
    """Append a reading every so many seconds, until cancelled."""
    while True:
        seen.append(await asyncio.to_thread(look))
        await asyncio.sleep(every_s)


def slope_an_hour(seen: Sequence[Reading], what: Callable[[Reading], float]) -> float:
    """By how much a figure grows in an hour: the median of the slopes of all pairs (Theil, 1950; Sen, 1968).

    One burst, such as a garbage collection that has not come yet, does not move it.
    """
    moments = np.array([reading.moment for reading in seen])
    values = np.array([what(reading) for reading in seen], float)
    first, second = np.triu_indices(len(seen), 1)
    return float(np.median((values[second] - values[first]) / (moments[second] - moments[first])) * 3600)

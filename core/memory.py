"""The server's memory: how much it takes, and a refusal of new work before the system ends it.

Where a container has a limit, all that runs in it counts against that; the system ends somebody when it is
reached, and that may be the server.
"""

from pathlib import Path

import psutil

from core.errors import ShortOfMemoryError
from core.settings import Settings

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says, inside a container, what its limit is (cgroup v2)."""
NEARLY = 0.9
"""The share of a container's limit from which on nothing new is begun."""


def resident_bytes() -> int:
    """Bytes that this process holds in memory."""
    return psutil.Process().memory_info().rss


def container_bytes(folder: Path = CGROUP) -> tuple[int, int] | None:
    """Bytes that the container's processes hold, and its limit; None where there is none.

    Files that the system keeps in memory beside are left out: it drops them when it needs the room.
    """
    try:
        most = (folder / "memory.max").read_text().strip()
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return (int(stat["anon"]) + int(stat.get("shmem", 0)), int(most)) if most != "max" else None
    except (OSError, ValueError, KeyError):
        return None


def refuse_when_short(settings: Settings) -> None:
    """Raise ShortOfMemoryError when the server, or its container, is near what it may hold."""
    most = settings.max_server_bytes
    if most is not None and (now := resident_bytes()) > most:
        raise _short("The server", now, most)
    found = container_bytes() if most is not None else None
    if found and found[0] > NEARLY * found[1]:
        raise _short("This host", *found)


def _short(who: str, now: int, most: int) -> ShortOfMemoryError:
    return ShortOfMemoryError(
        f"{who} is short of memory: it holds {now / 2**20:,.0f} MiB of {most / 2**20:,.0f}. "
        "Try again in some minutes."
    )

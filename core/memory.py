"""The server's memory: how much it takes, and a refusal of new work before the system ends it.

In a container it is the container that is ended, trainers and all, so that its limit counts too: control
groups of version 2, as all current container hosts have them.
"""

from pathlib import Path

import psutil

from core.errors import ShortOfMemoryError
from core.settings import Settings

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")
CGROUP_SHARE = 0.9
"""Of a control group's limit, from which no new work is taken."""


def resident_bytes() -> int:
    """Bytes that this process holds in memory."""
    return psutil.Process().memory_info().rss


def private_bytes() -> int:
    """Of those, without the pages of files: the system takes these back when it needs the room."""
    held = psutil.Process().memory_info()
    return held.rss - getattr(held, "shared", 0)


def refuse_when_short(settings: Settings) -> None:
    """Refuse new work while memory is short; on a host without `max_server_bytes` never. Takes under 1 ms.

    Raises:
        ShortOfMemoryError: this process holds what the host allows the server, or the container that it is
            in, with all trainers, is near its limit.
    """
    most = settings.max_server_bytes
    if most is None:
        return
    if (held := resident_bytes()) > most:
        raise _short("The server", held, most)
    if (limit := cgroup_limit()) is not None and (used := cgroup_used()) > CGROUP_SHARE * limit:
        raise _short("The server with all that trains", used, limit)


def cgroup_limit() -> int | None:
    """The smallest limit, bytes, of the control groups that this process is in; None without one."""
    folder = _own_cgroup()
    if folder is None:
        return None
    parents = [parent for parent in (folder, *folder.parents) if parent.is_relative_to(CGROUPS)]
    limits = [limit for parent in parents if (limit := _number(parent / "memory.max")) is not None]
    return min(limits, default=None)


def cgroup_used() -> int:
    """Bytes that count against it; without pages of files that nobody uses, which the system takes back."""
    folder = _own_cgroup()
    if folder is None:
        return 0
    return (_number(folder / "memory.current") or 0) - _unused_pages(folder / "memory.stat")


def _own_cgroup() -> Path | None:
    """Inside a container its line is `0::/`, and the folder is its own."""
    lines = _text(OWN_CGROUP).splitlines()
    path = next((line[3:] for line in lines if line.startswith("0::")), None)
    return None if path is None else CGROUPS / path.lstrip("/")


def _unused_pages(stat: Path) -> int:
    fields = dict(line.split(" ", 1) for line in _text(stat).splitlines() if " " in line)
    return int(fields.get("inactive_file", 0))


def _number(path: Path) -> int | None:
    """None for "max", and where there is no such file, as in the topmost group."""
    text = _text(path).strip()
    return int(text) if text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _short(who: str, held: int, most: int) -> ShortOfMemoryError:
    return ShortOfMemoryError(
        f"{who} holds {held / 2**20:,.0f} MiB of the {most / 2**20:,.0f} MiB that this host has for it. "
        "What is under way goes on; try again in some minutes."
    )

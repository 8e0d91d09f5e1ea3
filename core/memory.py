"""The server's memory: how much it takes, and a refusal of new work before the system ends it."""

import psutil

from core.errors import ShortOfMemoryError
from core.settings import Settings


def resident_bytes() -> int:
    """Bytes that this process holds in memory."""
    return psutil.Process().memory_info().rss


def refuse_when_short(settings: Settings) -> None:
    """Raise ShortOfMemoryError when this process holds more than the host allows the server."""
    most, now = settings.max_server_bytes, resident_bytes()
    if most is not None and now > most:
        raise ShortOfMemoryError(
            f"The server holds {now / 2**20:,.0f} MiB of the {most / 2**20:,.0f} that its host allows. "
            "Try again in some minutes."
        )

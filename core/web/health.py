"""Two addresses for whoever watches the host: is the process up, and can it do its work?"""

import asyncio
import secrets
import shutil
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.errors import ShortOfMemoryError
from core.memory import refuse_when_short
from core.runs.lock import is_locked
from core.settings import Settings

STANDS_S = 2
"""For how long an answer stands: who asks without end does not keep the disk busy."""


def health_routes(settings: Settings, base: str) -> list[Route]:
    """`/healthz` and `/readyz` under the path that the app lies under; `base` is "" for the root."""
    prefix = f"/{base.strip('/')}" if base.strip("/") else ""

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    lately = Lately(lambda: readiness(settings))

    async def readyz(_: Request) -> JSONResponse:
        checks = await lately.get()
        return JSONResponse({"ready": all(checks.values()), **checks}, 200 if all(checks.values()) else 503)

    return [Route(f"{prefix}/healthz", healthz), Route(f"{prefix}/readyz", readyz)]


class Lately:
    """The answer of some checks, at most `STANDS_S` old; they run once, however many ask."""

    def __init__(self, checks: Callable[[], dict[str, bool]]):
        self._checks = checks
        self._one = asyncio.Lock()
        self._answer: dict[str, bool] = {}
        self._until = 0.0

    async def get(self) -> dict[str, bool]:
        """What holds and what does not."""
        async with self._one:
            if time.monotonic() >= self._until:
                self._answer = await asyncio.to_thread(self._checks)
                self._until = time.monotonic() + STANDS_S
            return self._answer


def readiness(settings: Settings) -> dict[str, bool]:
    """What the host needs for its work, and whether it is so. Says no more: anybody may ask."""
    return {
        "artifacts_writable": _holds(lambda: _write(settings)),
        "queue_served": _holds(lambda: _is_served(settings)),
        "disk_free": _holds(lambda: _has_room(settings)),
        "memory_free": _holds(lambda: refuse_when_short(settings)),
    }


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except (OSError, ShortOfMemoryError):
        return False
    return True


def _write(settings: Settings) -> None:
    settings.artifacts.mkdir(parents=True, exist_ok=True)
    probe = settings.artifacts / f".probe-{secrets.token_hex(4)}"
    try:
        probe.write_bytes(b"1")
    finally:
        probe.unlink(missing_ok=True)


def _is_served(settings: Settings) -> None:
    if not is_locked(settings.artifacts / "queue" / "scheduler.lock"):
        raise OSError("Nobody serves the queue.")


def _has_room(settings: Settings) -> None:
    free = shutil.disk_usage(settings.artifacts).free
    if free < settings.min_free_bytes:
        raise OSError(f"{free} bytes are free.")

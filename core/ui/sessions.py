"""Forgets sessions in time: Streamlit lets go of one whose time is up only when it stores the next one.

On a quiet host the last visitor's photos would else stay in memory until somebody else leaves.
"""

import asyncio
import ctypes
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from streamlit.runtime import Runtime

LOOK_EVERY_S = 5.0
TIDY_EVERY_S = 30.0
"""At most so often memory is tidied after sessions ended: it stops everybody for a fifth of a second."""


@asynccontextmanager
async def forgetting_sessions() -> AsyncIterator[None]:
    """Let sessions go within `LOOK_EVERY_S` of the end of their time, while in the `with` block."""
    task = asyncio.create_task(_forget_for_ever(), name="forget sessions")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def forget_expired(storage: object) -> int:
    """Drop what a storage of Streamlit's holds past its time, and say how much that was.

    Another kind of storage is left alone.
    """
    expire = getattr(getattr(storage, "_cache", None), "expire", None)
    return len(expire()) if expire else 0


def tidy_memory() -> None:
    """Collect what ended sessions left, and hand free memory back to the system where the C library can."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


async def _forget_for_ever() -> None:
    forgotten, tidied_at = 0, 0.0
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        manager = getattr(Runtime.instance(), "_session_mgr", None)
        forgotten += forget_expired(getattr(manager, "_session_storage", None))
        if forgotten and time.monotonic() - tidied_at > TIDY_EVERY_S:
            await asyncio.to_thread(tidy_memory)
            forgotten, tidied_at = 0, time.monotonic()

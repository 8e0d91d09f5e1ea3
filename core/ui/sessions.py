"""Forgets sessions in time: Streamlit lets go of one whose time is up only when it stores the next one.

On a quiet host the last visitor's photos would else stay in memory until somebody else leaves.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from streamlit.runtime import Runtime

LOOK_EVERY_S = 5.0


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


def forget_expired(storage: object) -> None:
    """Drop what a storage of Streamlit's holds past its time; another kind of storage is left alone."""
    if expire := getattr(getattr(storage, "_cache", None), "expire", None):
        expire()


async def _forget_for_ever() -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        manager = getattr(Runtime.instance(), "_session_mgr", None)
        forget_expired(getattr(manager, "_session_storage", None))

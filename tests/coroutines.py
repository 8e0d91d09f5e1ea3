"""Runs a coroutine to its end, also while Playwright's own event loop holds the tests' thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_to_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What the coroutine gives or raises; it runs in a thread and an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()

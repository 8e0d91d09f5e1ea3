"""Bench: how long it takes to list very many runs."""

import gc
import os
import statistics
import tempfile
import time
from pathlib import Path

from core.runs import RunStore
from tests.bench.conditions import Conditions, Row
from tests.bench.ended_runs import make_many

RUNS = 10_000
REPEATS = 3
DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def bench(_: Conditions) -> list[Row]:
    """List 10,000 ended runs cold and warm; the median of a few times each."""
    with tempfile.TemporaryDirectory(prefix="lineament-bench-") as folder:
        runs = Path(folder) / "runs"
        make_many(runs, RUNS)
        dropped = drop_page_cache()
        cold = [_seconds(RunStore(runs), drop=dropped) for _ in range(REPEATS)]
        fresh = [_seconds(RunStore(runs)) for _ in range(REPEATS)]
        store = RunStore(runs)
        store.list_runs()
        warm = [_seconds(store) for _ in range(REPEATS)]
    how = (
        "fresh RunStore, page cache dropped" if dropped else "fresh RunStore; no right to drop the page cache"
    )
    return [
        Row(f"list {RUNS:,} runs, cold", _text(cold), "5 s", how),
        Row(
            f"list {RUNS:,} runs, after a restart",
            _text(fresh),
            "",
            "fresh RunStore, files in the page cache",
        ),
        Row(f"list {RUNS:,} runs, warm", _text(warm), "1 s", "the same RunStore again"),
    ]


def drop_page_cache() -> bool:
    """Make the next read come from the disk; False when this process may not."""
    try:
        os.sync()
        DROP_CACHES.write_text("3")
    except OSError:
        return False
    return True


def _seconds(store: RunStore, *, drop: bool = False) -> float:
    gc.collect()
    if drop:
        drop_page_cache()
    start = time.perf_counter()
    found = store.list_runs()
    spent = time.perf_counter() - start
    assert len(found) == RUNS
    return spent


def _text(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s"

"""Bench: how long it takes to list very many runs, and what it costs to be told which of them changed."""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from core.runs import Run, RunStore
from core.runs.changes import CALM_S, RunChanges
from core.runs.records import Notes
from core.settings import PROJECT
from tests.bench.conditions import Conditions, Row
from tests.bench.ended_runs import FIRST, make_many

RUNS = 10_000
FEW = 1_000
TRAINING_S = 20
TRAINING = "of one core; another process appends to two files of a run 4 times a second each"
REPEATS = 3
DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def bench(_: Conditions) -> list[Row]:
    """List 10,000 ended runs cold and warm, and 1,000 and 10,000 that tell of changes; medians."""
    with tempfile.TemporaryDirectory(prefix="lineament-bench-") as folder:
        runs = Path(folder) / "runs"
        make_many(runs, FEW)
        few = [_warm(runs, FEW), *_told(runs, FEW)]
        make_many(runs, RUNS - FEW, first=FIRST + timedelta(days=365))
        return [*_cold(runs), _warm(runs, RUNS), *_told(runs, RUNS), *few, *_changes(runs)]


def _cold(runs: Path) -> list[Row]:
    dropped = drop_page_cache()
    cold = [_seconds(RunStore(runs), drop=dropped) for _ in range(REPEATS)]
    fresh = [_seconds(RunStore(runs)) for _ in range(REPEATS)]
    how = "page cache dropped" if dropped else "no right to drop the page cache"
    restart = f"list {RUNS:,} runs, after a restart"
    return [
        Row(f"list {RUNS:,} runs, cold", _text(cold), "5 s", f"fresh RunStore, {how}"),
        Row(restart, _text(fresh), "", "fresh RunStore, files in the page cache"),
    ]


def _warm(runs: Path, count: int) -> Row:
    store = RunStore(runs)
    store.list_runs()
    warm = _milliseconds(lambda: _seconds(store, count=count))
    return Row(f"list {count:,} runs, warm", warm, "1 s", "the same RunStore again, told by nobody")


def _told(runs: Path, count: int) -> Iterator[Row]:
    """Listing by a store that is told of changes."""
    with _hearing(runs) as changes:
        store = RunStore(runs, changes)
        store.list_runs()
        told = _milliseconds(lambda: _seconds(store, count=count))
        yield Row(f"list {count:,} runs, told", told, "", "the same RunStore, told that nothing changed")


def _changes(runs: Path) -> Iterator[Row]:
    """What hearing of changes costs, and how fast it is, beside 10,000 runs."""
    start = time.perf_counter()
    with _hearing(runs) as changes:
        begun = f"{(time.perf_counter() - start) * 1e3:.0f} ms"
        yield Row(f"begin to watch {RUNS:,} runs", begun, "", "once, in a thread of the server")
        version = changes.version()
        asked = statistics.median(timeit.repeat(lambda: changes.since(version), number=1000, repeat=9))
        yield Row("ask what changed", f"{asked * 1e3:.2f} µs", "", "`since` when nothing did")
        run = RunStore(runs, changes).get(sorted(path.name for path in runs.iterdir())[0])
        late = _text_ms([_until_told(changes, run, i) for i in range(REPEATS * 5)])
        yield Row(
            "from a change to its version",
            late,
            "",
            "a renamed file; a run that was just told of waits up to 1 s",
        )
        yield Row("processor while a run trains", _share_while_training(run), "", TRAINING)


@contextmanager
def _hearing(runs: Path) -> Iterator[RunChanges]:
    changes = RunChanges(runs).start()
    try:
        while not changes.vouches():
            time.sleep(0.001)
        yield changes
    finally:
        changes.stop()


def _until_told(changes: RunChanges, run: Run, name: int) -> float:
    time.sleep(CALM_S * 1.1)
    temp, version = run.path / ".tmp-bench", changes.version()
    temp.write_text(Notes(name=str(name)).model_dump_json())
    start = time.perf_counter()
    temp.replace(run.path / "notes.json")
    while changes.version() == version:
        time.sleep(0.0001)
    return time.perf_counter() - start


def _share_while_training(run: Run) -> str:
    """This process's processor time while another process appends as a trainer does."""
    line = "import sys, time; from core.runs.files import append_line as add; from pathlib import Path\n"
    loop = (
        f"for i in range({TRAINING_S * 4}): [add(Path(sys.argv[1]) / n, 'x') for n in NAMES]; time.sleep(.25)"
    )
    program = f"NAMES = ('log.txt', 'progress.jsonl')\n{line}{loop}"
    with subprocess.Popen([sys.executable, "-c", program, str(run.path)], cwd=PROJECT) as trainer:
        before = time.process_time()
        start = time.perf_counter()
        trainer.wait()
        share = (time.process_time() - before) / (time.perf_counter() - start)
    return f"{share:.2%}"


def drop_page_cache() -> bool:
    """Make the next read come from the disk; False when this process may not."""
    try:
        os.sync()
        DROP_CACHES.write_text("3")
    except OSError:
        return False
    return True


def _seconds(store: RunStore, *, drop: bool = False, count: int = RUNS) -> float:
    gc.collect()
    if drop:
        drop_page_cache()
    start = time.perf_counter()
    found = store.list_runs()
    spent = time.perf_counter() - start
    assert len(found) == count
    return spent


def _milliseconds(measure: Callable[[], float]) -> str:
    return _text_ms([measure() for _ in range(REPEATS * 3)])


def _text_ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1e3:.2f} ms"


def _text(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s"

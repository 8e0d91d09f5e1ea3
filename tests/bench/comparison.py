"""Bench: the statistics of Compare, from predictions in memory."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

import pandas as pd

from core.evaluation import accuracy_interval, compare_with_baseline, predicted_classes
from tests.bench.conditions import Conditions, Row
from tests.scored_runs import predictions

REPEATS = 7
RUNS = 9
"""Held against a baseline: the page takes ten runs."""
SIZES = (3_000, 30_000)
FIRST = "import time; start = time.perf_counter(); import scipy.special; print(time.perf_counter() - start)"
"""What the first comparison of a process pays once."""


def bench(_: Conditions) -> Iterable[Row]:
    """Intervals by person and paired comparisons on 3,000 and 30,000 images; medians."""
    for n in SIZES:
        frames = [scored_frame(n, seed) for seed in range(RUNS + 1)]
        others = {str(seed): frame for seed, frame in enumerate(frames[1:])}
        wanted, how = "0.3 s", f"{n:,} images of {n // 5:,} persons, warm, median of {REPEATS}"
        yield Row(
            "interval of one accuracy, by person", _median(lambda f=frames[0]: interval(f)), wanted, how
        )
        pair = {"0": frames[1]}
        yield Row(
            "two runs compared", _median(lambda f=frames[0], o=pair: compare_with_baseline(f, o)), wanted, how
        )
        yield Row(
            f"{RUNS} runs against a baseline",
            _median(lambda f=frames[0], o=others: compare_with_baseline(f, o)),
            "",
            how,
        )
    first = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    yield Row(
        "import scipy.special, once a process", f"{float(first.stdout):.3f} s", "", "a fresh interpreter"
    )


def scored_frame(n: int, seed: int) -> pd.DataFrame:
    """The test rows of one run, right 19 times of 20."""
    frame = predictions("Male", 0.95, n=n, seed=seed)
    return frame[frame["split"] == "test"].reset_index(drop=True)


def interval(frame: pd.DataFrame) -> None:
    """What a row of the table needs of one run."""
    right = predicted_classes(frame["probability"]) == frame["label"].to_numpy()
    accuracy_interval(right, frame["person_id"].to_numpy())


def _median(work: Callable[[], object]) -> str:
    work()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return f"{statistics.median(seconds):.3f} s"

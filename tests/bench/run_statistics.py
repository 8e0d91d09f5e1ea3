"""Bench: all figures of one run's page, from its stored predictions."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from core.evaluation.calibration import calibrated, fit_temperature, reliability, score_histogram
from core.evaluation.confusion import cell_masks
from core.evaluation.slices import all_pairs, largest_gap, slice_table, worst_slice
from core.evaluation.summary import summarise
from core.evaluation.thresholds import best_threshold
from core.runs import Run, RunStore, TrainConfig
from core.runs.predictions import attribute_names, read_predictions
from tests.bench.conditions import Conditions, Row
from tests.scored_runs import predictions

IMAGES = 3000
ATTRIBUTES = 40
REPEATS = 7


def bench(_: Conditions) -> Iterable[Row]:
    """One run with 3,000 validation and 3,000 test images of 40 attributes; medians."""
    with tempfile.TemporaryDirectory(prefix="lineament-bench-") as folder:
        run = RunStore(Path(folder)).create(TrainConfig())
        frame = wide_predictions()
        frame.to_parquet(run.predictions_path, index=False)
        names = attribute_names(frame)
        test = read_predictions(run, "test")
        pieces: list[tuple[str, str, Callable[[], object]]] = [
            ("read the run's predictions", "", lambda: read_predictions(run)),
            ("all figures of the run's page", "0.3 s", lambda: page_figures(run)),
            (f"slices by {ATTRIBUTES} attributes", "0.1 s", lambda: slice_table(test, names, 0.5)),
            ("slices by 780 pairs", "0.3 s", lambda: slice_table(test, (), 0.5, all_pairs(names))),
        ]
        for what, wanted, work in pieces:
            how = f"{IMAGES:,} images a split, warm, median of {REPEATS}"
            yield Row(what, f"{_median(work):.3f} s", wanted, how)


def wide_predictions() -> pd.DataFrame:
    """A frame as `predictions.parquet` holds it, with as many attributes as CelebA has."""
    frame = predictions("Male", 0.95, n=IMAGES)
    numbers = np.random.default_rng(0)
    more = ATTRIBUTES - len(attribute_names(frame))
    bits = {f"more_{i}": (numbers.random(len(frame)) < 0.3).astype(np.uint8) for i in range(more)}
    return pd.concat([frame, pd.DataFrame(bits)], axis=1)


def page_figures(run: Run) -> None:
    """What the page of one run computes when it is opened or its threshold is moved."""
    frame = read_predictions(run)
    val, test = (frame[frame["split"] == split].reset_index(drop=True) for split in ("val", "test"))
    labels, p = test["label"].to_numpy(), test["probability"].to_numpy()
    threshold = best_threshold(val["label"].to_numpy(), val["probability"].to_numpy())
    temperature = fit_temperature(val["label"].to_numpy(), val["probability"].to_numpy())
    summary = summarise(test, attribute_names(frame), threshold)
    cell_masks(labels, p, threshold)
    for probabilities in (p, calibrated(p, temperature.value)):
        reliability(labels, probabilities)
        score_histogram(labels, probabilities)
    worst_slice(summary.slices)
    largest_gap(summary.slices)


def _median(work: Callable[[], object]) -> float:
    work()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)

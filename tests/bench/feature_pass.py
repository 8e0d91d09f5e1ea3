"""Bench: the feature pass and block 5's training as shares of the bare network, in one process.

`python -m tests.bench pass --images 500`. Bare is the same network on a batch that is in memory already.
"""

from datetime import datetime
from functools import partial
from itertools import pairwise
from statistics import mean
from time import perf_counter
from typing import Any

from core.runs import Run, RunStore, TrainConfig
from core.runs.files import read_json_lines
from core.settings import Settings
from tests.bench.bare import median_seconds, seconds_of_depth
from tests.bench.conditions import Conditions, Row, apart, host
from tests.bench.pieces import Pieces
from tests.bench.study import PROGRESS_BYTES
from tests.bench.study_table import DEPTH_WORDS, RATES

PASS_WANTED, TRAINING_WANTED = 0.85, 0.7


def bench(conditions: Conditions) -> list[Row]:
    """The pass to block5_pool and to block4_pool, then training of block 5."""
    plan = {depth: partial(measured, depth, conditions) for depth in RATES}
    found = Pieces("pass", conditions).measure(plan)
    rows = [_pass_row(depth, part) for depth, part in found.items()]
    return rows + [row for part in found.values() if "epoch" in part for row in _training_rows(part)]


def measured(depth: str, conditions: Conditions) -> dict[str, Any]:
    """All that is measured of one depth, in a process of its own on a fresh host."""
    config = conditions.config(fine_tune=depth, learning_rate=RATES[depth], epochs=conditions.epochs)
    with host() as settings:
        return apart(_in_this_process, config, settings)


def _in_this_process(config: TrainConfig, settings: Settings) -> dict[str, Any]:
    passed = feature_pass(config, settings)
    return passed if config.fine_tune == "none" else {**passed, **training(config, settings)}


def feature_pass(config: TrainConfig, settings: Settings) -> dict[str, Any]:
    """Images a second of the trainer's own pass, JPEGs to kept features, and of its prefix alone.

    The bare prefix is timed before and after; it has built the graph before the pass begins.
    """
    import numpy as np

    from core.model.features import BATCH
    from core.training.setup import model_inputs, prepare_network, read_faces

    faces = read_faces(config, settings, _nobody)
    prepared = prepare_network(config, settings)
    prefix, shape = prepared.network.prefix, (BATCH, config.image_size, config.image_size, 3)
    images = np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)
    bare = [median_seconds(lambda: prefix.predict_on_batch(images))]
    start = perf_counter()
    inputs = model_inputs(config, faces, prepared, settings, _nobody)
    seconds = perf_counter() - start
    if inputs.note:
        raise RuntimeError(inputs.note)
    bare.append(median_seconds(lambda: prefix.predict_on_batch(images)))
    return {
        "layer": prefix.layers[-1].name,
        "precision": prepared.precision.precision,
        "pass": len(faces.dataset) / seconds,
        "bare": BATCH / mean(bare),
    }


def training(config: TrainConfig, settings: Settings) -> dict[str, Any]:
    """Images a second of a run that finds its features kept, after its first epoch; and of the bare step."""
    from core.training.__main__ import main

    bare = [seconds_of_depth(config)]
    run = RunStore(settings.runs).create(config)
    if main([str(run.path)]):
        raise RuntimeError(f"the trainer failed: {run.state().reason}")
    bare.append(seconds_of_depth(config))
    step, forward = (
        mean(part[f"{config.fine_tune} {what}"] for part in bare) for what in ("step", "forward")
    )
    n = {split: count.n for split, count in run.metrics().splits.items()}
    return {
        "fit": run.metrics().images_per_second["training"],
        "step": 1 / step,
        "epoch": epoch_seconds(run),
        "bare epoch": n["train"] * step + n["val"] * forward,
    }


def epoch_seconds(run: Run) -> float:
    """From the end of one epoch's training batches to the next one's: validation and checkpoint included."""
    signs = read_json_lines(run.path / "progress.jsonl", PROGRESS_BYTES)
    ends = {sign["epoch"]: datetime.fromisoformat(sign["time"]) for sign in signs if _ends_epoch(sign)}
    return mean((after - before).total_seconds() for before, after in pairwise(ends.values()))


def _ends_epoch(sign: dict[str, Any]) -> bool:
    return sign["phase"] == "training" and sign["step"] is not None and sign["step"] == sign["steps"]


def _nobody(done: int, total: int) -> None:
    """Nobody watches the pass."""


def _pass_row(depth: str, part: dict[str, Any]) -> Row:
    how = (
        f"{part['pass']:.1f} images/s from JPEG to features on disk, {part['bare']:.1f} by the bare network "
        f"in the same process; {part['precision']}"
    )
    what = f"feature pass to {part['layer']} / bare network"
    return Row(what, f"{part['pass'] / part['bare']:.2f}", f"{PASS_WANTED}", how)


def _training_rows(part: dict[str, Any]) -> list[Row]:
    words = DEPTH_WORDS["block5"]
    steps = f"{part['fit']:.1f} images/s in the last epoch, {part['step']:.1f} by the bare step"
    epoch = f"{part['epoch']:.1f} s with validation and checkpoint; bare steps {part['bare epoch']:.1f} s"
    return [
        Row(
            f"{words} from features / bare step",
            f"{part['fit'] / part['step']:.2f}",
            f"{TRAINING_WANTED}",
            steps,
        ),
        Row(f"{words}, bare / a whole epoch", f"{part['bare epoch'] / part['epoch']:.2f}", "", epoch),
    ]

"""How long a run will take, judged by runs that ended here; said to be a guess when there are none."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from core.runs import RunSummary, State, TrainConfig

START_UP_S = 8.0
"""Importing TensorFlow and building the network."""
GUESS_AT_224 = {"computing features": 12.0, "none": 2500.0, "block5": 12.0, "block4": 7.0, "all": 3.0}
"""Images a second at 224 px on two ordinary cores, for a machine where nothing has been measured yet."""
FROZEN_VALIDATION = 3.0
"""A forward pass is about this many times as fast as a training step."""


@dataclass(frozen=True)
class Estimate:
    """Seconds from start to scores. `measured` says whether it rests on an earlier run here."""

    seconds: float
    measured: bool


def estimate(config: TrainConfig, splits: dict[str, int], ended: Sequence[RunSummary]) -> Estimate:
    """Judge the time of `config`.

    Args:
        splits: images of train, val and test, before `config.limit`.
        ended: runs to learn speeds from, newest first.
    """
    total = sum(splits.values())
    share = min(1.0, (config.limit or total) / total) if total else 0.0
    train, rest = splits.get("train", 0) * share, (splits.get("val", 0) + splits.get("test", 0)) * share
    known = [run for run in ended if run.state.state is State.FINISHED and run.metrics and run.config]
    step, measured = _training(config, known)
    seconds = START_UP_S + config.epochs * (train + rest / 2 / FROZEN_VALIDATION) / step
    if config.keeps_features and not _same_features(config, known):
        pass_speed, measured_pass = _rate(config, known, "computing features")
        seconds += (train + rest) / pass_speed
        measured = measured and measured_pass
    return Estimate(seconds, measured)


def _training(config: TrainConfig, known: Sequence[RunSummary]) -> tuple[float, bool]:
    """Images a second in training; each goes through the frozen part too where no features are kept."""
    alike = [run for run in known if _same_work(run.config, config)]
    speed, measured = _rate(config, alike, "training")
    if measured or config.keeps_features or config.fine_tune == "all":
        return speed, measured
    return 1 / (1 / speed + 1 / _rate(config, known, "computing features")[0]), False


def _rate(config: TrainConfig, known: Sequence[RunSummary], phase: str) -> tuple[float, bool]:
    """Images a second in `phase`, from the newest run that has it, scaled by the images' area."""
    for run in known:
        if rate := run.metrics.images_per_second.get(phase):
            return rate * (run.config.image_size / config.image_size) ** 2, True
    guess = GUESS_AT_224[config.fine_tune if phase == "training" else phase] * (os.cpu_count() or 2) / 2
    return guess * (224 / config.image_size) ** 2, False


def _same_work(one: TrainConfig, other: TrainConfig) -> bool:
    return (one.fine_tune, one.keeps_features) == (other.fine_tune, other.keeps_features)


def _same_features(config: TrainConfig, known: Sequence[RunSummary]) -> bool:
    fields = ("data", "limit", "image_size", "fine_tune", "weights", "precision", "keeps_features")
    wanted = [getattr(config, field) for field in fields]
    return any([getattr(run.config, field) for field in fields] == wanted for run in known)

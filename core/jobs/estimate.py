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


@dataclass(frozen=True)
class Planned:
    """A run that is to train: its configuration, and the images of train, val and test before any limit.

    `left` is what its trainer says is left, seconds; None where it has not said.
    """

    config: TrainConfig
    splits: dict[str, int]
    left: float | None = None


def estimate(config: TrainConfig, splits: dict[str, int], ended: Sequence[RunSummary]) -> Estimate:
    """Judge the time of `config` alone.

    Args:
        splits: images of train, val and test, before `config.limit`.
        ended: runs to learn speeds from, newest first.
    """
    return estimate_all([Planned(config, splits)], ended)[0]


def estimate_all(runs: Sequence[Planned], ended: Sequence[RunSummary]) -> list[Estimate]:
    """Judge runs that train one after the other, each by itself; add up what is wanted.

    The frozen part's features cost the first run that needs them one pass, and the others nothing. Runs
    that train side by side share the machine, so that the sum holds for them too.
    """
    known = [run for run in ended if run.state.state is State.FINISHED and run.metrics and run.config]
    computed = {_features(run.config) for run in known}
    found = []
    for run in runs:
        found.append(_judge(run, known, has_features=_features(run.config) in computed))
        computed.add(_features(run.config))
    return found


def total(estimates: Sequence[Estimate]) -> Estimate:
    """The sum; measured when all are."""
    return Estimate(sum(one.seconds for one in estimates), all(one.measured for one in estimates))


def _judge(run: Planned, known: Sequence[RunSummary], *, has_features: bool) -> Estimate:
    if run.left is not None:
        return Estimate(run.left, True)
    config, images = run.config, sum(run.splits.values())
    share = min(1.0, (config.limit or images) / images) if images else 0.0
    train = run.splits.get("train", 0) * share
    rest = images * share - train
    step, measured = _training(config, known)
    seconds = START_UP_S + config.epochs * (train + rest / 2 / FROZEN_VALIDATION) / step
    if config.keeps_features and not has_features:
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


def _features(config: TrainConfig) -> tuple[object, ...]:
    """What two runs must have in common to share one set of features; under a limit, also what chooses."""
    fields = ("data", "limit", "image_size", "fine_tune", "weights", "precision", "keeps_features")
    chosen_by = ("target", "seed", "split") if config.limit else ()
    return tuple(getattr(config, field) for field in (*fields, *chosen_by))

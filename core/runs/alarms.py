"""Alarms: signs that a run is going wrong, each with what to try. Pure functions on its epochs.

Kept on the run as `alarms.jsonl`, a line an alarm; each kind is raised once a run.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.runs.files import append_json, read_json_lines, write_json_lines
from core.runs.run import Run

HAIR = 0.01
"""Accuracy this close to the majority share counts as having learnt nothing."""
ONE_CLASS = 0.005
"""Share of the rarer answer below which a model is said to give only one."""
RISING_EPOCHS = 2
"""Epochs in a row in which val_loss must rise to be called overfitting."""


@dataclass(frozen=True)
class Alarm:
    """One alarm. `epoch` is 1-based; `kind` is collapse, not_finite, loss_rising or overfitting."""

    kind: str
    epoch: int
    message: str
    advice: str


_ALARM = TypeAdapter(Alarm)


@dataclass(frozen=True)
class Epoch:
    """What the rules look at. Shares are 0..1; `positive` is the share of images answered "yes"."""

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    val_positive: float


def not_finite(epoch: int, loss: float) -> Alarm:
    """The loss is no number any more; the run stops and keeps its best epoch."""
    return Alarm(
        "not_finite",
        epoch,
        f"The loss became {loss} in epoch {epoch}.",
        "Training stopped and the best epoch was kept. Try a learning rate ten times lower.",
    )


def collapse(epochs: Sequence[Epoch], val_rate: float) -> Alarm | None:
    """One class for nearly all images, and so the accuracy of always answering it."""
    last = epochs[-1]
    one_class = min(last.val_positive, 1 - last.val_positive) <= ONE_CLASS
    answered = val_rate if last.val_positive > 0.5 else 1 - val_rate
    if not one_class or abs(last.val_accuracy - answered) > HAIR:
        return None
    return Alarm(
        "collapse",
        last.epoch,
        f"In epoch {last.epoch} the model gave one answer for nearly all validation images: "
        f"its accuracy of {last.val_accuracy:.4f} is that class's share.",
        "Try a lower learning rate, or train fewer blocks.",
    )


def loss_rising(epochs: Sequence[Epoch]) -> Alarm | None:
    """The training loss is above that of the first epoch."""
    first, last = epochs[0], epochs[-1]
    if last.epoch == first.epoch or not last.loss > first.loss:
        return None
    return Alarm(
        "loss_rising",
        last.epoch,
        f"The training loss rose from {first.loss:.4f} in epoch {first.epoch} to {last.loss:.4f} "
        f"in epoch {last.epoch}.",
        "The learning rate is probably too high: try a tenth of it.",
    )


def overfitting(epochs: Sequence[Epoch]) -> Alarm | None:
    """The validation loss rose in each of the last epochs while the training loss fell."""
    recent = epochs[-RISING_EPOCHS - 1 :]
    if len(recent) <= RISING_EPOCHS:
        return None
    pairs = list(itertools.pairwise(recent))
    if not all(b.val_loss > a.val_loss and b.loss < a.loss for a, b in pairs):
        return None
    return Alarm(
        "overfitting",
        recent[-1].epoch,
        f"The validation loss rose for {RISING_EPOCHS} epochs, to {recent[-1].val_loss:.4f} "
        f"in epoch {recent[-1].epoch}, while the training loss fell.",
        "The best epoch is kept. Try more dropout, more images, or early stopping.",
    )


def alarms_of(epochs: Sequence[Epoch], val_rate: float) -> list[Alarm]:
    """The alarms that hold after the last of `epochs`; `val_rate` is the positives' share in validation."""
    finite = [e for e in epochs if math.isfinite(e.loss) and math.isfinite(e.val_loss)]
    if not finite:
        return []
    rules: list[Callable[[], Alarm | None]] = [
        lambda: collapse(finite, val_rate),
        lambda: loss_rising(finite),
        lambda: overfitting(finite),
    ]
    return [alarm for rule in rules if (alarm := rule()) is not None]


def read_alarms(run: Run) -> list[Alarm]:
    """The run's alarms, oldest first; lines that are torn or foreign are passed over."""
    found = map(_alarm, read_json_lines(run.path / "alarms.jsonl"))
    return [alarm for alarm in found if alarm is not None]


def raise_alarm(run: Run, alarm: Alarm) -> bool:
    """Keep an alarm on the run unless one of its kind is there already; returns whether it was new."""
    if any(known.kind == alarm.kind for known in read_alarms(run)):
        return False
    append_json(run.path / "alarms.jsonl", asdict(alarm))
    return True


def drop_alarms_after(run: Run, epoch: int) -> None:
    """Forget alarms of epochs that are trained again."""
    alarms = read_alarms(run)
    kept = [alarm for alarm in alarms if alarm.epoch <= epoch]
    if len(kept) != len(alarms):
        write_json_lines(run.path / "alarms.jsonl", map(asdict, kept))


def _alarm(line: dict[str, Any]) -> Alarm | None:
    try:
        return _ALARM.validate_python(line)
    except ValidationError:
        return None

"""What each column of Compare says of a run, and what it sorts by. Pure; draws nothing.

Accuracies are those of the best epoch: the lowest validation loss, the earliest on a tie.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.data.sources import BUILT_IN
from core.evaluation import Interval
from core.runs import RunSummary
from core.runs.marks import marks
from core.runs.records import EpochScore, score_interval
from core.runs.run import Row
from core.ui.curves import best_epoch
from core.ui.formatting import NOTHING, attribute_words, seconds, share
from core.ui.vocabulary import (
    FINE_TUNE,
    MARKS_USES,
    SPLIT_KINDS,
    augment_words,
    number_words,
    state_words,
    weights_words,
)

Cell = str | int | float | None
Split = Literal["val", "test"]
_ALARMS = {
    "collapse": "one answer",
    "not_finite": "no number",
    "loss_rising": "loss rising",
    "overfitting": "overfitting",
}


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        code: what the address calls it.
        label: its heading.
        text: what its cell says of a run.
        order: what it sorts by, None for "no value"; the text where this is not given.
        split: the split whose images its accuracy is of; n stands in the heading or in IMAGES.
        width: pixels; None lets the browser choose.
        help: what the heading explains.
    """

    code: str
    label: str
    text: Callable[[RunSummary], str]
    order: Callable[[RunSummary], Cell] | None = None
    split: Split | None = None
    width: int | None = None
    help: str = ""


def best_score(summary: RunSummary) -> EpochScore | None:
    """The best epoch's scores: as recorded, or from the history so far; None before the first epoch."""
    if summary.metrics:
        return summary.metrics.best
    best = best_epoch(summary.history)
    row = next((row for row in summary.history if int(row["epoch"]) + 1 == best), None)
    return None if row is None else _score_of(row)


def last_score(summary: RunSummary) -> EpochScore | None:
    """The last epoch's scores, None before the first epoch."""
    if summary.metrics:
        return summary.metrics.last
    return _score_of(summary.history[-1]) if summary.history else None


def image_count(summary: RunSummary, split: str) -> int:
    """Images of a split, "train", "val" or "test"; 0 before the data was read."""
    known = summary.metrics or (summary.environment and summary.environment.data)
    counted = known.splits.get(split) if known else None
    return counted.n if counted else 0


def test_count(summary: RunSummary) -> int:
    """Images of the test split; 0 before the run was scored."""
    return image_count(summary, "test") if summary.metrics else 0


def accuracy(summary: RunSummary, split: Split) -> float | None:
    """Accuracy on `split` at the best epoch; None where there is none, or where it is no number."""
    value = getattr(best_score(summary), f"{split}_accuracy", None)
    return value if value is not None and math.isfinite(value) else None


def interval(summary: RunSummary, split: Split) -> Interval | None:
    """The 95 % interval of `accuracy`; None without an accuracy or its n."""
    score = best_score(summary)
    if score is None or accuracy(summary, split) is None:
        return None
    return score_interval(score, split, image_count(summary, split))


def _score_of(row: Row) -> EpochScore:
    return EpochScore(
        epoch=int(row["epoch"]) + 1,
        train_accuracy=row.get("accuracy"),
        train_loss=row.get("loss"),
        val_accuracy=row.get("val_accuracy"),
        val_loss=row.get("val_loss"),
    )


def _best(name: str) -> Callable[[RunSummary], float | None]:
    def value(summary: RunSummary) -> float | None:
        found = getattr(best_score(summary), name, None)
        return found if found is not None and math.isfinite(found) else None

    return value


def _accuracy_text(split: Split) -> Callable[[RunSummary], str]:
    def text(summary: RunSummary) -> str:
        value, between = accuracy(summary, split), interval(summary, split)
        if value is None:
            return NOTHING
        return f"{share(value)} ({_end(between.low)}–{_end(between.high)})" if between else share(value)

    return text


def _images_text(summary: RunSummary) -> str:
    counts = [image_count(summary, split) for split in ("val", "test")] if best_score(summary) else []
    return " / ".join(f"{n:,}" for n in dict.fromkeys(counts)) or NOTHING


def _end(value: float) -> str:
    """An end of an interval, without the zero before the point: eight columns shall fit on a laptop."""
    return share(value).removeprefix("0") if value >= 0 else share(value)


def _name_text(summary: RunSummary) -> str:
    # Of a title made from settings only what tells runs apart: the others have columns of their own.
    star = "★ " if summary.notes.star else ""
    if summary.notes.name or summary.config is None:
        return star + summary.title
    config = summary.config
    depth = FINE_TUNE[config.fine_tune].lower()
    return f"{star}{depth}, {number_words(config.learning_rate)} ({summary.id[-6:]})"


def _config(name: str, words: Callable[..., str] = str) -> Callable[[RunSummary], str]:
    return lambda summary: words(getattr(summary.config, name)) if summary.config else NOTHING


def _number(name: str) -> Callable[[RunSummary], float | None]:
    return lambda summary: getattr(summary.config, name, None)


def _each_epoch(name: str) -> Callable[[RunSummary], str]:
    return lambda summary: " ".join(share(row[name]) for row in summary.history if name in row) or NOTHING


def _epoch_text(summary: RunSummary) -> str:
    score = best_score(summary)
    return f"{score.epoch} of {len(summary.history) or score.epoch}" if score else NOTHING


def _last_text(summary: RunSummary) -> str:
    return share(getattr(last_score(summary), "val_accuracy", None))


def _short_mark(mark: str) -> str:
    # The heading's help and the chosen run's card say it in full.
    return {"synthetic faces": "synthetic", "random weights": "random"}.get(mark, mark.partition(":")[0])


def _data_text(summary: RunSummary) -> str:
    if summary.environment:
        return summary.environment.data.name
    if summary.config is None:
        return NOTHING
    built_in = BUILT_IN.get(summary.config.data)
    return built_in.name if built_in else Path(summary.config.data).name


def _epochs_or_never(epochs: int) -> str:
    return f"after {epochs}" if epochs else "never"


def _speed(summary: RunSummary) -> float | None:
    return summary.metrics.images_per_second.get("training") if summary.metrics else None


def _trained(summary: RunSummary) -> int | None:
    return summary.environment.trained_parameters if summary.environment else None


def _or_dash(value: Callable[[RunSummary], float | None], words: str) -> Callable[[RunSummary], str]:
    return lambda summary: NOTHING if (found := value(summary)) is None else format(found, words)


NAME = Column("name", "Name", _name_text, lambda s: s.title.casefold(), width=124)
VALIDATION = Column(
    "val",
    "Validation",
    _accuracy_text("val"),
    _best("val_accuracy"),
    split="val",
    width=165,
    help="Accuracy on the validation images at the best epoch, with its 95 % interval. Choose runs by it.",
)
TEST = Column(
    "test",
    "Test",
    _accuracy_text("test"),
    _best("test_accuracy"),
    split="test",
    width=165,
    help="Accuracy on the test images at the best epoch, with its 95 % interval.",
)
EPOCH = Column(
    "best",
    "Epoch",
    _epoch_text,
    lambda s: getattr(best_score(s), "epoch", None),
    width=66,
    help="The best epoch, of those that were trained: the one with the lowest validation loss, the earliest "
    "on a tie.",
)
LAST = Column(
    "last",
    "Last",
    _last_text,
    lambda s: getattr(last_score(s), "val_accuracy", None),
    width=60,
    help="Validation accuracy at the last epoch, to hold against the best one's.",
)
IMAGES = Column(
    "n",
    "n",
    _images_text,
    width=70,
    help="Validation and test images that were scored; one number where both are as many.",
)
STATE = Column("state", "State", lambda summary: state_words(summary.state.state).label, width=76)
MARKS = Column(
    "marks",
    "Marks",
    lambda summary: ", ".join(map(_short_mark, marks(summary))),
    width=104,
    help="synthetic: trained on drawn faces. random: VGG-16 started from random weights. local weights: it "
    "started from a file of this machine, not from ImageNet's weights. other images, other target: "
    "not those of the run that the others are held against, so the accuracies cannot be compared.",
)
ALARMS = Column(
    "alarms",
    "Alarms",
    lambda s: ", ".join(_ALARMS.get(alarm.kind, alarm.kind) for alarm in s.alarms),
    lambda s: len(s.alarms),
    width=110,
    help="Signs that training went wrong. The run's own page says what to try.",
)
FINE_TUNING = Column("tune", "Fine-tuning", _config("fine_tune", FINE_TUNE.__getitem__))
LEARNING_RATE = Column(
    "lr", "Learning rate", _config("learning_rate", number_words), _number("learning_rate")
)
TRAIN = Column(
    "train",
    "Train",
    lambda s: share(_best("train_accuracy")(s)),
    _best("train_accuracy"),
    help="Keras's running mean over the best epoch, with dropout on.",
)
TRAIN_EPOCHS = Column("trains", "Train, per epoch", _each_epoch("accuracy"), _best("train_accuracy"))
VALIDATION_EPOCHS = Column(
    "vals", "Validation, per epoch", _each_epoch("val_accuracy"), _best("val_accuracy")
)
CREATED = Column(
    "created", "Created", lambda s: (s.state.queued_at or "")[:16].replace("T", " "), lambda s: s.id
)
DURATION = Column(
    "time",
    "Duration",
    lambda s: seconds(s.state.seconds) if s.state.seconds else NOTHING,
    lambda s: s.state.seconds,
    help="What trainers spent on it, over all attempts.",
)
SPEED = Column("speed", "Images per second", _or_dash(_speed, ",.0f"), _speed)
PARAMETERS = Column("params", "Parameters trained", _or_dash(_trained, ","), _trained)

SETTINGS = (
    Column("target", "Target", _config("target", attribute_words)),
    Column("data", "Data", _data_text),
    Column(
        "limit", "Limit on images", _config("limit", lambda n: f"{n:,}" if n else "none"), _number("limit")
    ),
    Column("split", "Split", _config("split", SPLIT_KINDS.get)),
    Column("marked", "Labels marked wrong", _config("marks", MARKS_USES.get)),
    Column("size", "Image size", _config("image_size"), _number("image_size")),
    Column("weights", "Base weights", _config("weights", weights_words)),
    FINE_TUNING,
    LEARNING_RATE,
    Column("dense", "Dense units", _config("dense_units", lambda units: ", ".join(map(str, units)))),
    Column("bn", "Batch norm", _config("batch_norm", lambda on: "yes" if on else "no")),
    Column("dropout", "Dropout", _config("dropout", number_words), _number("dropout")),
    Column("augment", "Augmentation", _config("augment", augment_words)),
    Column("opt", "Optimizer", _config("optimizer")),
    Column("batch", "Batch size", _config("batch_size"), _number("batch_size")),
    Column("epochs", "Epochs asked", _config("epochs"), _number("epochs")),
    Column("stop", "Early stopping", _config("early_stopping_patience", _epochs_or_never)),
    Column("reduce", "Reduce rate", _config("reduce_lr_patience", _epochs_or_never)),
    Column("factor", "Reduce by", _config("reduce_lr_factor", number_words), _number("reduce_lr_factor")),
    Column("precision", "Precision", _config("precision")),
    Column("seed", "Seed", _config("seed"), _number("seed")),
)
"""What was asked of a run, a column a field."""

SUMMARY = (NAME, VALIDATION, TEST, MARKS, STATE, EPOCH, LAST, ALARMS)
COSTS = (DURATION, SPEED, PARAMETERS)
PER_EPOCH = (NAME, FINE_TUNING, LEARNING_RATE, TRAIN_EPOCHS, VALIDATION_EPOCHS, TEST, MARKS)
"""The columns of the report's tables."""
ON_PHONE = (NAME, VALIDATION, TEST, MARKS, STATE)

ON_DEMAND = (
    *SETTINGS,
    TRAIN,
    Column("loss", "Best validation loss", lambda s: share(_best("val_loss")(s)), _best("val_loss")),
    Column("done", "Epochs done", lambda s: str(len(s.history)), lambda s: len(s.history)),
    *COSTS,
    Column("tags", "Tags", lambda summary: ", ".join(summary.notes.tags)),
    CREATED,
    Column("id", "Id", lambda summary: summary.id),
)
"""What the reader can add; the settings that differ come by themselves."""
SORTABLE = (
    CREATED,
    VALIDATION,
    TEST,
    NAME,
    STATE,
    EPOCH,
    LAST,
    ALARMS,
    *(column for column in ON_DEMAND if column.order and column is not CREATED),
)
"""What the table can be sorted by; the first is how it comes."""

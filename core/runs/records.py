"""What a run reports of itself, as typed values: metrics, environment, notes, progress.

Accuracies and rates are shares in 0..1, losses are mean binary cross-entropy in nats, times are seconds.
"""

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from core.evaluation import Interval, share_interval
from core.runs.state import Moment

MAX_WORDS, MAX_NOTE = 2_000, 20_000
"""Characters of a text in a table or a title, and of a note; the product's own are far shorter."""


def _sound(interval: Interval) -> Interval:
    """The interval, if it lies where shares do and says in a few words how it was made."""
    if not (-1 <= interval.low <= interval.high <= 1 and len(interval.method) <= MAX_WORDS):
        raise ValueError("its ends are no shares in order")
    return interval


def _finite(value: object) -> object:
    """As `core.atomic.finite` writes it: what is no number is None."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


Number = Annotated[float | None, BeforeValidator(_finite)]
Share = Annotated[Annotated[float, Field(ge=0, le=1 + 1e-6)] | None, BeforeValidator(_finite)]
"""A running mean of shares may round a little over 1."""
Count = Annotated[int, Field(ge=0, le=10**12)]
Words = Annotated[str, Field(max_length=MAX_WORDS)]
SplitName = Annotated[str, Field(pattern=r"^(train|val|test)$")]
KnownInterval = Annotated[Interval, AfterValidator(_sound)]


class Record(BaseModel):
    """A file of a run. Unknown keys are ignored, so that an older reader opens a newer run."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class EpochScore(Record):
    """How one epoch's weights do. Train accuracy is Keras's running mean over the epoch.

    The intervals are of the accuracies, persons drawn anew where they are known. They are None where that
    split was not scored with these weights, and in older runs: `score_interval` then has Wilson's.
    """

    epoch: Count
    train_accuracy: Share = None
    train_loss: Number = None
    val_accuracy: Share = None
    val_loss: Number = None
    val_interval: KnownInterval | None = None
    test_accuracy: Share = None
    test_loss: Number = None
    test_interval: KnownInterval | None = None


def score_interval(score: EpochScore, split: Literal["val", "test"], n: int) -> Interval | None:
    """The recorded 95 % interval of the accuracy on `split`; else Wilson's, from accuracy and `n` images.

    None when there is no accuracy, or no image.
    """
    accuracy: float | None = getattr(score, f"{split}_accuracy")
    recorded: Interval | None = getattr(score, f"{split}_interval")
    if accuracy is None or not n:
        return None
    return recorded or share_interval(round(accuracy * n), n)


class SplitCount(Record):
    """Images of a split and how many of them carry the target."""

    n: Count
    positives: Count

    @property
    def majority(self) -> float:
        """Accuracy of always answering the commoner class."""
        return max(self.positives, self.n - self.positives) / self.n if self.n else 0.0


class Metrics(Record):
    """`metrics.json`. `best` is the epoch with the lowest val_loss, the earliest on a tie.

    `images_per_second` has the last speed of each phase that took images through the network.
    """

    target: Words
    best: EpochScore
    last: EpochScore
    splits: dict[SplitName, SplitCount]
    images_per_second: dict[Words, float] = Field(default_factory=dict)


class MarksRecord(Record):
    """Which of a person's marks on its target a run began with (`marks.json`), and what they did.

    `use` is leave_out or flip; `applied` are the training images marked wrong, `held_out` those of validation
    and test, whose labels stay. `fingerprint` names the marks, whatever images the run has.
    """

    use: Words
    fingerprint: Words
    wrong: Count
    right: Count
    unsure: Count
    applied: Count
    held_out: Count


class DataRecord(Record):
    """Which faces a run saw.

    `aligned`: whether the training images have the size of CelebA's aligned faces; None in older runs.
    `marks`: the marks on labels that it learnt by; None where it ignores them.
    """

    name: Words
    synthetic: bool
    fingerprint: Words
    split_fingerprint: Words
    official_split: bool
    splits: dict[SplitName, SplitCount] = Field(default_factory=dict)
    problems: tuple[str, ...] = ()
    aligned: bool | None = None
    marks: MarksRecord | None = None

    @property
    def images(self) -> int:
        """Images that the run read, with those that were left out of training."""
        left_out = self.marks.applied if self.marks and self.marks.use == "leave_out" else 0
        return sum(split.n for split in self.splits.values()) + left_out


class WeightsRecord(Record):
    """Which base weights a run started from. `kind` is imagenet, random or file."""

    kind: Words
    name: Words
    fingerprint: Words


class Environment(Record):
    """`environment.json`: where and with what a run was made."""

    versions: dict[Words, Words]
    machine: Words
    precision: Words
    precision_reason: Words = ""
    seed: int
    data: DataRecord
    weights: WeightsRecord
    trained_parameters: Count
    frozen_parameters: Count


class Notes(Record):
    """`notes.json`: what people say of a run."""

    name: Words = ""
    tags: tuple[Words, ...] = ()
    star: bool = False
    note: str = Field("", max_length=MAX_NOTE)


class Progress(Record):
    """A line of `progress.jsonl`."""

    time: Moment
    phase: Words
    epoch: Count = 0
    epochs: Count = 0
    step: Count = 0
    steps: Count = 0
    images_per_second: Number = None
    eta_epoch: Number = None
    eta_run: Number = None
    memory_mb: Number = None
    loss: Number = None
    accuracy: Share = None


class Owner(Record):
    """`owner.json`, in a run that a visitor of a demo started: the visitor's key, which the cookie gives."""

    visitor: Words = ""

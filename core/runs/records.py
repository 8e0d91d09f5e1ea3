"""What a run reports of itself, as typed values: metrics, environment, notes, progress.

Accuracies and rates are shares in 0..1, losses are mean binary cross-entropy in nats, times are seconds.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from core.evaluation import Interval, share_interval


class Record(BaseModel):
    """A file of a run. Unknown keys are ignored, so that an older reader opens a newer run."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class EpochScore(Record):
    """How one epoch's weights do. Train accuracy is Keras's running mean over the epoch.

    The intervals are of the accuracies, persons drawn anew where they are known. They are None where that
    split was not scored with these weights, and in older runs: `score_interval` then has Wilson's.
    """

    epoch: int
    train_accuracy: float | None = None
    train_loss: float | None = None
    val_accuracy: float | None = None
    val_loss: float | None = None
    val_interval: Interval | None = None
    test_accuracy: float | None = None
    test_loss: float | None = None
    test_interval: Interval | None = None


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

    n: int
    positives: int

    @property
    def majority(self) -> float:
        """Accuracy of always answering the commoner class."""
        return max(self.positives, self.n - self.positives) / self.n if self.n else 0.0


class Metrics(Record):
    """`metrics.json`. `best` is the epoch with the lowest val_loss, the earliest on a tie.

    `images_per_second` has the last speed of each phase that took images through the network.
    """

    target: str
    best: EpochScore
    last: EpochScore
    splits: dict[str, SplitCount]
    images_per_second: dict[str, float] = Field(default_factory=dict)


class MarksRecord(Record):
    """Which of a person's marks on its target a run began with (`marks.json`), and what they did.

    `use` is leave_out or flip; `applied` are the training images marked wrong, `held_out` those of validation
    and test, whose labels stay. `fingerprint` names the marks, whatever images the run has.
    """

    use: str
    fingerprint: str
    wrong: int
    right: int
    unsure: int
    applied: int
    held_out: int


class DataRecord(Record):
    """Which faces a run saw.

    `aligned`: whether the training images have the size of CelebA's aligned faces; None in older runs.
    `marks`: the marks on labels that it learnt by; None where it ignores them.
    """

    name: str
    synthetic: bool
    fingerprint: str
    split_fingerprint: str
    official_split: bool
    splits: dict[str, SplitCount] = Field(default_factory=dict)
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

    kind: str
    name: str
    fingerprint: str


class Environment(Record):
    """`environment.json`: where and with what a run was made."""

    versions: dict[str, str]
    machine: str
    precision: str
    precision_reason: str = ""
    seed: int
    data: DataRecord
    weights: WeightsRecord
    trained_parameters: int
    frozen_parameters: int


class Notes(Record):
    """`notes.json`: what people say of a run."""

    name: str = ""
    tags: tuple[str, ...] = ()
    star: bool = False
    note: str = ""


class Progress(Record):
    """A line of `progress.jsonl`."""

    time: str
    phase: str
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    images_per_second: float | None = None
    eta_epoch: float | None = None
    eta_run: float | None = None
    memory_mb: float | None = None
    loss: float | None = None
    accuracy: float | None = None


class Owner(Record):
    """`owner.json`, in a run that a visitor of a demo started: the visitor's key, which the cookie gives."""

    visitor: str = ""

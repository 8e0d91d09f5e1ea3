"""What a run reports of itself, as typed values: metrics, environment, notes, progress.

Accuracies and rates are shares in 0..1, losses are mean binary cross-entropy in nats, times are seconds.
"""

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A file of a run. Unknown keys are ignored, so that an older reader opens a newer run."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class EpochScore(Record):
    """How one epoch's weights do. Train accuracy is Keras's running mean over the epoch."""

    epoch: int
    train_accuracy: float | None = None
    train_loss: float | None = None
    val_accuracy: float | None = None
    val_loss: float | None = None
    test_accuracy: float | None = None
    test_loss: float | None = None


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


class DataRecord(Record):
    """Which faces a run saw."""

    name: str
    synthetic: bool
    fingerprint: str
    split_fingerprint: str
    official_split: bool
    splits: dict[str, SplitCount] = Field(default_factory=dict)
    problems: tuple[str, ...] = ()


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

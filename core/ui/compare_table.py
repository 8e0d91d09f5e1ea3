"""The runs as a table: one row a run with every column that Compare can show. Pure; draws nothing.

Accuracies are those of the best epoch: the lowest validation loss, the earliest on a tie.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from core.runs import RunSummary
from core.runs.records import EpochScore
from core.runs.run import Row
from core.ui.curves import best_epoch
from core.ui.formatting import NOTHING, attribute_words, seconds, share, with_n
from core.ui.vocabulary import FINE_TUNE, augment_words, marks, number_words, state_words, weights_words

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        label: its heading.
        text: what its cell says of a run.
        order: what it sorts by, None for "no value"; the text where this is not given.
    """

    label: str
    text: Callable[[RunSummary], str]
    order: Callable[[RunSummary], Cell] | None = None


def best_score(summary: RunSummary) -> EpochScore | None:
    """The best epoch's scores: as recorded, or from the history so far; None before the first epoch."""
    if summary.metrics:
        return summary.metrics.best
    best = best_epoch(summary.history)
    row = next((row for row in summary.history if int(row["epoch"]) + 1 == best), None)
    return None if row is None else _score_of(row)


def test_count(summary: RunSummary) -> int:
    """Images of the test split; 0 before the run was scored."""
    split = summary.metrics.splits.get("test") if summary.metrics else None
    return split.n if split else 0


def _score_of(row: Row) -> EpochScore:
    return EpochScore(
        epoch=int(row["epoch"]) + 1,
        train_accuracy=row.get("accuracy"),
        train_loss=row.get("loss"),
        val_accuracy=row.get("val_accuracy"),
        val_loss=row.get("val_loss"),
    )


def _best(name: str) -> Callable[[RunSummary], float | None]:
    return lambda summary: getattr(best_score(summary), name, None)


def _config(name: str, words: Callable[..., str] = str) -> Callable[[RunSummary], str]:
    return lambda summary: words(getattr(summary.config, name)) if summary.config else NOTHING


def _number(name: str) -> Callable[[RunSummary], float | None]:
    return lambda summary: getattr(summary.config, name, None)


def _validation_text(summary: RunSummary) -> str:
    score = best_score(summary)
    return NOTHING if score is None else f"{share(score.val_accuracy)} (epoch {score.epoch})"


def _test_text(summary: RunSummary) -> str:
    score = best_score(summary)
    tested = score is not None and score.test_accuracy is not None
    return with_n(score.test_accuracy, test_count(summary)) if tested else NOTHING


def _each_epoch(name: str) -> Callable[[RunSummary], str]:
    return lambda summary: " ".join(share(row[name]) for row in summary.history if name in row) or NOTHING


def _short_mark(mark: str) -> str:
    # The heading's help and the chosen run's card say it in full.
    return {"synthetic faces": "synthetic", "random weights": "random"}.get(mark, mark.partition(":")[0])


def _epochs_or_never(epochs: int) -> str:
    return f"after {epochs}" if epochs else "never"


NAME = Column("Name", lambda summary: summary.title)
STATE = Column("State", lambda summary: state_words(summary.state.state).label)
FINE_TUNING = Column("Fine-tuning", _config("fine_tune", FINE_TUNE.__getitem__))
LEARNING_RATE = Column("Learning rate", _config("learning_rate", number_words), _number("learning_rate"))
TRAIN = Column("Train", lambda s: share(_best("train_accuracy")(s)), _best("train_accuracy"))
VALIDATION = Column("Validation", _validation_text, _best("val_accuracy"))
TEST = Column("Test", _test_text, _best("test_accuracy"))
MARKS = Column("Marks", lambda summary: ", ".join(map(_short_mark, marks(summary))))
TRAIN_EPOCHS = Column("Train, per epoch", _each_epoch("accuracy"), _best("train_accuracy"))
VALIDATION_EPOCHS = Column("Validation, per epoch", _each_epoch("val_accuracy"), _best("val_accuracy"))
CREATED = Column(
    "Created", lambda summary: (summary.state.queued_at or "")[:16].replace("T", " "), lambda s: s.id
)

SUMMARY = (NAME, FINE_TUNING, LEARNING_RATE, TRAIN, VALIDATION, TEST, MARKS, STATE)
PER_EPOCH = (NAME, FINE_TUNING, LEARNING_RATE, TRAIN_EPOCHS, VALIDATION_EPOCHS, TEST, MARKS)
"""The columns of the report's tables."""

ON_DEMAND = (
    Column("Target", _config("target", attribute_words)),
    Column("Data", lambda s: s.environment.data.name if s.environment else NOTHING),
    Column("Limit on images", _config("limit", lambda n: f"{n:,}" if n else "none"), _number("limit")),
    Column("Image size", _config("image_size"), _number("image_size")),
    Column("Base weights", _config("weights", weights_words)),
    Column("Dense units", _config("dense_units", lambda units: ", ".join(map(str, units)))),
    Column("Batch norm", _config("batch_norm", lambda on: "yes" if on else "no")),
    Column("Dropout", _config("dropout", number_words), _number("dropout")),
    Column("Augmentation", _config("augment", augment_words)),
    Column("Optimizer", _config("optimizer")),
    Column("Batch size", _config("batch_size"), _number("batch_size")),
    Column("Epochs asked", _config("epochs"), _number("epochs")),
    Column("Early stopping", _config("early_stopping_patience", _epochs_or_never)),
    Column("Reduce rate", _config("reduce_lr_patience", _epochs_or_never)),
    Column("Reduce by", _config("reduce_lr_factor", number_words), _number("reduce_lr_factor")),
    Column("Precision", lambda s: s.environment.precision if s.environment else NOTHING),
    Column("Seed", _config("seed"), _number("seed")),
    Column("Epochs done", lambda s: str(len(s.history)), lambda s: len(s.history)),
    Column("Best validation loss", lambda s: share(_best("val_loss")(s)), _best("val_loss")),
    Column("Training time", lambda s: seconds(s.state.seconds), lambda s: s.state.seconds),
    CREATED,
    Column("Id", lambda summary: summary.id),
)
SORTABLE = (
    CREATED,
    *(column for column in SUMMARY if column is not MARKS),
    *(column for column in ON_DEMAND if column.order and column is not CREATED),
)
"""What the table can be sorted by; the first is how it comes."""


def table(summaries: Sequence[RunSummary], columns: Sequence[Column]) -> pd.DataFrame:
    """The table shown: one row a run in the order given, indexed by run id, all cells text."""
    cells = {column.label: [column.text(summary) for summary in summaries] for column in columns}
    return pd.DataFrame(
        cells, index=pd.Index([summary.id for summary in summaries], name="id"), dtype="string"
    )


def ordered(summaries: Sequence[RunSummary], column: Column, descending: bool) -> list[RunSummary]:
    """The runs sorted by a column; those without a value come last in either direction."""
    key = column.order or (lambda summary: column.text(summary).casefold())
    valued = [summary for summary in summaries if key(summary) is not None]
    rest = [summary for summary in summaries if key(summary) is None]
    return sorted(valued, key=key, reverse=descending) + rest


def matching(
    summaries: Sequence[RunSummary], words: str, states: Sequence[str], targets: Sequence[str]
) -> list[RunSummary]:
    """The runs that hold every word of a search and are of one of the states and targets; empty means any.

    Words are looked for in name, id, tags, state, fine-tuning, learning rate, data, target and marks.
    """
    wanted = words.casefold().split()
    return [
        summary
        for summary in summaries
        if (not states or summary.state.state.value in states)
        and (not targets or (summary.config is not None and summary.config.target in targets))
        and all(word in _searched(summary) for word in wanted)
    ]


def _searched(summary: RunSummary) -> str:
    columns = (NAME, STATE, FINE_TUNING, LEARNING_RATE, MARKS, *ON_DEMAND[:2])
    texts = [column.text(summary) for column in columns]
    return " ".join([*texts, summary.id, *summary.notes.tags]).casefold()

"""The numbers behind the learning curves: one row for each run, split and epoch. Draws nothing.

Keras counts epochs from 0 in `history.csv`; people, the report and these frames count from 1.
"""

import math
from collections.abc import Sequence

import pandas as pd

from core.runs import OPEN, RunSummary
from core.runs.records import SplitCount
from core.runs.run import Row
from core.ui.formatting import share
from core.ui.palette import LOOKS, Look, run_look

METRICS = ("loss", "accuracy")
COLUMNS = ("run_id", "run", "split", "dash", "epoch", "value", "best")
_KERAS_NAMES = {"train": "", "validation": "val_"}


def curve_frame(summaries: Sequence[RunSummary], metric: str) -> pd.DataFrame:
    """The curves of some runs.

    Args:
        metric: one of METRICS.

    Returns:
        Columns COLUMNS: `run` is the label shown, `split` is train or validation, `dash` is "validation" or
        "train" with the number of the run's pattern, `epoch` counts from 1, `best` marks the validation value
        of the best epoch. Values that are not finite are left out.
    """
    labels, looks = run_labels(summaries), run_looks([summary.id for summary in summaries])
    rows = [
        (
            summary.id,
            labels[summary.id],
            split,
            dash_name(split, looks[summary.id].pattern),
            epoch,
            value,
            split == "validation" and epoch == best,
        )
        for summary in summaries
        for best in [best_epoch(summary.history)]
        for split, epoch, value in _points(summary.history, metric)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def dash_name(split: str, pattern: int) -> str:
    """What the frame calls a line's dash: validation is solid in each run, train in the run's pattern."""
    return split if split == "validation" else f"{split} {pattern}"


def smoothed(frame: pd.DataFrame, weight: float) -> pd.DataFrame:
    """A curve frame with a column `smooth`: each curve's exponential moving average.

    Args:
        weight: of the past, 0 (none) to below 1. The mean is weighted so that the start is not pulled to 0.
    """
    curves = frame.groupby(["run_id", "split"], sort=False)["value"]
    means = curves.transform(lambda values: values.ewm(alpha=1 - weight).mean()) if len(frame) else 0.0
    return frame.assign(smooth=means)


def best_epoch(history: Sequence[Row]) -> int | None:
    """The epoch with the lowest val_loss, the earliest on a tie, counted from 1; None before there is one."""
    scored = [(row["val_loss"], int(row["epoch"]) + 1) for row in history if _finite(row, "val_loss")]
    return min(scored)[1] if scored else None


def epochs_shown(summaries: Sequence[RunSummary]) -> int:
    """Right end of the epoch axis: what was asked of runs that go on, what was done by those that ended."""
    return max((_epochs(summary) for summary in summaries), default=1)


def run_labels(summaries: Sequence[RunSummary]) -> dict[str, str]:
    """What each run is called in a chart: its title, with the end of its id where two share a title."""
    titles = [summary.title for summary in summaries]
    return {
        summary.id: summary.title
        if titles.count(summary.title) == 1
        else f"{summary.title} ({summary.id[-6:]})"
        for summary in summaries
    }


def run_looks(run_ids: Sequence[str]) -> dict[str, Look]:
    """The look of each run: its own of every page, and for one whose look another has here, the nearest free.

    The nearest has the same colour. With more runs than looks some share one.
    """
    looks: dict[str, Look] = {}
    for run_id in sorted(run_ids):
        if (own := run_look(run_id)) not in looks.values():
            looks[run_id] = own
    for run_id in sorted(set(run_ids) - set(looks)):
        own = run_look(run_id)
        free = [look for look in LOOKS if look not in looks.values()] or [own]
        looks[run_id] = min(free, key=lambda look: look.color != own.color)
    return looks


def majority_frame(summaries: Sequence[RunSummary]) -> pd.DataFrame:
    """Accuracy on validation of always answering the commoner class: `value` and a `text` to stand by it.

    One row for each value among the runs, ascending: runs on the same split share theirs. Only the last has a
    text, which names them all: lines close to each other would write over each other.
    """
    found = {round(split.majority, 4) for summary in summaries if (split := validation_split(summary))}
    values = sorted(found)
    named = " to ".join(share(value) for value in dict.fromkeys((*values[:1], *values[-1:])))
    texts = [""] * (len(values) - 1) + [f"always the commoner class: {named}"]
    return pd.DataFrame({"value": values, "text": texts[: len(values)]})


def validation_split(summary: RunSummary) -> SplitCount | None:
    """The validation images of a run, None before its data was read."""
    known = summary.metrics or (summary.environment and summary.environment.data)
    split = known.splits.get("val") if known else None
    return split if split and split.n else None


def _points(history: Sequence[Row], metric: str) -> list[tuple[str, int, float]]:
    return [
        (split, int(row["epoch"]) + 1, row[prefix + metric])
        for split, prefix in _KERAS_NAMES.items()
        for row in history
        if _finite(row, prefix + metric) and _finite(row, "epoch")
    ]


def _finite(row: Row, name: str) -> bool:
    return math.isfinite(row.get(name, math.nan))


def _epochs(summary: RunSummary) -> int:
    if summary.config is not None and (summary.state.state in OPEN or not summary.history):
        return summary.config.epochs
    return len(summary.history) or 1

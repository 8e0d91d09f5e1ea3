"""The table of runs: its cells, its order, the settings that differ, what cannot be compared. Pure.

What a single cell says: `core.ui.compare_columns`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from core.runs import RunSummary
from core.runs.comparability import comparability, why_not_comparable
from core.ui import compare_columns as columns_of
from core.ui.compare_columns import CREATED, IMAGES, MARKS, SETTINGS, Column, accuracy, image_count

OTHER_IMAGES, OTHER_TARGET = "other images", "other target"


def table(
    summaries: Sequence[RunSummary], columns: Sequence[Column], reference: RunSummary | None = None
) -> pd.DataFrame:
    """The table shown: one row a run in the order given, indexed by run id, all cells text.

    A run that cannot be compared with `reference` says so among its marks.
    """
    cells = {column.label: _texts(column, summaries, reference) for column in columns}
    ids = pd.Index([summary.id for summary in summaries], name="id", dtype="string")
    return pd.DataFrame(cells, index=ids, dtype="string")


def heading(column: Column, summaries: Sequence[RunSummary]) -> str:
    """A column's heading, with n where all runs that have an accuracy share it."""
    counts = _counts(column, summaries)
    return f"{column.label}, n = {counts.pop():,}" if len(counts) == 1 else column.label


def with_images(columns: Sequence[Column], summaries: Sequence[RunSummary]) -> list[Column]:
    """The columns, with the numbers of images after the accuracies where no heading can say them for all."""
    mixed = [place for place, column in enumerate(columns) if len(_counts(column, summaries)) > 1]
    after = mixed[-1] + 1 if mixed else len(columns)
    return [*columns[:after], *([IMAGES] if mixed else []), *columns[after:]]


def ordered(summaries: Sequence[RunSummary], column: Column, descending: bool) -> list[RunSummary]:
    """The runs sorted by a column; those without a value come last in either direction."""
    if column is CREATED:
        return sorted(summaries, key=lambda summary: summary.id, reverse=descending)
    key = column.order or (lambda summary: column.text(summary).casefold())
    keyed = [(key(summary), summary) for summary in summaries]
    valued = [pair for pair in keyed if pair[0] is not None]
    rest = [summary for value, summary in keyed if value is None]
    return [summary for _, summary in sorted(valued, key=lambda pair: pair[0], reverse=descending)] + rest


def differing(summaries: Sequence[RunSummary]) -> list[Column]:
    """The settings in which the runs differ; those of a damaged run are not known and do not count."""
    known = [summary for summary in summaries if summary.config is not None]
    return [column for column in SETTINGS if known and not _same(column, known)]


def shared(summaries: Sequence[RunSummary], apart: Sequence[Column]) -> dict[str, str]:
    """The settings that are the same in all runs, by their heading: those that are not `apart`."""
    known = next((summary for summary in summaries if summary.config is not None), None)
    return {column.label: column.text(known) for column in SETTINGS if known and column not in apart}


def _same(column: Column, known: Sequence[RunSummary]) -> bool:
    first = column.text(known[0])
    return all(column.text(summary) == first for summary in known)


def best_run(summaries: Sequence[RunSummary]) -> RunSummary | None:
    """The run with the highest validation accuracy at its best epoch, the earliest on a tie."""
    scored = [summary for summary in summaries if accuracy(summary, "val") is not None]
    return max(reversed(scored), key=lambda summary: accuracy(summary, "val"), default=None)


def not_comparable(summaries: Sequence[RunSummary], reference: RunSummary | None) -> Mapping[str, int]:
    """How many runs cannot be compared with the reference, by reason."""
    return Counter(comparability(summaries, reference).values())


def _texts(column: Column, summaries: Sequence[RunSummary], reference: RunSummary | None) -> list[str]:
    if column is MARKS:
        return [_marks(summary, reference) for summary in summaries]
    return [column.text(summary) for summary in summaries]


def _marks(summary: RunSummary, reference: RunSummary | None) -> str:
    if why_not_comparable(summary, reference):
        other = OTHER_IMAGES if summary.config.target == reference.config.target else OTHER_TARGET
        return ", ".join(part for part in (MARKS.text(summary), other) if part)
    return MARKS.text(summary)


def _counts(column: Column, summaries: Sequence[RunSummary]) -> set[int]:
    """The numbers of images behind a column's accuracies; empty where it shows none."""
    if not column.split:
        return set()
    scored = (summary for summary in summaries if columns_of.accuracy(summary, column.split) is not None)
    return {image_count(summary, column.split) for summary in scored}

"""What was asked of runs and differs between them. Pure."""

from collections.abc import Sequence

import pandas as pd

from core.runs import RunSummary
from core.ui.compare_columns import NAME, Column
from core.ui.compare_table import differing
from core.ui.curves import run_labels

WIDE = 2
"""More runs than this stand below each other: side by side they would leave the page."""


def short_labels(summaries: Sequence[RunSummary]) -> dict[str, str]:
    """What each run is called where there is little room: `run_labels`, or the table's name."""
    labels = run_labels(summaries)
    return {run.id: labels[run.id] if run.notes.name else NAME.text(run) for run in summaries}


def difference_table(summaries: Sequence[RunSummary]) -> pd.DataFrame:
    """All settings that differ, a row each, and a column a run; of many runs the other way round.

    Empty when nothing differs. Cells are text.
    """
    labels = short_labels(summaries)
    rows = {column.label: [column.text(summary) for summary in summaries] for column in differing(summaries)}
    columns = [labels[summary.id] for summary in summaries]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype="string")
    return table.T if len(summaries) > WIDE and not table.empty else table


def what_differs(summaries: Sequence[RunSummary]) -> dict[str, str]:
    """By run id what it does not share with the others: "Dropout 0.2 · Batch norm yes"; "" for nothing."""
    columns = differing(summaries)
    return {summary.id: _line(summary, columns) for summary in summaries}


def _line(summary: RunSummary, columns: Sequence[Column]) -> str:
    return " · ".join(f"{column.label} {column.text(summary)}" for column in columns)

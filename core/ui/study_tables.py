"""A study's runs as tables: the report's two, in its own form, and a row a run for any other. Draws nothing.

What the report's figures are and how ours stand beside them: `core.runs.report`.
"""

from collections.abc import Sequence

import pandas as pd

from core.runs import RunSummary, State
from core.runs.report import report_table
from core.runs.studies import Study
from core.ui.curves import best_epoch
from core.ui.formatting import NOTHING, seconds, share
from core.ui.train_sweep_fields import as_text, label, words
from core.ui.vocabulary import number_words, state_words

EXTENDED = 6
"""The report's first table has six cases; its second, of ten epochs, the two after them."""
CASE_NAMES = (*map(str, range(1, EXTENDED + 1)), "Extended 1", "Extended 2")
PER_EPOCH = ("train_accuracy", "val_accuracy", "published_train", "published_val")
PAD, NEW_LINE = "\u00a0", "  \n"
"""A line without a number, and how Markdown breaks lines."""


def report_tables(runs: Sequence[RunSummary]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The report's two tables: six runs of three epochs, two of ten. A row a case, a line an epoch.

    All cells are Markdown, the published figures right of ours. The difference is ours at the last epoch
    minus the published one.
    """
    records = report_table(runs).to_dict("records")
    rows = [_case(name, run, row) for name, run, row in zip(CASE_NAMES, runs, records, strict=False)]
    return pd.DataFrame(rows[:EXTENDED]), pd.DataFrame(rows[EXTENDED:])


def counted_in_test(runs: Sequence[RunSummary]) -> str:
    """The n of the test accuracies: "n = 200", or "n = 200 to 203" where runs differ; "" before any."""
    found = {run.metrics.splits["test"].n for run in runs if run.metrics and "test" in run.metrics.splits}
    if not found:
        return ""
    return f"n = {min(found):,}" + (f" to {max(found):,}" if len(found) > 1 else "")


def grid_table(study: Study, runs: Sequence[RunSummary]) -> pd.DataFrame:
    """A row a run in the study's order, indexed by run id: what was varied, then how it did.

    Accuracies are numbers in 0..1 or missing, so that the table can be sorted by them.
    """
    rows = [{"Run": place, **_varied(study, run), **_scores(run)} for place, run in enumerate(runs, start=1)]
    return pd.DataFrame(rows, index=pd.Index([run.id for run in runs], name="id"))


def best_first(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """The runs that have epochs, best validation accuracy so far first."""
    trained = [run for run in runs if _validation(run) is not None]
    return sorted(trained, key=_validation, reverse=True)


def _case(name: str, run: RunSummary, row: dict) -> dict[str, str]:
    columns = [row[column].split() for column in PER_EPOCH]
    lines = max(map(len, columns))
    train, val, published_train, published_val = (_lines(column, lines) for column in columns)
    return {
        "Case": name.removeprefix("Extended "),
        "Fine-tuning": row["fine_tuning"] or NOTHING,
        "Learning rate": NOTHING if pd.isna(row["learning_rate"]) else number_words(row["learning_rate"]),
        "Train": train,
        "Train, report": published_train,
        "Val.": val,
        "Val., report": published_val,
        "Test, last": _last(row, run.state.state),
        "Test, report": _share(row["published_test"]),
        "Diff.": _signed(row["difference"]),
        "Test, best": _best(row),
    }


def _lines(numbers: list[str], lines: int) -> str:
    """Numbers below each other, filled up so that the columns of a row stay level; a dash for none at all."""
    return NEW_LINE.join([*(numbers or [NOTHING]), *[PAD] * (lines - max(1, len(numbers)))])


def _last(row: dict, state: State) -> str:
    """Test accuracy at the last epoch; the state of a run that did not finish stands there or below."""
    parts = [] if pd.isna(row["test_accuracy_last"]) else [_share(row["test_accuracy_last"])]
    parts += [] if state is State.FINISHED else [state_words(state).label.lower()]
    return NEW_LINE.join(parts)


def _best(row: dict) -> str:
    if pd.isna(row["test_accuracy"]):
        return NOTHING
    return f"{_share(row['test_accuracy'])}{NEW_LINE}:gray[epoch {row['best_epoch']:.0f}]"


def _varied(study: Study, run: RunSummary) -> dict[str, str]:
    config = run.config
    return {
        label(name): words(name, as_text(name, getattr(config, name, None))) if config else NOTHING
        for name in study.grid
    }


def _scores(run: RunSummary) -> dict[str, object]:
    metrics = run.metrics
    test = metrics.splits.get("test") if metrics else None
    return {
        "State": state_words(run.state.state).label,
        "Epochs": len(run.history),
        "Validation": _validation(run),
        "Test": metrics.best.test_accuracy if metrics else None,
        "n": test.n if test else None,
        "Test, last": metrics.last.test_accuracy if metrics else None,
        "Time": seconds(run.state.seconds) if run.state.seconds else NOTHING,
        "Reason": run.state.reason,
    }


def _validation(run: RunSummary) -> float | None:
    """Validation accuracy at the best epoch so far; None before there is one."""
    best = best_epoch(run.history)
    return next((row.get("val_accuracy") for row in run.history if row["epoch"] + 1 == best), None)


def _share(value: float | None) -> str:
    return share(None if pd.isna(value) else value)


def _signed(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{value:+.4f}".replace("-", "−")

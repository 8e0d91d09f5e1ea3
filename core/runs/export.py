"""Runs as a table to take away: CSV and JSON with every number, LaTeX in the report's form."""

import json
import re
from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from core.runs.records import EpochScore, score_interval
from core.runs.report import study_table
from core.runs.summary import RunSummary

FORMULA = re.compile(r"(^|[;\t\r\n])(?=[=+\-@\t\r\n＝＋－＠])")
"""A spreadsheet takes a text cell that begins like this for a formula; some know the wide signs as well, and
one whose cells end at semicolons would begin a cell within ours."""
LATEX_COLUMNS = {
    "case": "Case no",
    "fine_tuning": "Fine-tuning",
    "learning_rate": "Learning rate",
    "train_accuracy": "Train accuracy",
    "val_accuracy": "Validation accuracy",
    "test_accuracy": "Test accuracy",
    "n_test": "$n$",
}


def run_table(runs: Sequence[RunSummary]) -> pd.DataFrame:
    """A row a run, numbers as numbers: who it is, how it did with n and interval, what was asked of it.

    Accuracies are of the best epoch, by validation loss, and of the last; `…_low` and `…_high` are the ends
    of the 95 % interval that `…_interval` names.
    """
    return pd.DataFrame([_row(run) for run in runs])


def as_csv(runs: Sequence[RunSummary]) -> str:
    """`run_table` as CSV; text that a spreadsheet would run as a formula begins with an apostrophe."""
    return csv_of(run_table(runs))


def csv_of(table: pd.DataFrame) -> str:
    """A table for people as CSV: no heading and no cell of it is a formula; numbers stay as they are."""
    heads = [harmless(name) for name in table.columns]
    # With RFC 4180's line ends a lone carriage return in a cell is quoted too, and begins no row.
    return table.map(harmless).set_axis(heads, axis=1).to_csv(index=False, lineterminator="\r\n")


def as_json(runs: Sequence[RunSummary]) -> str:
    """`run_table` as a JSON list of objects, null where there is no value."""
    return json.dumps(json.loads(run_table(runs).to_json(orient="records")), indent=1)


def as_latex(runs: Sequence[RunSummary]) -> str:
    """The runs in the report's form as a booktabs table; needs `\\usepackage{booktabs}`."""
    table = study_table(runs)[list(LATEX_COLUMNS)].astype(object)
    table = table.where(table.notna(), "--")
    text = table.map(_latex_cell)
    text.columns = list(LATEX_COLUMNS.values())
    return text.to_latex(index=False, escape=False, column_format="rllllll")


def _row(run: RunSummary) -> dict[str, Any]:
    asked = run.config.model_dump(mode="json", exclude={"schema_version"}) if run.config else {}
    made = run.environment
    return {
        "id": run.id,
        "name": run.notes.name,
        "star": run.notes.star,
        "tags": ", ".join(run.notes.tags),
        "note": run.notes.note,
        "state": run.state.state.value,
        **_scores(run, "best"),
        **_scores(run, "last"),
        "epochs_done": len(run.history),
        "seconds": run.state.seconds,
        "alarms": len(run.alarms),
        "synthetic_data": made.data.synthetic if made else None,
        "weights_kind": made.weights.kind if made else None,
        "data_name": made.data.name if made else None,
        "trained_parameters": made.trained_parameters if made else None,
        **{name: _flat(value) for name, value in asked.items()},
    }


def _scores(run: RunSummary, which: Literal["best", "last"]) -> dict[str, Any]:
    score: EpochScore | None = getattr(run.metrics, which, None)
    found: dict[str, Any] = {f"{which}_epoch": score.epoch if score else None}
    for split in ("val", "test"):
        n = run.metrics.splits[split].n if run.metrics and split in run.metrics.splits else 0
        interval = score_interval(score, split, n) if score else None
        name = f"{which}_{split}_accuracy"
        found |= {
            name: getattr(score, f"{split}_accuracy", None),
            f"{name}_low": interval.low if interval else None,
            f"{name}_high": interval.high if interval else None,
            f"{name}_interval": interval.method if interval else None,
        }
        if which == "best":
            found[f"{split}_n"] = n or None
    return found


def _flat(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def harmless(value: Any) -> Any:
    """The value; in text an apostrophe stands before what a spreadsheet would take for a formula."""
    return FORMULA.sub(r"\1'", value) if isinstance(value, str) else value


def _latex_cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4f}" if value >= 0.001 else f"{value:g}"
    words = {"\\": "backslash", "~": "asciitilde", "^": "asciicircum"}
    escapes = {
        **{sign: f"\\text{word}{{}}" for sign, word in words.items()},
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    }
    return "".join(escapes.get(sign, sign) for sign in str(value))

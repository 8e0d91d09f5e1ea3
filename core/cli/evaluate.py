"""`python -m core runs evaluate RUN`: how one run does on the images it was scored on, and on their parts."""

from typing import Annotated

import pandas as pd
import typer

from core.cli.compare import OnSplit, Scored
from core.cli.options import Artifacts, AsJson, marks_words, print_json, settings_for, tell_marks
from core.cli.runs import RunId
from core.evaluation.confusion import CELLS, Confusion
from core.evaluation.ranking import Ranking
from core.evaluation.scores import THRESHOLD
from core.evaluation.slices import RATES, largest_gap
from core.evaluation.summary import Summary, summarise
from core.runs import RunStore
from core.runs.predictions import attribute_names, read_predictions
from core.runs.summary import read_summary

Threshold = Annotated[float, typer.Option(min=0, max=1, help="A probability above it counts as yes.")]
NONE = "–"
"""Stands where a figure has no denominator."""


def evaluate(
    run: RunId,
    split: OnSplit = Scored.test,
    threshold: Threshold = THRESHOLD,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate one run: accuracy with its interval, error rates, AUC, calibration, slices."""
    found = RunStore(settings_for(artifacts).runs).get(run)
    frame, told = read_predictions(found, split.value), read_summary(found)
    summary = summarise(frame, attribute_names(frame), threshold)
    if as_json:
        tell_marks(told)
        print_json(summary.as_json())
        return
    print(f"{run}  {split.value}  n = {len(frame):,}  threshold {threshold:.4f}")
    if words := marks_words(told):
        print(words)
    print("\n".join(_lines(summary)))


def _lines(summary: Summary) -> list[str]:
    interval = summary.accuracy_interval
    lines = [
        f"accuracy {summary.confusion.accuracy:.4f}, 95 % interval {interval.low:.4f} to {interval.high:.4f} "
        f"({interval.method})",
        *(_rate(summary.confusion, name) for name in RATES if name != "accuracy"),
        _auc(summary.ranking),
        f"Brier score {summary.brier:.4f}, ECE {summary.ece:.4f}",
        "",
        "Slices by the upper end of the accuracy's interval, worst first; - marks those too small to judge:",
        *(_slice_line(row) for _, row in summary.slices.iterrows()),
    ]
    gap = largest_gap(summary.slices)
    return [*lines, gap] if gap else lines


def _rate(confusion: Confusion, name: str) -> str:
    interval = confusion.interval(RATES[name])
    if interval is None:
        return f"{name.upper()} {NONE}"
    return f"{name.upper()} {confusion.rate(RATES[name]):.4f}, {interval.low:.4f} to {interval.high:.4f}"


def _auc(found: Ranking) -> str:
    if found.auc_interval is None:
        return f"AUC {NONE if found.auc is None else f'{found.auc:.4f}'}. {found.reason}"
    ends = f"{found.auc_interval.low:.4f} to {found.auc_interval.high:.4f}"
    return f"AUC {found.auc:.4f}, {ends} ({found.auc_interval.method}); AP {found.average_precision:.4f}"


def _slice_line(row: pd.Series) -> str:
    counts = Confusion(*row[list(CELLS)])
    rates = "  ".join(_short_rate(row[name], counts, name) for name in RATES if name != "accuracy")
    ends = f"{row['accuracy_low']:.4f} to {row['accuracy_high']:.4f}"
    mark = "-" if row["small"] else " "
    return f"{mark} {row['slice']:<24} n = {row['n']:<6,} accuracy {row['accuracy']:.4f} ({ends})  {rates}"


def _short_rate(value: float, counts: Confusion, name: str) -> str:
    """With its denominator in place of an interval: a rate of two images is seen to be one."""
    _, under = counts.counts(RATES[name])
    return f"{name.upper()} {NONE if pd.isna(value) else f'{value:.4f} of {under:,}'}"

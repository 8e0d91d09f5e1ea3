"""`python -m core runs compare A B`: is one of two trained models better on the same images?"""

from enum import StrEnum
from typing import Annotated, Any

import typer

from core.cli.options import Artifacts, AsJson, marks_words, print_json, settings_for, tell_marks
from core.evaluation import Judged, PairedComparison, compare_with_baseline
from core.runs import RunStore, RunSummary
from core.runs.predictions import read_predictions
from core.runs.summary import read_summary


class Scored(StrEnum):
    """Splits that a run is scored on."""

    val = "val"
    test = "test"


RunA = Annotated[str, typer.Argument(metavar="A", help="A run's id.")]
RunB = Annotated[str, typer.Argument(metavar="B", help="Another run's id.")]
OnSplit = Annotated[Scored, typer.Option("--split", help="Which images.")]

VERDICTS = {
    "a_better": "A is better: chance alone would seldom part the models so far.",
    "b_better": "B is better: chance alone would seldom part the models so far.",
    "within_noise": "Within noise: chance alone parts equal models so far, often enough.",
}
CAVEAT = "This judges these two trained models on these images, not their settings."


def compare(
    a: RunA,
    b: RunB,
    split: OnSplit = Scored.test,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs image by image: accuracies, interval of their difference, McNemar's test, verdict."""
    store = RunStore(settings_for(artifacts).runs)
    runs = store.get(a), store.get(b)
    first, second = (read_predictions(run, split.value, attributes=()) for run in runs)
    judged = compare_with_baseline(second, {a: first})[a]
    summaries = read_summary(runs[0]), read_summary(runs[1])
    if as_json:
        tell_marks(*summaries)
        print_json(comparison_object(a, b, judged))
        if judged.reason:
            typer.echo(judged.reason, err=True)
    else:
        print("\n".join(_lines(summaries, judged, split.value)))


def comparison_object(a: str, b: str, judged: Judged) -> dict[str, Any]:
    """The comparison as the command line tells of it; null where the runs cannot be compared."""
    found = judged.comparison
    return {
        "a": a,
        "b": b,
        "n": found and found.n,
        "accuracy_a": found and found.accuracy_a,
        "accuracy_b": found and found.accuracy_b,
        "difference": found and found.difference,
        "ci95": found and [found.interval.low, found.interval.high],
        "mcnemar": found
        and {
            "both_right": found.both_right,
            "only_a": found.only_a,
            "only_b": found.only_b,
            "both_wrong": found.both_wrong,
            "p_value": found.p_value,
        },
        "verdict": judged.verdict,
    }


def _lines(runs: tuple[RunSummary, RunSummary], judged: Judged, split: str) -> list[str]:
    found = judged.comparison
    if found is None:
        return [f"Not comparable. {judged.reason}"]
    return [
        _run_line("A", runs[0], found.accuracy_a, split, found.n),
        _run_line("B", runs[1], found.accuracy_b, split, found.n),
        f"difference {found.difference:+.4f}, 95 % interval {found.interval.low:+.4f} to "
        f"{found.interval.high:+.4f} ({found.interval.method})",
        _cells(found),
        VERDICTS[judged.verdict],
        CAVEAT,
    ]


def _run_line(letter: str, run: RunSummary, accuracy: float, split: str, n: int) -> str:
    scored = f"{split} accuracy {accuracy:.4f} (n = {n:,})"
    return "  ".join(filter(None, [letter, run.id, scored, run.notes.name, marks_words(run)]))


def _cells(found: PairedComparison) -> str:
    return (
        f"both right {found.both_right:,}, only A {found.only_a:,}, only B {found.only_b:,}, "
        f"both wrong {found.both_wrong:,}; McNemar's exact p = {found.p_value:.4g}"
    )

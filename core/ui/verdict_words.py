"""What is said of a verdict: badge, sentence, cells, and the table of several runs. Pure; draws nothing."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.evaluation import Judged, PairedComparison, Verdict
from core.evaluation.intervals import PERSONS_RESAMPLED
from core.evaluation.paired import ALPHA, Cell
from core.runs import RunSummary
from core.runs.predictions import Split
from core.ui.compare_difference import short_labels
from core.ui.formatting import NOTHING, SPLIT_WORDS, share

BADGES: dict[Verdict, tuple[str, str, str]] = {
    "a_better": ("A is better", ":material/trending_up:", "blue"),
    "b_better": ("B is better", ":material/trending_up:", "blue"),
    "within_noise": ("Within noise", ":material/waves:", "gray"),
    "not_comparable": ("Not comparable", ":material/block:", "orange"),
}
"""Words, icon and colour of a badge."""
AGAINST: dict[Verdict, str] = {
    "a_better": "Better",
    "b_better": "Worse",
    "within_noise": "Within noise",
    "not_comparable": "Not comparable",
}
"""A run, A, held against a baseline, B."""
CELLS: dict[Cell, str] = {
    "only_a": "Only A right",
    "both_right": "Both right",
    "both_wrong": "Both wrong",
    "only_b": "Only B right",
}
"""What speaks for A on the left, for B on the right."""
CAVEAT = (
    "This judges these two trained models on these images, not their settings: for those, train more seeds."
)
CAVEAT_MANY = (
    "The verdict takes p after Holm's adjustment: with several runs, chance has several tries. It judges "
    "these trained models on these images, not their settings: for those, train more seeds."
)
PERSONS_DISAGREE = (
    "The interval holds 0 although p < 0.05: it draws whole persons anew, while McNemar's test takes each "
    "image for independent, which several photos of one person are not. Do not build on this difference."
)


def sentence(found: PairedComparison, split: Split) -> str:
    """The pair in numbers, as Markdown."""
    ends = f"{signed(found.interval.low)} to {signed(found.interval.high)}"
    return (
        f"A is right on {share(found.accuracy_a)} of {found.n:,} {SPLIT_WORDS[split]} images, B on "
        f"{share(found.accuracy_b)}. A minus B is **{signed(found.difference)}**, 95 % interval {ends} "
        f"({found.interval.method}); McNemar's exact {p_sentence(found.p_value)}, n = {found.n:,}."
    )


def persons_disagree(found: PairedComparison, p_value: float) -> bool:
    """Whether p tells of a difference that the interval by person does not."""
    interval = found.interval
    return p_value < ALPHA and interval.method == PERSONS_RESAMPLED and interval.low <= 0 <= interval.high


def verdict_table(
    runs: Sequence[RunSummary], judged: Mapping[str, Judged], without: Mapping[str, str]
) -> pd.DataFrame:
    """A row for each run but the baseline, indexed by id; all cells text.

    Args:
        runs: the baseline too, so that names are told apart as in the legend.
        judged: each scored run's verdict against the baseline.
        without: why a run has no predictions to compare.
    """
    labels = short_labels(runs)
    rows = {
        run.id: {"Run": labels[run.id], **_row(judged.get(run.id), without.get(run.id, ""))}
        for run in runs
        if run.id in judged or run.id in without
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", dtype="string")
    return frame if (frame["Why"] != "").any() else frame.drop(columns="Why")


def signed(value: float) -> str:
    """A difference with its sign and four decimals: "+0.0116", "−0.0020"."""
    return f"{value:+.4f}".replace("-", "−")


def p_words(value: float) -> str:
    """A p-value in four decimals; "< 0.0001" where those would say 0."""
    return "< 0.0001" if value < 0.00005 else share(value)


def p_sentence(value: float) -> str:
    """A p-value in a sentence: "p = 0.0123", "p < 0.0001"."""
    words = p_words(value)
    return f"p {words}" if words.startswith("<") else f"p = {words}"


def _row(judged: Judged | None, reason: str) -> dict[str, str]:
    if judged is None or judged.comparison is None:
        verdict = AGAINST[judged.verdict] if judged else "No predictions"
        return _cells(verdict, *[NOTHING] * 7, judged.reason if judged else reason)
    found, adjusted = judged.comparison, judged.adjusted_p
    interval = found.interval
    why = PERSONS_DISAGREE if persons_disagree(found, adjusted) else ""
    return _cells(
        AGAINST[judged.verdict],
        signed(found.difference),
        f"{signed(interval.low)} to {signed(interval.high)}",
        p_words(found.p_value),
        p_words(adjusted),
        share(found.accuracy_a),
        f"{found.n:,}",
        interval.method,
        why,
    )


def _cells(*texts: str) -> dict[str, str]:
    names = ("Verdict", "Difference", "95 % interval", "p", "p, Holm", "Accuracy", "n", "Interval by", "Why")
    return dict(zip(names, texts, strict=True))

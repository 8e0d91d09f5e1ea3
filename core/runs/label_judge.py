"""What is said of doubted labels and of the model that doubts them, on the pages and on the command line.

How good that model is, is `core.evaluation.label_errors`'s.
"""

from core.evaluation.label_errors import FEWEST, Judge
from core.runs.label_findings import OUTLINES, About

GUESSING = 0.3
"""Share of the mistakes of always giving the commoner label; who avoids fewer for sure all but guesses."""


def found_words(likely: int, judge: Judge) -> str:
    """How many labels are doubted: "55 of 2,000 labels are likely wrong"; of a poor judge only "doubtful"."""
    verb = "is" if likely == 1 else "are"
    return f"{likely:,} of {judge.n:,} labels {verb} {'likely wrong' if judge.trusted else 'doubtful'}"


def judge_words(judge: Judge, by: str) -> str:
    """How good the judge is, with n; `by` is a plural, such as "outlines". A sentence."""
    if not judge.n:
        return f"Judged by {by}; no image is left that it judged."
    return (
        f"Judged by {by}, which agree with the label in {judge.accuracy:.4f} of {judge.n:,} held-out images; "
        f"always giving the commoner label agrees in {judge.majority:.4f}."
    )


def caution_words(judge: Judge) -> str:
    """Why a judge's doubts are no more than doubts, in sentences; "" for one that may be trusted."""
    if judge.trusted:
        return ""
    if judge.n < FEWEST:
        return f"Fewer than {FEWEST:,} labels are too few to know how good this judge is: most may be right."
    if judge.avoided < GUESSING:
        return "That is little better than guessing, and its doubts say next to nothing: choose another."
    return "It errs too often itself to call a label wrong: expect most of these to be right."


def source_words(about: About) -> str:
    """What stood for the images, a plural: "outlines", "features of 20260131-142501-k3x9ab"."""
    return "outlines" if about.source == OUTLINES else f"features of {about.source}"

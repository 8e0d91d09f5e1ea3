"""How sure an answer has to be: one slider, and what it brings on the test split."""

import streamlit as st

from core.errors import LineamentError
from core.evaluation.decision import DecisionRule
from core.evaluation.selective import (
    LEVEL,
    MARGINS,
    MAX_ERROR,
    STEP,
    Answered,
    Margin,
    answered_at,
    margin_of,
    threshold_of,
)
from core.runs import RunSummary
from core.ui import formatting
from core.ui.predict_answers import rule_of
from core.ui.run_figures import with_calibrated

LABEL = "Answer from this probability on, and up to 1 minus it"
UNKNOWN = (
    ":material/warning: This run's validation and test predictions cannot be read. Its probabilities are not "
    "calibrated, and how often it errs is not known."
)
HELP = (
    "0.50 answers every photo; 0.99 only what is nearly certain. The probability is the calibrated one: its "
    "temperature was fitted on validation."
)


def ask_margin(run: RunSummary) -> float:
    """Draw a button behind which the slider and what it brings are; returns the margin, 0..0.49."""
    rule, key = rule_of(run), f"threshold of {run.id}"
    now = st.session_state.get(key, rule.margin.threshold)
    label = f"Sure: ≥ {now:.2f} or ≤ {1 - now:.2f}"
    with st.popover(label, icon=":material/tune:", help="How sure an answer has to be"):
        lowest, highest = threshold_of(MARGINS[0]), threshold_of(MARGINS[-1])
        threshold = st.slider(
            LABEL, lowest, highest, rule.margin.threshold, STEP, format="%.2f", key=key, help=HELP
        )
        margin = margin_of(threshold)
        st.markdown(test_words(run, margin))
        st.caption(default_words(rule))
    return margin


def default_words(rule: DecisionRule) -> str:
    """A sentence on where the default margin comes from."""
    margin = rule.margin
    if not rule.is_taught:
        return f"The default, {margin.threshold:.2f}, is cautious: {rule.temperature.note}"
    counted = (
        f"{margin.wrong:,} of {margin.answered:,} answers wrong, of {margin.n:,} validation images, taken as "
        "independent"
    )
    if margin.kept:
        return (
            f"The default, {margin.threshold:.2f}, is the lowest at which, {LEVEL:.0%} sure, at most "
            f"{MAX_ERROR:.0%} of the answers are wrong (one-sided Clopper-Pearson bound "
            f"{margin.bound:.4f}: {counted})."
        )
    bound = "nothing is answered" if margin.bound is None else f"the bound is {margin.bound:.4f}: {counted}"
    return (
        f"No threshold keeps the share of wrong answers under {MAX_ERROR:.0%} with {LEVEL:.0%} certainty; "
        f"the default is {margin.threshold:.2f}, where {bound} (validation n = {margin.n:,})."
    )


def brought_words(found: Answered, promised: Margin | None = None) -> str:
    """What a margin brings on test, in Markdown: wrong among answered, and the share answered.

    Args:
        promised: the margin whose promise is held against it, where that is the one chosen on validation.
    """
    answered = _bold(formatting.with_interval(found.share, found.share_interval, found.n))
    if found.error is None:
        return f"On test **nothing is answered** at this threshold: {answered}."
    wrong = _bold(formatting.with_interval(found.error, found.error_interval, found.answered))
    more = (
        f" That is more than the {MAX_ERROR:.0%} which validation promised: other persons, other errors."
        if promised and promised.kept and found.error > MAX_ERROR
        else ""
    )
    return (
        f"On test a share of {wrong} of the answers is wrong, and {answered} of the images are "
        f"answered.{more} This holds for photos like the training data."
    )


def _bold(figure: str) -> str:
    """The figure in bold, what follows it not."""
    value, _, rest = figure.partition(" ")
    return f"**{value}** {rest}"


def test_words(run: RunSummary, margin: float) -> str:
    """`brought_words` for the run's test split, or why it is not known."""
    try:
        test = with_calibrated(run, "test")
    except LineamentError:
        return UNKNOWN
    labels, calibrated = test["label"].to_numpy(), test["calibrated"].to_numpy()
    default = rule_of(run).margin
    found = answered_at(labels, calibrated, margin, test["person_id"].to_numpy())
    return brought_words(found, default if margin == default.value else None)

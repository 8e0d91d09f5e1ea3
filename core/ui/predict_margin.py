"""How sure an answer has to be: one slider, and what it brings on the test split."""

import streamlit as st

from core.errors import LineamentError
from core.evaluation.decision import DecisionRule
from core.evaluation.selective import LEVEL, MARGINS, MAX_ERROR, STEP, Answered, answered_at
from core.runs import RunSummary
from core.ui import formatting
from core.ui.predict_answers import rule_of
from core.ui.run_figures import with_calibrated

LABEL = "Answer only when the probability is at least this far from 0.5"
HELP = (
    "0 answers every photo; 0.5 answers only what is certain. The probability is the calibrated one: its "
    "temperature was fitted on validation."
)


def ask_margin(run: RunSummary) -> float:
    """Draw a button behind which the slider and what it brings are; returns the margin, 0..0.5."""
    rule, key = rule_of(run), f"margin of {run.id}"
    now = st.session_state.get(key, rule.margin.value)
    label = f"Sure: ≥ {0.5 + now:.2f} or ≤ {0.5 - now:.2f}"
    with st.popover(label, icon=":material/tune:", help="How sure an answer has to be"):
        margin = st.slider(
            LABEL, float(MARGINS[0]), float(MARGINS[-1]), rule.margin.value, STEP, key=key, help=HELP
        )
        st.markdown(test_words(run, margin))
        st.caption(default_words(rule))
    return margin


def default_words(rule: DecisionRule) -> str:
    """A sentence on where the default margin comes from."""
    margin = rule.margin
    if not margin.n:
        return f"The default, {margin.value:.2f}, is cautious: {rule.temperature.note}"
    n = f"validation n = {margin.n:,}"
    if margin.kept:
        return (
            f"The default, {margin.value:.2f}, is the smallest at which, {LEVEL:.0%} sure, at most "
            f"{MAX_ERROR:.0%} of the answers are wrong (one-sided Clopper-Pearson bound "
            f"{margin.bound:.4f}, {n})."
        )
    bound = "nothing is answered" if margin.bound is None else f"the bound is {margin.bound:.4f}"
    return (
        f"No margin keeps the share of wrong answers under {MAX_ERROR:.0%} with {LEVEL:.0%} certainty; the "
        f"default is {margin.value:.2f}, where {bound} ({n})."
    )


def brought_words(found: Answered) -> str:
    """What a margin brings on test, in Markdown: wrong among answered, and the share answered."""
    answered = formatting.with_interval(found.share, found.share_interval, found.n)
    if found.error is None:
        return f"On test **nothing is answered** at this margin: {answered}."
    wrong = formatting.with_interval(found.error, found.error_interval, found.answered)
    return (
        f"On test a share of **{wrong}** of the answers is wrong, and **{answered}** of the images are "
        "answered. This holds for photos like the training data."
    )


def test_words(run: RunSummary, margin: float) -> str:
    """`brought_words` for the run's test split, or why it is not known."""
    try:
        test = with_calibrated(run, "test")
    except LineamentError as error:
        return f"What this brings is not known. {formatting.plain(str(error))}"
    labels, calibrated = test["label"].to_numpy(), test["calibrated"].to_numpy()
    return brought_words(answered_at(labels, calibrated, margin))

"""Runs on other images are told apart, each with its reason; what is not known yet is no reason."""

import pytest

from core.runs import State
from core.runs.comparability import comparability, why_not_comparable
from tests.unit.ui.fabricated import CONFIG, environment, summary

A, B, C = (f"20260131-142501-{letter * 6}" for letter in "abc")
REFERENCE = summary(A)


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (summary(B, config=CONFIG.changed(target="Wearing_Hat")), "another target (wearing hat)"),
        (summary(B, environment=environment(split="other")), "split otherwise"),
    ],
    ids=["target", "split"],
)
def test_what_makes_runs_incomparable_is_named(other, word):
    assert word in why_not_comparable(other, REFERENCE)
    assert word.split("(")[0] in why_not_comparable(REFERENCE, other)


def test_another_data_set_is_named():
    data = environment().data.model_copy(update={"fingerprint": "other", "name": "celeba"})
    other = summary(B, environment=environment().model_copy(update={"data": data}))
    assert why_not_comparable(other, REFERENCE) == "they were scored on another data set or limit (celeba)"


def test_other_settings_are_compared():
    other = summary(B, config=CONFIG.changed(learning_rate=0.1, seed=5))
    assert why_not_comparable(other, REFERENCE) == ""


@pytest.mark.parametrize(
    "other",
    [summary(B, environment=None), summary(B, config=None, environment=None, state=State.DAMAGED)],
    ids=["no data yet", "damaged"],
)
def test_what_is_not_known_is_no_reason(other):
    assert why_not_comparable(other, REFERENCE) == ""
    assert why_not_comparable(REFERENCE, other) == ""
    assert why_not_comparable(other, None) == ""


def test_only_those_that_cannot_be_compared_are_given():
    other = summary(C, environment=environment(split="other"))
    assert list(comparability([REFERENCE, summary(B), other], REFERENCE)) == [C]
    assert comparability([REFERENCE, other], None) == {}

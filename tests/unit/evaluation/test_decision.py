"""A run's rule: calibrated first, and no answer where that is not sure enough."""

import numpy as np
import pytest

from core.evaluation.calibration import calibrated, fit_temperature
from core.evaluation.decision import UNTAUGHT, decision_rule
from core.evaluation.selective import FALLBACK, choose_margin


@pytest.fixture(scope="module")
def overconfident() -> tuple[np.ndarray, np.ndarray]:
    """A model whose logits are three times too large."""
    numbers = np.random.default_rng(0)
    logits = numbers.normal(0, 4, 3000)
    labels = (numbers.random(3000) < 1 / (1 + np.exp(-logits))).astype(int)
    return labels, 1 / (1 + np.exp(-3 * logits))


def test_the_margin_is_chosen_on_calibrated_probabilities(overconfident):
    labels, p = overconfident
    rule = decision_rule(labels, p)
    assert rule.temperature == fit_temperature(labels, p)
    assert rule.temperature.value == pytest.approx(3, rel=0.15)
    assert rule.margin == choose_margin(labels, calibrated(p, rule.temperature.value))
    assert rule.margin.kept


def test_what_is_nearer_to_a_half_than_the_margin_has_no_answer(overconfident):
    rule = decision_rule(*overconfident)
    near = 0.5 + rule.margin.value - 0.005
    assert rule.decide(np.array([near, 1 - near, 0.999, 0.001])) == [None, None, 1, 0]


def test_a_person_may_ask_for_another_margin(overconfident):
    rule = decision_rule(*overconfident)
    assert rule.decide(np.array([0.51, 0.5, 0.4]), margin=0.0) == [1, 0, 0]
    assert rule.decide(np.array([0.99, 0.01]), margin=0.5) == [None, None]


def test_a_run_without_predictions_answers_only_what_is_very_sure():
    assert UNTAUGHT.margin.value == FALLBACK
    assert UNTAUGHT.calibrated(np.array([0.3])) == pytest.approx([0.3])
    assert UNTAUGHT.decide(np.array([0.89, 0.9, 0.1])) == [None, 1, 0]

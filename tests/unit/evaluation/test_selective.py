"""A margin is chosen on validation so that few answers are wrong, and what it brings is counted honestly."""

import numpy as np
import pytest
from scipy.stats import beta, binomtest

from core.evaluation.selective import (
    FALLBACK,
    MARGINS,
    MAX_ERROR,
    answered_at,
    choose_margin,
    is_answered,
    upper_bound,
)


def scored(n: int, seed: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities of a calibrated model: the surer it is, the more often it is right."""
    numbers = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-numbers.normal(0, spread, n)))
    return (numbers.random(n) < p).astype(int), p


@pytest.mark.parametrize(("wrong", "n"), [(0, 1), (0, 149), (3, 200), (17, 1000), (999, 1000)])
def test_the_bound_is_clopper_and_pearsons(wrong, n):
    assert upper_bound(wrong, n) == pytest.approx(beta.ppf(0.95, wrong + 1, n - wrong), abs=1e-12)
    two_sided = binomtest(wrong, n).proportion_ci(confidence_level=0.9, method="exact")
    assert upper_bound(wrong, n) == pytest.approx(two_sided.high, abs=1e-9)


def test_all_wrong_is_bounded_by_one():
    assert upper_bound(5, 5) == 1.0


@pytest.mark.parametrize(("wrong", "n"), [(0, 0), (-1, 3), (4, 3)])
def test_what_is_no_share_has_no_bound(wrong, n):
    with pytest.raises(ValueError, match="not a share"):
        upper_bound(wrong, n)


def test_the_margin_is_the_smallest_that_keeps_the_promise():
    labels, p = scored(3000, 0, 4.0)
    chosen = choose_margin(labels, p)
    assert chosen.kept
    assert 0 < chosen.value < 0.5
    for value in MARGINS[: list(MARGINS).index(chosen.value) + 1]:
        found = answered_at(labels, p, value)
        kept = upper_bound(found.wrong, found.answered) <= MAX_ERROR
        assert kept == (value == chosen.value)


def test_a_model_without_errors_answers_everything_once_there_are_images_enough():
    labels = np.arange(200) % 2
    chosen = choose_margin(labels, np.where(labels == 1, 0.6, 0.4))
    assert (chosen.value, chosen.kept, chosen.answered, chosen.wrong) == (0.0, True, 200, 0)
    assert chosen.bound == pytest.approx(1 - 0.05 ** (1 / 200))


def test_too_few_images_promise_nothing():
    """Not one error in 148 images still leaves 2.004 %."""
    for n, kept in ((148, False), (149, True)):
        labels = np.arange(n) % 2
        assert choose_margin(labels, labels.astype(float)).kept is kept


def test_a_model_that_guesses_falls_back_and_says_so():
    labels, _ = scored(500, 1, 1.0)
    guesses = np.random.default_rng(2).random(500)
    chosen = choose_margin(labels, guesses)
    assert (chosen.value, chosen.kept, chosen.n) == (FALLBACK, False, 500)
    assert chosen.bound > MAX_ERROR


def test_a_fallback_that_answers_nothing_has_no_bound():
    chosen = choose_margin(np.array([0, 1]), np.array([0.5, 0.5]))
    assert (chosen.value, chosen.bound) == (FALLBACK, None)


def test_a_promise_that_is_given_is_kept_on_images_that_nobody_looked_at():
    """Of a calibrated model, though 50 margins are looked at: broken in at most 5 % of the cases."""
    unseen = scored(400_000, 1, 4.0)
    errors = {float(value): answered_at(*unseen, value).error for value in MARGINS}
    chosen = [choose_margin(*scored(1000, seed, 4.0)) for seed in range(100)]
    given = [margin.value for margin in chosen if margin.kept]
    assert len(given) > 50
    assert np.mean([errors[value] > MAX_ERROR for value in given]) <= 0.05


def test_answers_and_errors_are_counted_at_the_edge_too():
    labels, p = np.array([1, 0, 1, 0, 1]), np.array([0.9, 0.9, 0.1, 0.1, 0.6])
    assert is_answered(p, 0.4).tolist() == [True, True, True, True, False]
    found = answered_at(labels, p, 0.4)
    assert (found.n, found.answered, found.wrong) == (5, 4, 2)
    assert (found.share, found.error) == (0.8, 0.5)
    assert found.error_interval.low < 0.5 < found.error_interval.high
    assert found.share_interval.low < 0.8 < found.share_interval.high


def test_where_nothing_is_answered_there_is_no_error_to_speak_of():
    found = answered_at(np.array([0, 1]), np.array([0.5, 0.6]), 0.49)
    assert (found.share, found.error, found.error_interval) == (0.0, None, None)


def test_nearly_certain_answers_are_given_at_the_largest_margin():
    assert is_answered(np.array([0.0, 1.0, 0.99, 0.98]), MARGINS[-1]).tolist() == [True, True, True, False]


def test_a_margin_is_told_as_the_probability_that_an_answer_needs():
    assert choose_margin(np.array([0, 1]), np.array([0.5, 0.5])).threshold == 0.9


def test_ten_photos_of_one_person_do_not_pass_for_ten_persons():
    numbers = np.random.default_rng(3)
    persons = np.repeat(np.arange(40), 10)
    labels = np.ones(400, int)
    p = np.repeat(np.where(numbers.random(40) < 0.2, 0.1, 0.9), 10)
    by_person = answered_at(labels, p, 0.3, persons).error_interval
    by_image = answered_at(labels, p, 0.3).error_interval
    assert by_person.method == "persons resampled"
    assert by_person.high - by_person.low > 2 * (by_image.high - by_image.low)


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="probabilities"):
        choose_margin(np.array([0, 1]), np.array([0.2, 1.2]))

"""Intervals of shares against published values and statsmodels, at their edges, and by their coverage."""

import math

import numpy as np
import pytest

from core.evaluation import accuracy_interval, resampled_ratio, share_interval, wilson_interval

PUBLISHED = [
    # R. G. Newcombe, 1998, Statistics in Medicine 17, 857-872, table I, method 3 (score, no continuity
    # correction), rounded there to four places.
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("successes", "n", "low", "high"), PUBLISHED)
def test_the_interval_is_the_published_one(successes, n, low, high):
    assert wilson_interval(successes, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_its_ends_are_where_the_score_test_just_rejects():
    """By definition: |share - p| = z * sqrt(p (1 - p) / n) at both ends."""
    for p in wilson_interval(470, 500):
        assert abs(470 / 500 - p) == pytest.approx(1.959963985 * math.sqrt(p * (1 - p) / 500), rel=1e-8)


def test_nothing_and_everything_stay_within_bounds():
    for n in (1, 10, 3000):
        low, high = wilson_interval(0, n)
        assert 0.0 <= low < 1e-15 < high < 1.0
        low, high = wilson_interval(n, n)
        assert 0.0 < low < 1 - 1e-15 < high <= 1.0


def test_yes_and_no_mirror_each_other():
    low, high = wilson_interval(3, 40)
    assert wilson_interval(37, 40) == (pytest.approx(1 - high), pytest.approx(1 - low))


def test_more_images_and_less_confidence_make_it_narrower():
    def width(*arguments):
        low, high = wilson_interval(*arguments)
        return high - low

    assert width(940, 1000) < width(94, 100)
    assert width(94, 100, 0.8) < width(94, 100, 0.95) < width(94, 100, 0.99)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_it_is_statsmodels_wilson(level):
    from statsmodels.stats.proportion import proportion_confint

    for n in (1, 2, 30, 3000):
        for successes in {0, 1, n // 2, n - 1, n}:
            theirs = proportion_confint(successes, n, alpha=1 - level, method="wilson")
            assert wilson_interval(successes, n, level) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.97])
def test_it_covers_the_truth_about_as_often_as_it_says(p):
    """Exact coverage for n = 500, from the binomial distribution."""
    n = 500
    covered = [wilson_interval(k, n)[0] <= p <= wilson_interval(k, n)[1] for k in range(n + 1)]
    log_weights = [
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * math.log(p)
        + (n - k) * math.log(1 - p)
        for k in range(n + 1)
    ]
    assert np.exp(log_weights) @ covered == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5), (1, -5)])
def test_what_is_no_share_is_refused(successes, n):
    with pytest.raises(ValueError, match=f"{successes} of {n}"):
        wilson_interval(successes, n)


def test_photos_of_the_same_persons_are_resampled_by_person():
    right, persons = np.array([1, 1, 0, 1, 1, 1, 0, 0] * 10), np.repeat(np.arange(20), 4)
    found = accuracy_interval(right, persons)
    assert (found.method, found.level) == ("persons resampled", 0.95)
    assert (found.low, found.high) == resampled_ratio(right, np.ones(80), persons)


@pytest.mark.parametrize(
    ("right", "persons"),
    [
        ([1, 0, 1, 1], None),
        ([1, 0, 1, 1], [1, 2, 3, 4]),
        ([1, 0, 1, 1], [-1, -1, -1, -1]),
        ([1, 1, 1, 1], [1, 1, 2, 2]),
        ([0, 0, 0, 0], [1, 1, 2, 2]),
        ([1, 0, 1, 1], [1, 1, 1, 1]),
        ([1, 0, 1, 0], [1, 1, 2, 2]),
        ([1], [1]),
        ([0], None),
    ],
    ids=[
        "no ids",
        "no repeats",
        "unknown",
        "all right",
        "all wrong",
        "one person",
        "alike",
        "n = 1",
        "0 of 1",
    ],
)
def test_wilson_stands_in_where_resampling_knows_nothing(right, persons):
    found = accuracy_interval(np.array(right), persons)
    assert found == share_interval(sum(right), len(right))
    assert found.method == "Wilson"
    assert found.low < found.high


def test_it_asks_for_the_same_level_either_way():
    right, persons = np.array([1, 1, 0, 1, 1, 1, 0, 0] * 10), np.repeat(np.arange(20), 4)
    for ids in (None, persons):
        wide, narrow = accuracy_interval(right, ids, level=0.99), accuracy_interval(right, ids, level=0.8)
        assert wide.low < narrow.low < narrow.high < wide.high
        assert (wide.level, narrow.level) == (0.99, 0.8)


@pytest.mark.parametrize("right", [[], [1, np.nan], [0.5], [2], [[1, 0]]], ids=str)
def test_what_is_neither_right_nor_wrong_is_refused(right):
    with pytest.raises(ValueError, match="must be 0 or 1"):
        accuracy_interval(np.array(right))

"""Intervals hold the truth about as often as they say, by simulation."""

from collections.abc import Iterable

import numpy as np
import pytest

from core.evaluation import Interval, accuracy_interval, compare, share_interval

REPEATS = 4000
FEWER = 1500
"""Where an interval is made of resamples."""

pytestmark = pytest.mark.slow


def coverage(intervals: Iterable[Interval], truth: float) -> float:
    """Share of the intervals that hold `truth`."""
    return float(np.mean([found.low <= truth <= found.high for found in intervals]))


def chances(rng: np.random.Generator, persons: int, mean: float, correlation: float) -> np.ndarray:
    """Each person's own chance: photos of one person are then so correlated (beta-binomial)."""
    weight = (1 - correlation) / correlation
    return rng.beta(mean * weight, (1 - mean) * weight, persons)


def pairs(rng, n: int, discordant: float, share_a: float, persons: int, correlation: float):
    """Right answers of two models on n images; who differs, and to whose favour, goes by person."""
    differs = rng.random(n) < np.repeat(chances(rng, persons, discordant, correlation), n // persons)
    favours_a = rng.random(n) < np.repeat(chances(rng, persons, share_a, correlation), n // persons)
    alike = rng.random(n) < 0.9
    return np.where(differs, favours_a, alike), np.where(differs, ~favours_a, alike)


@pytest.mark.parametrize(
    ("n", "p"), [(20, 0.5), (40, 0.75), (100, 0.9), (200, 0.95), (500, 0.7), (1000, 0.99), (3000, 0.9526)]
)
def test_wilson_covers_where_ten_of_the_rarer_kind_are_expected(n, p):
    assert n * min(p, 1 - p) >= 10 - 1e-9
    counts = np.random.default_rng(0).binomial(n, p, REPEATS)
    assert 0.93 <= coverage((share_interval(int(count), n) for count in counts), p) <= 0.97


@pytest.mark.parametrize("p", [0.7, 0.9, 0.95, 0.98])
def test_the_person_interval_covers_with_correlated_photos_and_wilson_would_not(p):
    """200 persons of 5 photos, correlation 0.2 within a person."""
    rng, persons = np.random.default_rng(1), np.repeat(np.arange(200), 5)
    rights = [rng.random(1000) < np.repeat(chances(rng, 200, p, 0.2), 5) for _ in range(FEWER)]
    found = [accuracy_interval(right, persons) for right in rights]
    assert {interval.method for interval in found} == {"persons resampled"}
    assert 0.92 <= coverage(found, p) <= 0.975
    assert coverage((accuracy_interval(right) for right in rights), p) < 0.9


def test_the_person_interval_does_not_fail_with_twenty_persons():
    rng, persons = np.random.default_rng(1), np.repeat(np.arange(20), 5)
    rights = (rng.random(100) < np.repeat(chances(rng, 20, 0.9, 0.2), 5) for _ in range(FEWER))
    assert coverage((accuracy_interval(right, persons) for right in rights), 0.9) >= 0.92


@pytest.mark.parametrize("share_a", [0.5, 0.7, 0.85])
@pytest.mark.parametrize(("n", "expected"), [(300, 25), (3000, 25), (1000, 60), (3000, 150)])
def test_the_paired_difference_covers_where_twenty_discordant_are_expected(n, expected, share_a):
    rng, q = np.random.default_rng(2), expected / n
    cells = rng.multinomial(n, [0.9 * (1 - q), q * share_a, q * (1 - share_a), 0.1 * (1 - q)], FEWER)
    labels = np.ones(n, int)
    right_a, right_b = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])
    found = (compare(labels, np.repeat(right_a, row), np.repeat(right_b, row)).interval for row in cells)
    assert 0.93 <= coverage(found, q * (2 * share_a - 1)) <= 0.97


@pytest.mark.parametrize("expected", [1, 5, 10])
def test_with_few_discordant_pairs_newcombe_errs_to_the_wide_side(expected):
    rng, n, q = np.random.default_rng(3), 3000, expected / 3000
    cells = rng.multinomial(n, [0.9 * (1 - q), q * 0.6, q * 0.4, 0.1 * (1 - q)], FEWER)
    labels = np.ones(n, int)
    right_a, right_b = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])
    found = (compare(labels, np.repeat(right_a, row), np.repeat(right_b, row)).interval for row in cells)
    assert coverage(found, q * 0.2) >= 0.95


@pytest.mark.parametrize(("discordant", "share_a"), [(0.06, 0.5), (0.06, 0.6), (0.1, 0.5)])
def test_the_paired_difference_covers_when_persons_sway_both_models(discordant, share_a):
    rng, persons, labels = np.random.default_rng(4), np.repeat(np.arange(200), 5), np.ones(1000, int)
    found = []
    for _ in range(FEWER):
        a, b = pairs(rng, 1000, discordant, share_a, 200, 0.2)
        found.append(compare(labels, a.astype(float), b.astype(float), persons).interval)
    assert 0.92 <= coverage(found, discordant * (2 * share_a - 1)) <= 0.97

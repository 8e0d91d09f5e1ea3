"""The best threshold against a search of all, on ties, and on degenerate input."""

import numpy as np
import pytest

from core.evaluation import accuracy
from core.evaluation.thresholds import best_threshold


@pytest.mark.parametrize("seed", range(20))
def test_no_threshold_does_better(seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 60)
    # Coarse probabilities, so that there are ties, 0 and 1 among them.
    p = np.clip(np.round(rng.normal(0.2 + 0.3 * labels, 0.25), 1), 0, 1).astype(np.float32)
    found = best_threshold(labels, p)
    others = np.unique(np.concatenate([p.astype(float), np.linspace(0, 1, 501)]))
    best = max(accuracy(labels, p, threshold) for threshold in others)
    assert accuracy(labels, p, found) == best
    nearest = min(abs(t - 0.5) for t in others if accuracy(labels, p, t) == best)
    # Half way between neighbours, so at most half a gap farther than the nearest that there is.
    assert abs(found - 0.5) <= nearest + 0.05 + 1e-6


def test_one_half_is_kept_when_nothing_beats_it():
    assert best_threshold(np.array([0, 1]), np.array([0.4, 0.9])) == 0.5


def test_it_lies_half_way_between_the_neighbours():
    assert best_threshold(np.array([0, 0, 1]), np.array([0.6, 0.7, 0.9])) == pytest.approx(0.8)


def test_of_two_as_good_the_nearer_to_one_half():
    labels, p = np.array([1, 0, 1, 0]), np.array([0.2, 0.45, 0.7, 0.95])
    assert best_threshold(labels, p) == 0.5
    # Right twice below 0.1 and twice from 0.55 on.
    assert best_threshold(np.array([1, 0]), np.array([0.3, 0.6])) == pytest.approx(0.8)
    assert best_threshold(np.array([1, 0]), np.array([0.4, 0.7])) == pytest.approx(0.2)


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_one_image(p):
    """Whoever is labelled no is right at some threshold; a yes at probability 0 at none."""
    no, yes = best_threshold(np.array([0]), np.array([p])), best_threshold(np.array([1]), np.array([p]))
    assert accuracy(np.array([0]), np.array([p]), no) == 1
    assert accuracy(np.array([1]), np.array([p]), yes) == (p > 0)
    assert 0 <= min(no, yes) <= max(no, yes) <= 1


def test_neighbours_without_a_number_between_are_told_apart():
    low = 0.7
    p = np.array([low, np.nextafter(low, 1)])
    assert accuracy(np.array([0, 1]), p, best_threshold(np.array([0, 1]), p)) == 1


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="probabilities"):
        best_threshold(np.array([1]), np.array([np.nan]))

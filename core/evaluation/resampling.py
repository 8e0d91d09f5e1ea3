"""The person bootstrap: how far a ratio moves when persons, not images, are drawn anew.

Photos of one person resemble each other, so that they are worth less than as many photos of strangers. Whole
persons are drawn with replacement; the statistic is a ratio of sums, so that a resample is one row of a
matrix product. When to use it, and what to use otherwise, is up to `intervals` and `paired`.
"""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd

RESAMPLES = 2000
UNKNOWN_PERSONS = (-1, "")
"""What stands for "nobody knows" in a data set's person_id, besides None and NaN."""
CELLS = 4_000_000
"""Counts that are drawn at once, 8 bytes each; more are drawn in parts."""


def person_groups(persons: np.ndarray | None, n: int) -> np.ndarray:
    """A group's number for each of `n` images, 0 to 2n, int64, shape (n,); not every number is used.

    Images of one person share a group; an image whose person is not known has a group to itself.

    Raises:
        ValueError: persons for another number of images.
    """
    if persons is None:
        return np.arange(n)
    ids = pd.Series(np.asarray(persons))
    if len(ids) != n:
        raise ValueError(f"{len(ids)} persons for {n} images; need one for each")
    groups = pd.factorize(ids)[0].astype(np.int64)
    alone = (groups < 0) | ids.isin(UNKNOWN_PERSONS).to_numpy()
    groups[alone] = n + np.arange(alone.sum())
    return groups


def resampled_ratio(
    numerators: np.ndarray,
    denominators: np.ndarray,
    groups: np.ndarray,
    *,
    level: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[float, float]:
    """Interval of sum(numerators) / sum(denominators) when whole groups are drawn with replacement.

    A share of images has 0/1 numerators and ones below; a rate has its condition below; a difference of two
    shares on the same images has -1, 0, 1 above. The percentiles are a little further out than `level` says,
    as for a t distribution with groups - 1 degrees of freedom: plain ones are too narrow where groups are few
    (T. Hesterberg, 2015, The American Statistician 69, 371-386).
    Resamples without a denominator are left out.

    Args:
        numerators, denominators: one number an image, shape (n,), denominators not below 0.
        groups: whose image it is, as `person_groups` numbers them, shape (n,).
        level: how often such an interval shall hold the truth, in 0..1.
        seed: the same seed and images, in whatever order, give the same interval.

    Raises:
        ValueError: NaN, nothing to divide by, or fewer than two groups, of which nothing can be learnt.
    """
    above, below = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    if not (np.isfinite(above).all() and np.isfinite(below).all() and below.sum() > 0):
        raise ValueError("a ratio needs finite numbers and a denominator above 0")
    sums = np.stack([np.bincount(groups, above), np.bincount(groups, below)], axis=1)
    # Persons with the same sums are interchangeable: drawing how often each kind comes is as good, and cheap.
    kinds, persons = np.unique(sums[np.bincount(groups) > 0], axis=0, return_counts=True)
    if persons.sum() < 2:
        raise ValueError(f"{persons.sum()} persons; need two or more to draw from")
    drawn = _drawn_sums(kinds, persons, resamples, np.random.default_rng(seed))
    drawn = drawn[drawn[:, 1] > 0]
    tail = (1 - _widened(level, int(persons.sum()))) / 2
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [tail, 1 - tail])
    return float(low), float(high)


def _drawn_sums(
    kinds: np.ndarray, persons: np.ndarray, resamples: int, rng: np.random.Generator
) -> np.ndarray:
    """Sums over as many persons as there are, drawn anew, shape (resamples, 2)."""
    total = int(persons.sum())
    parts = math.ceil(resamples * len(kinds) / CELLS)
    sizes = [len(part) for part in np.array_split(np.arange(resamples), parts)]
    return np.concatenate([rng.multinomial(total, persons / total, size) @ kinds for size in sizes])


def _widened(level: float, persons: int) -> float:
    """The level of normal percentiles that reach as far as Student's t does with persons - 1 degrees."""
    from scipy.special import stdtrit

    reach = math.sqrt(persons / (persons - 1)) * stdtrit(persons - 1, (1 + level) / 2)
    return 2 * NormalDist().cdf(reach) - 1

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
_NORMAL = NormalDist()
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


def has_repeats(groups: np.ndarray) -> bool:
    """Whether some group has several images, so that images are not independent of each other."""
    return len(np.unique(groups)) < len(groups)


def resampled_ratio(
    numerators: np.ndarray,
    denominators: np.ndarray,
    groups: np.ndarray,
    *,
    level: float = 0.95,
    bca: bool = True,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[float, float] | None:
    """Interval of sum(numerators) / sum(denominators) when whole groups are drawn with replacement.

    A share of images has 0/1 numerators and ones below; a rate has its condition below; a difference of two
    shares of the same images has -1, 0, 1 above. The percentiles are as far out as Student's t with
    groups - 1 degrees of freedom, because few groups vary more than they show (T. Hesterberg, 2015, The
    American Statistician 69, 371-386). Resamples with nothing below are left out.

    Args:
        numerators, denominators: one number an image, shape (n,), denominators not below 0.
        groups: whose image it is, as `person_groups` numbers them, shape (n,).
        level: how often such an interval shall hold the truth, in 0..1.
        bca: move the percentiles by bias and skewness, as B. Efron's BCa does (1987, JASA 82, 171-185).
            Shares near 1 need it; a difference, whose skewness is mostly chance, fares better without.
        seed: the same seed and images, in whatever order, give the same interval.

    Returns:
        Its ends; None where every resample is the same, so that resampling knows nothing: one group, or all
        groups with the same ratio.

    Raises:
        ValueError: NaN, or nothing to divide by.
    """
    above, below = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    if not (np.isfinite(above).all() and np.isfinite(below).all() and below.sum() > 0):
        raise ValueError("a ratio needs finite numbers and a denominator above 0")
    kinds, persons = _kinds(above, below, groups)
    total = persons @ kinds
    pulls = kinds[:, 0] * total[1] - kinds[:, 1] * total[0]
    if not pulls.any():
        return None
    reach = _reach(level, int(persons.sum()))
    drawn = _drawn_sums(kinds, persons, resamples, np.random.default_rng(seed))
    drawn = drawn[drawn[:, 1] > 0]
    ratios = drawn[:, 0] / drawn[:, 1]
    steps = (-reach, reach)
    if bca:
        acceleration = float(persons @ pulls**3 / (6 * (persons @ pulls**2) ** 1.5))
        steps = _moved(steps, ratios, total[0] / total[1], acceleration)
    low, high = np.quantile(ratios, [_NORMAL.cdf(step) for step in steps])
    return float(low), float(high)


def _kinds(above: np.ndarray, below: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sums that groups have, shape (kinds, 2), and how many groups have them, shape (kinds,).

    Groups with the same sums are interchangeable: to draw how often each kind comes is as good, and cheap.
    """
    sums = np.stack([np.bincount(groups, above), np.bincount(groups, below)], axis=1)
    return np.unique(sums[np.bincount(groups) > 0], axis=0, return_counts=True)


def _drawn_sums(
    kinds: np.ndarray, persons: np.ndarray, resamples: int, rng: np.random.Generator
) -> np.ndarray:
    """Sums over as many persons as there are, drawn anew, shape (resamples, 2)."""
    total = int(persons.sum())
    parts = math.ceil(resamples * len(kinds) / CELLS)
    sizes = [len(part) for part in np.array_split(np.arange(resamples), parts)]
    return np.concatenate([rng.multinomial(total, persons / total, size) @ kinds for size in sizes])


def _moved(
    steps: tuple[float, float], ratios: np.ndarray, ratio: float, acceleration: float
) -> tuple[float, float]:
    """The steps, in standard errors, moved by the resamples' bias and by how their spread grows."""
    below = float(np.mean(ratios < ratio) + np.mean(ratios == ratio) / 2)
    bias = _NORMAL.inv_cdf(min(max(below, 1 / len(ratios)), 1 - 1 / len(ratios)))
    # Far out the formula turns over; a denominator that is not above 0 means the outermost resample.
    low, high = (bias + s / max(1 - acceleration * s, 1e-9) for s in (bias + step for step in steps))
    return low, high


def _reach(level: float, persons: int) -> float:
    """How many standard errors to either side hold `level`, as Student's t has it for so many persons."""
    from scipy.special import stdtrit

    return math.sqrt(persons / (persons - 1)) * float(stdtrit(persons - 1, (1 + level) / 2))

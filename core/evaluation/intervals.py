"""Confidence intervals of shares: how far chance alone moves a figure counted on n images."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from core.evaluation.resampling import has_repeats, person_groups, resampled_ratio

WILSON = "Wilson"
PERSONS_RESAMPLED = "persons resampled"


@dataclass(frozen=True)
class Interval:
    """An interval and how it was made.

    Attributes:
        low, high: its ends: shares in 0..1, or differences of shares in -1..1.
        method: in words for a person: "Wilson", "persons resampled", "Newcombe", "large sample".
        level: how often intervals made this way hold the truth, in 0..1.
    """

    low: float
    high: float
    method: str
    level: float = 0.95


def accuracy_interval(
    correct: np.ndarray, persons: np.ndarray | None = None, *, level: float = 0.95, seed: int = 0
) -> Interval:
    """Interval of the share of `correct`; for a rate, hand in the images of its denominator alone.

    Persons are drawn anew where some person has several images (`resampled_ratio`). Wilson's interval is used
    otherwise, and where resampling knows nothing: all answers right, all wrong, the same share right for each
    person, or one person alone make every resample the same, and its interval would be a point.

    Args:
        correct: 0/1 or bool, shape (n,).
        persons: ids, shape (n,); None, NaN, -1 and "" stand for a person who is not known, who then counts as
            somebody with one image. None for all where there are no ids.

    Raises:
        ValueError: no images, or a value that is neither 0 nor 1 (NaN is neither).
    """
    right = zeros_and_ones(correct, "correct answers")
    groups = person_groups(persons, len(right))
    if has_repeats(groups) and (
        ends := resampled_ratio(right, np.ones(len(right)), groups, level=level, seed=seed)
    ):
        return Interval(*ends, PERSONS_RESAMPLED, level)
    return share_interval(int(right.sum()), len(right), level)


def share_interval(successes: int, n: int, level: float = 0.95) -> Interval:
    """`wilson_interval` with its name."""
    return Interval(*wilson_interval(successes, n, level), WILSON, level)


def wilson_interval(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of `successes` out of `n`, as shares (E. B. Wilson, 1927, JASA 22, 209-212).

    Raises:
        ValueError: n is 0, or successes are not in 0..n.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share; need 0 <= successes <= n and n > 0")
    z = normal_quantile(level)
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def normal_quantile(level: float) -> float:
    """How many standard deviations to either side hold `level` of a normal distribution: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def zeros_and_ones(values: np.ndarray, what: str) -> np.ndarray:
    """`values` as uint8, shape (n,); raises ValueError where there are none, or one is neither 0 nor 1."""
    given = np.asarray(values)
    if given.ndim != 1 or not len(given) or not np.isin(given, (0, 1)).all():
        raise ValueError(f"{what} must be 0 or 1, one for each of one or more images")
    return given.astype(np.uint8)

"""Two models on the same images: what each gets right, how far apart they are, whether chance explains it.

It judges two trained models on these images. Whether the settings behind them differ is another question,
which needs several seeds. Which images two runs have in common is in `aligned`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.evaluation.intervals import (
    PERSONS_RESAMPLED,
    Interval,
    normal_quantile,
    wilson_interval,
    zeros_and_ones,
)
from core.evaluation.resampling import has_repeats, person_groups, resampled_ratio
from core.evaluation.scores import THRESHOLD, predicted_classes

Verdict = Literal["a_better", "b_better", "within_noise", "not_comparable"]
Cell = Literal["both_right", "only_a", "only_b", "both_wrong"]

ALPHA = 0.05
"""A p below this is taken for a difference."""
FEW_DISCORDANT = 20
"""With fewer images that only one model gets right, neither the normal law nor resampling can be trusted."""
NEWCOMBE = "Newcombe"
LARGE_SAMPLE = "large sample"


@dataclass(frozen=True)
class PairedComparison:
    """Models A and B on the same n images.

    Attributes:
        accuracy_a, accuracy_b: shares of right answers.
        difference: accuracy_a - accuracy_b; `interval` is its interval.
        both_right, only_a, only_b, both_wrong: images in each cell; they sum to n.
        p_value: McNemar's exact test, two-sided, for this pair alone.
    """

    n: int
    accuracy_a: float
    accuracy_b: float
    difference: float
    interval: Interval
    both_right: int
    only_a: int
    only_b: int
    both_wrong: int
    p_value: float


def compare(
    labels: np.ndarray,
    probabilities_a: np.ndarray,
    probabilities_b: np.ndarray,
    persons: np.ndarray | None = None,
    *,
    threshold: float = THRESHOLD,
    level: float = 0.95,
    seed: int = 0,
) -> PairedComparison:
    """Hold two models against each other; all arrays have shape (n,) and the same order of images.

    The interval of the difference is Newcombe's where fewer than 20 images are right in one model alone; else
    persons are drawn anew where some person has several images; else the large-sample one. The p-value counts
    images as independent, also where the interval does not: with several photos a person it is too small if
    the models' mistakes come by person.

    Raises:
        ValueError: no images, arrays of different lengths, labels that are not 0/1, NaN.
    """
    rows = paired_cells(labels, probabilities_a, probabilities_b, threshold)
    cells = {cell: len(found) for cell, found in rows.items()}
    n, gained, lost = len(labels), cells["only_a"], cells["only_b"]
    return PairedComparison(
        n=n,
        accuracy_a=(cells["both_right"] + gained) / n,
        accuracy_b=(cells["both_right"] + lost) / n,
        difference=(gained - lost) / n,
        interval=_difference_interval(rows, person_groups(persons, n), level, seed),
        **cells,
        p_value=mcnemar_p(gained, lost),
    )


def paired_cells(
    labels: np.ndarray,
    probabilities_a: np.ndarray,
    probabilities_b: np.ndarray,
    threshold: float = THRESHOLD,
) -> dict[Cell, np.ndarray]:
    """Positions of the images that both, only A, only B, or neither get right: ascending, in that order.

    Raises:
        ValueError: as `compare`.
    """
    truth = zeros_and_ones(labels, "labels")
    if not len(truth) == len(probabilities_a) == len(probabilities_b):
        lengths = f"{len(truth)} labels, {len(probabilities_a)} and {len(probabilities_b)} probabilities"
        raise ValueError(f"{lengths}; need as many of each")
    a, b = (predicted_classes(p, threshold) == truth for p in (probabilities_a, probabilities_b))
    masks = {"both_right": a & b, "only_a": a & ~b, "only_b": b & ~a, "both_wrong": ~(a | b)}
    return {cell: np.flatnonzero(mask) for cell, mask in masks.items()}


def mcnemar_p(only_a: int, only_b: int) -> float:
    """McNemar's exact test: how often a fair coin falls as unevenly; 1 where the models never differ."""
    from scipy.special import bdtr  # scipy.stats, with binomtest, takes half a second to import

    return min(1.0, 2 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)))


def newcombe_interval(
    both_right: int, only_a: int, only_b: int, both_wrong: int, *, level: float = 0.95
) -> Interval:
    """Interval of accuracy_a - accuracy_b from the two Wilson intervals and how the models agree.

    Method 10 of R. G. Newcombe (1998), Statistics in Medicine 17, 2635-2650; never a point, also when the
    models never differ.
    """
    n = both_right + only_a + only_b + both_wrong
    right_a, right_b = both_right + only_a, both_right + only_b
    a, b = right_a / n, right_b / n
    low_a, high_a = wilson_interval(right_a, n, level)
    low_b, high_b = wilson_interval(right_b, n, level)
    phi = _agreement(both_right, only_a, only_b, both_wrong)
    down = _hypotenuse(a - low_a, high_b - b, phi)
    up = _hypotenuse(high_a - a, b - low_b, phi)
    return Interval(a - b - down, a - b + up, NEWCOMBE, level)


def large_sample_interval(only_a: int, only_b: int, n: int, *, level: float = 0.95) -> Interval:
    """Interval of accuracy_a - accuracy_b by the normal law, images independent of each other."""
    difference = (only_a - only_b) / n
    spread = normal_quantile(level) * math.sqrt(only_a + only_b - n * difference**2) / n
    return Interval(difference - spread, difference + spread, LARGE_SAMPLE, level)


def holm(p_values: Sequence[float]) -> np.ndarray:
    """p-values of a family of tests, adjusted by S. Holm (1979, Scand. J. Statist. 6, 65-70); shape (m,).

    Raises:
        ValueError: a value is NaN or outside 0..1.
    """
    p = np.asarray(p_values, np.float64)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p-values must lie in 0..1 and be numbers")
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted


def verdict(difference: float, p_value: float) -> Verdict:
    """What an accuracy_a - accuracy_b with this p, Holm-adjusted where several are tested, comes to."""
    if p_value >= ALPHA:
        return "within_noise"
    return "a_better" if difference > 0 else "b_better"


def _difference_interval(
    rows: dict[Cell, np.ndarray], groups: np.ndarray, level: float, seed: int
) -> Interval:
    """The interval of accuracy_a - accuracy_b, by whichever method suits these images (see `compare`)."""
    cells, n = [len(found) for found in rows.values()], len(groups)
    gained, lost = len(rows["only_a"]), len(rows["only_b"])
    if gained + lost < FEW_DISCORDANT:
        return newcombe_interval(*cells, level=level)
    steps = np.zeros(n)
    steps[rows["only_a"]], steps[rows["only_b"]] = 1, -1
    if has_repeats(groups) and (
        ends := resampled_ratio(steps, np.ones(n), groups, level=level, bca=False, seed=seed)
    ):
        return Interval(*ends, PERSONS_RESAMPLED, level)
    return large_sample_interval(gained, lost, n, level=level)


def _agreement(both_right: int, only_a: int, only_b: int, both_wrong: int) -> float:
    """Newcombe's phi: the correlation of the models' answers, pulled to 0 by half an image when positive."""
    right_a, right_b = both_right + only_a, both_right + only_b
    wrong_a, wrong_b = only_b + both_wrong, only_a + both_wrong
    if not (right_a and right_b and wrong_a and wrong_b):
        return 0.0
    product = both_right * both_wrong - only_a * only_b
    pulled = max(product - (right_a + wrong_a) / 2, 0.0) if product > 0 else product
    return pulled / math.sqrt(right_a * right_b * wrong_a * wrong_b)


def _hypotenuse(x: float, y: float, phi: float) -> float:
    # Rounding can make it less than nothing where the models agree in all.
    return math.sqrt(max(x * x - 2 * phi * x * y + y * y, 0.0))

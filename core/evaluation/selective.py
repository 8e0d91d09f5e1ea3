"""Answers only where the model is sure enough: how sure it has to be, and what that costs and brings.

An answer is given when |calibrated probability - 0.5| is at least a margin; else the model says "not sure".
The margin is chosen on validation alone; on test it is only judged. Both hold for images like those the model
was trained on (Y. Geifman and R. El-Yaniv, 2017, Selective Classification for Deep Neural Networks, NIPS).
"""

from dataclasses import dataclass

import numpy as np

from core.evaluation.intervals import Interval, accuracy_interval
from core.evaluation.scores import THRESHOLD, checked, checked_answers, predicted_classes

MAX_ERROR = 0.02
"""Share of wrong answers that the default margin promises to stay under on validation."""
LEVEL = 0.95
"""How sure that promise is: the level of the one-sided bound."""
FALLBACK = 0.4
"""The margin where none keeps the promise."""
STEP = 0.01
"""Distance of two margins that can be chosen, on the page as well."""
MARGINS = np.round(np.arange(0, 50) * STEP, 2)
"""All margins that can be chosen, ascending: 0 answers everything, 0.49 only what is nearly certain."""


@dataclass(frozen=True)
class Margin:
    """The margin that was chosen on validation.

    Attributes:
        value: one of MARGINS.
        bound: one-sided Clopper-Pearson upper bound of the error among answered validation images at `value`,
            0..1; None where no image is answered.
        kept: whether the bound is at most MAX_ERROR; False for the fallback.
        n: validation images it was chosen on.
        answered: how many of them are answered at `value`.
        wrong: how many of those answers are wrong.
    """

    value: float
    bound: float | None
    kept: bool
    n: int
    answered: int = 0
    wrong: int = 0

    @property
    def threshold(self) -> float:
        """The calibrated probability from which the answer is 1; below 1 minus it the answer is 0."""
        return threshold_of(self.value)


@dataclass(frozen=True)
class Answered:
    """What a margin brings on one split.

    Attributes:
        n: images of the split.
        answered: images that get an answer.
        wrong: answered images whose answer is not their label.
        error_interval: 95 % interval of `error`; None when nothing is answered.
        share_interval: 95 % interval of `share`.
    """

    n: int
    answered: int
    wrong: int
    error_interval: Interval | None
    share_interval: Interval

    @property
    def error(self) -> float | None:
        """Share of wrong answers among the answered images, 0..1; None when nothing is answered."""
        return self.wrong / self.answered if self.answered else None

    @property
    def share(self) -> float:
        """Share of images that get an answer, 0..1."""
        return self.answered / self.n


def threshold_of(margin: float) -> float:
    """The probability that is `margin` above 0.5."""
    return round(THRESHOLD + margin, 2)


def margin_of(threshold: float) -> float:
    """How far `threshold` is above 0.5."""
    return round(threshold - THRESHOLD, 2)


def is_answered(probabilities: np.ndarray, margin: float) -> np.ndarray:
    """Which calibrated probabilities are at least `margin` away from 0.5: bool, shape (n,).

    Raises:
        ValueError: a probability that is NaN or outside 0..1.
    """
    # Rounded, so that 0.9 - 0.5 is 0.4 and not a trifle more.
    return np.round(np.abs(checked(probabilities) - THRESHOLD), 9) >= margin


def answered_at(
    labels: np.ndarray, probabilities: np.ndarray, margin: float, persons: np.ndarray | None = None
) -> Answered:
    """What `margin` brings on images with these labels and calibrated probabilities.

    Args:
        persons: as `accuracy_interval` takes them; who has several photos is drawn anew as one.

    Raises:
        ValueError: as `checked_answers`.
    """
    labels, p = checked_answers(labels, probabilities)
    given = is_answered(p, margin)
    wrong = predicted_classes(p)[given] != labels[given]
    of_given = None if persons is None else np.asarray(persons)[given]
    error = accuracy_interval(wrong, of_given) if given.any() else None
    return Answered(len(labels), int(given.sum()), int(wrong.sum()), error, accuracy_interval(given, persons))


def choose_margin(labels: np.ndarray, probabilities: np.ndarray) -> Margin:
    """The smallest margin whose bounded error on these images is at most MAX_ERROR, else FALLBACK.

    To be given the validation images. The bound takes images for independent, as Clopper and Pearson do;
    where persons have several photos it is somewhat too good. That 50 margins are looked at costs little: by
    simulation of a calibrated model (500 to 3,000 images) the promise was broken in 1 to 3 % of the cases in
    which it was given.

    Raises:
        ValueError: as `checked_answers`.
    """
    labels, p = checked_answers(labels, probabilities)
    for value in MARGINS:
        margin = _judged(labels, p, float(value))
        if margin.kept:
            return margin
    return _judged(labels, p, FALLBACK)


def upper_bound(successes: int, n: int, level: float = LEVEL) -> float:
    """One-sided upper bound of a share, 0..1 (C. Clopper and E. Pearson, 1934, Biometrika 26, 404-413).

    Raises:
        ValueError: n is 0, or successes are not in 0..n.
    """
    from scipy.special import betaincinv

    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share; need 0 <= successes <= n and n > 0")
    return 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, level))


def _judged(labels: np.ndarray, p: np.ndarray, value: float) -> Margin:
    given = is_answered(p, value)
    answered = int(given.sum())
    wrong = int((predicted_classes(p)[given] != labels[given]).sum())
    bound = upper_bound(wrong, answered) if answered else None
    return Margin(value, bound, bound is not None and bound <= MAX_ERROR, len(labels), answered, wrong)

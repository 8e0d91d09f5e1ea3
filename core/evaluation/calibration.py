"""Whether probabilities mean what they say, and one temperature that mends them.

Everything is about P(label = 1). A temperature changes neither the images' order nor the answers at 0.5.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.intervals import wilson_interval
from core.evaluation.scores import EPSILON, checked, checked_answers

BINS = 10
HISTOGRAM_BINS = 20
TEMPERATURES = (0.05, 20.0)
"""Beyond these a fit has no optimum, or one that would make all probabilities 0, 0.5 or 1."""

AT_BOUND = 1e-3
"""A fit whose logarithm is this near a bound has ended there."""


@dataclass(frozen=True)
class Temperature:
    """What logits are divided by: above 1 makes a model less sure of itself, below 1 surer.

    Attributes:
        value: within TEMPERATURES.
        note: a sentence when the fit says little, else "".
    """

    value: float
    note: str = ""


def fit_temperature(labels: np.ndarray, probabilities: np.ndarray) -> Temperature:
    """The temperature with the lowest cross-entropy on these images; to be given the validation images.

    C. Guo et al., 2017, On Calibration of Modern Neural Networks, ICML, section 4.2. In the logarithm of the
    temperature the loss has one minimum, which is sought within TEMPERATURES.

    Raises:
        ValueError: as `checked_answers`.
    """
    from scipy.optimize import minimize_scalar

    labels, p = checked_answers(labels, probabilities)
    towards_label = np.where(labels == 1, 1, -1) * _logits(p)
    if not towards_label.any():
        return Temperature(1.0, "All probabilities are 0.5: a temperature changes nothing.")

    def loss(log_temperature: float) -> float:
        return float(np.logaddexp(0, -towards_label / np.exp(log_temperature)).mean())

    low, high = np.log(TEMPERATURES)
    fit = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-6})
    # The search comes near a bound, never onto it.
    at = next((bound for bound in (low, high) if abs(fit.x - bound) < AT_BOUND), None)
    value = float(np.exp(fit.x if at is None else at))
    return Temperature(value, _note(labels, value, at_bound=at is not None))


def calibrated(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities with their logits divided by `temperature`; float64, shape (n,).

    Those of exactly 0 and 1 have no logit; they are taken as 1e-7 away from it, as Keras's loss takes them.

    Raises:
        ValueError: a probability that is NaN or outside 0..1, or a temperature that is not above 0.
    """
    from scipy.special import expit

    if not 0 < temperature < np.inf:
        raise ValueError(f"a temperature of {temperature} divides nothing; it must be above 0")
    return expit(_logits(checked(probabilities)) / temperature)


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """How often images are labelled yes, beside how probable that was called; a row a bin of equal width.

    Columns: low, high (the bin holds low < p <= high, the first one 0 too), n, predicted (mean probability),
    observed (share labelled yes) with its Wilson interval observed_low, observed_high; NaN in empty bins.

    Raises:
        ValueError: as `checked_answers`.
    """
    labels, p = checked_answers(labels, probabilities)
    edges = np.linspace(0, 1, bins + 1)
    which = np.searchsorted(edges[1:-1], p)
    n, yes = np.bincount(which, minlength=bins), np.bincount(which, labels, bins).astype(int)
    with np.errstate(invalid="ignore"):
        predicted, observed = np.bincount(which, p, bins) / n, yes / n
    ends = [wilson_interval(int(k), int(m)) if m else (np.nan, np.nan) for k, m in zip(yes, n, strict=True)]
    intervals = dict(zip(("observed_low", "observed_high"), np.transpose(ends), strict=True))
    found = {"low": edges[:-1], "high": edges[1:], "n": n, "predicted": predicted, "observed": observed}
    return pd.DataFrame({**found, **intervals})


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> float:
    """ECE, 0..1: the mean distance of `predicted` and `observed` over the bins of `reliability`, by images.

    Raises:
        ValueError: as `checked_answers`.
    """
    table = reliability(labels, probabilities, bins)
    table = table[table["n"] > 0]
    return float(np.average((table["predicted"] - table["observed"]).abs(), weights=table["n"]))


def brier_score(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean squared distance of probability and label, 0..1; 0 is best, always saying 0.5 scores 0.25.

    Raises:
        ValueError: as `checked_answers`.
    """
    from sklearn.metrics import brier_score_loss

    labels, p = checked_answers(labels, probabilities)
    return float(brier_score_loss(labels, p, pos_label=1))


def score_histogram(
    labels: np.ndarray, probabilities: np.ndarray, bins: int = HISTOGRAM_BINS
) -> pd.DataFrame:
    """How many images of each class have which probability: columns low, high, no, yes; a row a bin.

    The bins are of equal width and hold low <= p < high, the last one 1 too.

    Raises:
        ValueError: as `checked_answers`.
    """
    labels, p = checked_answers(labels, probabilities)
    edges = np.linspace(0, 1, bins + 1)
    counts = {name: np.histogram(p[labels == bit], edges)[0] for name, bit in (("no", 0), ("yes", 1))}
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], **counts})


def _logits(p: np.ndarray) -> np.ndarray:
    from scipy.special import logit

    return logit(np.clip(p, EPSILON, 1 - EPSILON))


def _note(labels: np.ndarray, value: float, *, at_bound: bool) -> str:
    if len(np.unique(labels)) == 1:
        return "All images are of one class: this temperature says nothing of the other."
    if at_bound:
        why = "surer answers would fit better still" if value < 1 else "the answers are no better than chance"
        return f"The fit ended at its bound: {why}."
    return ""

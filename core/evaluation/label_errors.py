"""Which labels are likely wrong, by held-out probabilities: confident learning for two classes.

The method is Northcutt, Jiang and Chuang, "Confident Learning" (JAIR 2021, section 3): an image counts as
likely mislabelled when its probability of the other class reaches what images labelled with that class have
on average. Where the probabilities come from, and what a person makes of it, is for others.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LabelErrors:
    """What held-out probabilities say of n labels.

    Attributes:
        thresholds: mean probability of class 0 among images labelled 0, and of class 1 among those labelled
            1; each in 0..1, NaN for a class without an image.
        doubt: how far the other class is more probable than the label, each measured against its
            threshold; float64 in about -1..1, shape (n,). Higher is more doubtful.
        likely: which labels confident learning takes for wrong, bool, shape (n,).
        order: all rows, the most doubtful first: the likely ones, then the rest; int64, shape (n,).
    """

    thresholds: tuple[float, float]
    doubt: np.ndarray
    likely: np.ndarray
    order: np.ndarray


def label_errors(labels: np.ndarray, probabilities: np.ndarray) -> LabelErrors:
    """Judge `labels` by what a model that has not seen them says.

    The threshold of each class makes up for a model that is unsure, or leans to the commoner class. Among
    likely errors, and among the others, the order is by the normalised margin (the same paper, section 3.2),
    shifted by the difference of the thresholds.

    Args:
        labels: 0/1, shape (n,).
        probabilities: P(label = 1) in 0..1 from a model that was not trained on the image, shape (n,).

    Raises:
        ValueError: the shapes differ, or a value is outside of its range.
    """
    labels, ones = _checked(labels, probabilities)
    both = np.stack([1 - ones, ones])
    rows = np.arange(len(labels))
    own, other = both[labels, rows], both[1 - labels, rows]
    thresholds = np.array(
        [own[labels == label].mean() if (labels == label).any() else np.nan for label in (0, 1)]
    )
    # A class that nobody is labelled with has no threshold: nothing can be taken for it.
    reached = np.nan_to_num(thresholds, nan=np.inf)
    likely = (other >= reached[1 - labels]) & ((own < reached[labels]) | (other > own))
    even = np.nan_to_num(thresholds, nan=1.0)
    doubt = (other - even[1 - labels]) - (own - even[labels])
    return LabelErrors(tuple(thresholds.tolist()), doubt, likely, np.lexsort((rows, -doubt, ~likely)))


def _checked(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    labels, ones = np.asarray(labels), np.asarray(probabilities, np.float64)
    if labels.shape != ones.shape or labels.ndim != 1:
        raise ValueError(f"labels {labels.shape} and probabilities {ones.shape} must be of one length")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("a label is neither 0 nor 1")
    if not ((ones >= 0) & (ones <= 1)).all():
        raise ValueError("a probability is not within 0 to 1")
    return labels.astype(np.int64), ones

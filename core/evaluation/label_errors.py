"""Which labels are likely wrong, by held-out probabilities: confident learning for two classes.

The method is Northcutt, Jiang and Chuang, "Confident Learning" (JAIR 2021, section 3): an image counts as
likely mislabelled when its probability of the other class reaches what images labelled with that class have
on average. That is as good as the probabilities are: of a model that has learnt nothing it still names a
fifth to a half of all labels. So the model is judged as well, by how often it agrees with labels that it has
not seen. Where the probabilities come from, and what a person makes of it, is for others.
"""

from dataclasses import dataclass

import numpy as np

from core.evaluation.intervals import Interval, share_interval

FEWEST = 200
"""Labels below which the judge's own accuracy is too little known for it to call any of them wrong."""
ENOUGH = 0.8
"""Share of the mistakes of always giving the commoner label that the judge must be sure to avoid."""


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


@dataclass(frozen=True)
class Judge:
    """How often the model whose probabilities judge the labels agrees with them, at 0.5.

    The labels may be wrong, so that a perfect judge agrees in less than all.

    Attributes:
        n: labels that it was held against, none of which it had learnt.
        right: with how many of them it agrees.
        commonest: labels of the commoner class.
    """

    n: int
    right: int
    commonest: int

    @property
    def accuracy(self) -> float:
        """The share that it agrees with, 0..1."""
        return self.right / self.n if self.n else 0.0

    @property
    def majority(self) -> float:
        """What always giving the commoner label would agree with, 0..1."""
        return self.commonest / self.n if self.n else 0.0

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval of the accuracy; None without a label."""
        return share_interval(self.right, self.n) if self.n else None

    @property
    def avoided(self) -> float:
        """Of the mistakes of always giving the commoner label, the share that it avoids at the least.

        At the lower end of the interval, 1 at most; negative for one that does worse. 0 where all labels are
        the same, or there are none.
        """
        if self.commonest == self.n:
            return 0.0
        return (self.interval.low - self.majority) / (1 - self.majority)

    @property
    def trusted(self) -> bool:
        """Whether what it doubts may be called likely wrong: enough labels, and far from guessing."""
        return self.n >= FEWEST and self.avoided >= ENOUGH


def judge_of(labels: np.ndarray, probabilities: np.ndarray) -> Judge:
    """How good the judge of `labels` is; arguments and errors as of `label_errors`."""
    labels, ones = _checked(labels, probabilities)
    positives = int(labels.sum())
    right = int(((ones >= 0.5) == labels).sum())
    return Judge(len(labels), right, max(positives, len(labels) - positives))


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

"""What a model got right and wrong at a threshold: the four cells, the rates made of them, who is in each.

A rate whose denominator is 0 is None: a split without negatives has no false positive rate, not one of 0.
"""

from dataclasses import dataclass

import numpy as np

from core.evaluation.intervals import Interval, share_interval
from core.evaluation.scores import THRESHOLD, checked_answers, predicted_classes

CELLS = ("tp", "fp", "fn", "tn")
PARTS = {
    "accuracy": (("tp", "tn"), CELLS),
    "recall": (("tp",), ("tp", "fn")),
    "specificity": (("tn",), ("tn", "fp")),
    "precision": (("tp",), ("tp", "fp")),
    "fpr": (("fp",), ("fp", "tn")),
    "fnr": (("fn",), ("fn", "tp")),
    "fdr": (("fp",), ("fp", "tp")),
    "for_": (("fn",), ("fn", "tn")),
}
"""Each rate: the cells that it counts, out of which cells."""


@dataclass(frozen=True)
class Confusion:
    """Counts of a confusion matrix: true and false positives, false and true negatives."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def n(self) -> int:
        """Images in all."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def accuracy(self) -> float | None:
        """Right answers, out of all."""
        return self.rate("accuracy")

    @property
    def recall(self) -> float | None:
        """Answered yes, out of those labelled yes."""
        return self.rate("recall")

    @property
    def specificity(self) -> float | None:
        """Answered no, out of those labelled no."""
        return self.rate("specificity")

    @property
    def precision(self) -> float | None:
        """Labelled yes, out of those answered yes."""
        return self.rate("precision")

    @property
    def fpr(self) -> float | None:
        """False positive rate: answered yes, out of those labelled no."""
        return self.rate("fpr")

    @property
    def fnr(self) -> float | None:
        """False negative rate: answered no, out of those labelled yes."""
        return self.rate("fnr")

    @property
    def fdr(self) -> float | None:
        """False discovery rate: labelled no, out of those answered yes."""
        return self.rate("fdr")

    @property
    def for_(self) -> float | None:
        """False omission rate: labelled yes, out of those answered no."""
        return self.rate("for_")

    def counts(self, name: str) -> tuple[int, int]:
        """Numerator and denominator of the rate `name`, a key of PARTS."""
        over, under = PARTS[name]
        return sum(getattr(self, cell) for cell in over), sum(getattr(self, cell) for cell in under)

    def rate(self, name: str) -> float | None:
        """The rate `name`, 0..1; None without a denominator."""
        over, under = self.counts(name)
        return over / under if under else None

    def interval(self, name: str, level: float = 0.95) -> Interval | None:
        """Wilson's interval of the rate `name`; None without a denominator."""
        over, under = self.counts(name)
        return share_interval(over, under, level) if under else None


def confusion_at(labels: np.ndarray, probabilities: np.ndarray, threshold: float = THRESHOLD) -> Confusion:
    """The confusion matrix when probabilities above `threshold` count as yes.

    Raises:
        ValueError: as `checked_answers`.
    """
    masks = cell_masks(labels, probabilities, threshold)
    return Confusion(**{cell: int(mask.sum()) for cell, mask in masks.items()})


def cell_masks(
    labels: np.ndarray, probabilities: np.ndarray, threshold: float = THRESHOLD
) -> dict[str, np.ndarray]:
    """For each of CELLS which images are in it: bool, shape (n,); each image is in exactly one.

    Raises:
        ValueError: as `checked_answers`.
    """
    labels, p = checked_answers(labels, probabilities)
    is_yes, said_yes = labels == 1, predicted_classes(p, threshold) == 1
    return {
        "tp": is_yes & said_yes,
        "fp": ~is_yes & said_yes,
        "fn": is_yes & ~said_yes,
        "tn": ~is_yes & ~said_yes,
    }

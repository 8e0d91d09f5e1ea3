"""Scores of probabilities against 0/1 labels."""

import numpy as np

from core.evaluation.intervals import zeros_and_ones

THRESHOLD = 0.5
"""The headline threshold, as in the report."""
EPSILON = 1e-7
"""Keras clips probabilities by this before it takes their logarithm."""


def predicted_classes(probabilities: np.ndarray, threshold: float = THRESHOLD) -> np.ndarray:
    """1 where the probability is above `threshold`, as Keras's BinaryAccuracy decides; uint8, shape (n,)."""
    return (checked(probabilities) > threshold).astype(np.uint8)


def accuracy(labels: np.ndarray, probabilities: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of right answers, 0..1; raises ValueError as `checked_answers` does."""
    labels, p = checked_answers(labels, probabilities)
    return float(np.mean(predicted_classes(p, threshold) == labels))


def binary_cross_entropy(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean binary cross-entropy in nats, clipped as Keras clips; raises ValueError as `accuracy` does."""
    labels, p = checked_answers(labels, probabilities)
    p = np.clip(p, EPSILON, 1 - EPSILON)
    return float(-np.mean(np.where(labels == 1, np.log(p), np.log1p(-p))))


def checked_answers(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels as uint8 and probabilities as float64, both of shape (n,), n > 0.

    Raises:
        ValueError: no images, shapes that differ, a label other than 0 and 1, or a probability that is NaN or
            outside 0..1.
    """
    labels, p = np.asarray(labels), checked(probabilities)
    if labels.ndim != 1 or labels.shape != p.shape or not len(labels):
        raise ValueError(
            f"{labels.shape} labels and {p.shape} probabilities; need one list each, as long, not empty"
        )
    return zeros_and_ones(labels, "labels"), p


def checked(probabilities: np.ndarray) -> np.ndarray:
    """`probabilities` as float64, refused with ValueError when one is NaN or outside 0..1.

    In float64, so that a threshold means the same whatever the width of what it is held against.
    """
    p = np.asarray(probabilities, np.float64)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("probabilities must lie in 0..1 and be numbers")
    return p

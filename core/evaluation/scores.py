"""Scores of probabilities against 0/1 labels."""

import numpy as np

THRESHOLD = 0.5
"""The headline threshold, as in the report."""
EPSILON = 1e-7
"""Keras clips probabilities by this before it takes their logarithm."""


def predicted_classes(probabilities: np.ndarray, threshold: float = THRESHOLD) -> np.ndarray:
    """1 where the probability is above `threshold`, as Keras's BinaryAccuracy decides; uint8, shape (n,)."""
    return (checked(probabilities) > threshold).astype(np.uint8)


def accuracy(labels: np.ndarray, probabilities: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of right answers, 0..1.

    Raises:
        ValueError: no images, shapes that differ, or a probability that is NaN or outside 0..1.
    """
    if len(labels) != len(probabilities) or not len(labels):
        raise ValueError(f"{len(labels)} labels and {len(probabilities)} probabilities; need as many, not 0")
    return float(np.mean(predicted_classes(probabilities, threshold) == np.asarray(labels)))


def binary_cross_entropy(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean binary cross-entropy in nats, clipped as Keras clips; raises ValueError as `accuracy` does."""
    accuracy(labels, probabilities)
    p = np.clip(np.asarray(probabilities, np.float64), EPSILON, 1 - EPSILON)
    return float(-np.mean(np.where(np.asarray(labels) == 1, np.log(p), np.log1p(-p))))


def checked(probabilities: np.ndarray) -> np.ndarray:
    """`probabilities` as an array, refused with ValueError when one is NaN or outside 0..1."""
    p = np.asarray(probabilities)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("probabilities must lie in 0..1 and be numbers")
    return p

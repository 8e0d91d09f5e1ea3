"""Chooses a threshold. Only ever on validation: chosen on test, it would flatter the test figures."""

import numpy as np

from core.evaluation.scores import THRESHOLD, checked_answers


def best_threshold(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """The threshold in 0..1 with the highest accuracy, where a probability above it counts as yes.

    Accuracy changes only where an image's probability lies, so one candidate between each two neighbours is
    enough; half way, where a new image is least likely to fall on the wrong side. 0.5 is a candidate too. Of
    equally good ones the nearest to 0.5 is taken, of two as near the lower.

    Raises:
        ValueError: as `checked_answers`.
    """
    labels, p = checked_answers(labels, probabilities)
    candidates = _candidates(np.unique(p))
    no, yes = np.sort(p[labels == 0]), np.sort(p[labels == 1])
    right_no = np.searchsorted(no, candidates, side="right")
    right_yes = len(yes) - np.searchsorted(yes, candidates, side="right")
    right = right_no + right_yes
    best = candidates[right == right.max()]
    return float(best[np.argmin(np.abs(best - THRESHOLD))])


def _candidates(values: np.ndarray) -> np.ndarray:
    """0.5 and the middles between neighbours of `values`, 0 and 1; ascending."""
    edges = np.unique(np.concatenate([[0.0], values, [1.0]]))
    middles = (edges[:-1] + edges[1:]) / 2
    # Between two floats without another one in between, "half way" is rounded to one of them.
    middles = np.where(middles < edges[1:], middles, edges[:-1])
    return np.unique(np.concatenate([middles, [THRESHOLD, 1.0]]))

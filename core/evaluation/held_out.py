"""A probability for every image from a model that has not seen it, nor another photo of the same person.

Logistic regression on vectors, in folds of persons, twice: the second time without the labels that the first
takes for wrong, as confident learning goes on from its findings (see `core.evaluation.label_errors`). Which
vectors is for others; scikit-learn is imported when it is first needed.
"""

from collections.abc import Callable

import numpy as np

from core.evaluation.label_errors import label_errors
from core.evaluation.resampling import person_groups

FOLDS = 5
PASSES = (1e-3, 1e-2)
"""Inverse of the penalty on standardised vectors, first and second time. While wrong labels are among those
learnt from, a strong one keeps the model from learning them by heart."""
STEPS = 200
"""Of the solver, at most: probabilities need no more than that."""
NOTHING = 1e-3
"""Added to each column's spread: a column that never changes says nothing, rather than anything."""

OnFold = Callable[[int, int], None]
"""Called with folds done and folds in all; may raise to stop."""


def held_out_probabilities(
    vectors: np.ndarray,
    labels: np.ndarray,
    persons: np.ndarray | None,
    *,
    seed: int = 0,
    on_fold: OnFold = lambda done, folds: None,
) -> np.ndarray:
    """P(label = 1) of each image, from models that were fitted without it; float32, shape (n,).

    Args:
        vectors: what is known of each image, float, shape (n, d).
        labels: 0/1, shape (n,).
        persons: ids, shape (n,); unknown ones as `person_groups` takes them. None where there are no ids.

    Raises:
        ValueError: there are fewer persons than folds, or some fold leaves one class alone to learn from.
    """
    fold = person_folds(labels, persons, seed=seed)
    learnt, found = np.ones(len(labels), bool), np.empty(len(labels), np.float32)
    for number, strength in enumerate(PASSES):
        for i in range(FOLDS):
            held = fold == i
            found[held] = _fitted(vectors, labels, learnt & ~held, held, strength)
            on_fold(number * FOLDS + i + 1, len(PASSES) * FOLDS)
        likely = label_errors(labels, found).likely
        learnt = ~likely if len(np.unique(labels[~likely])) == 2 else learnt
    return found


def person_folds(labels: np.ndarray, persons: np.ndarray | None, *, seed: int = 0) -> np.ndarray:
    """The fold of each image, 0..FOLDS-1, int64, shape (n,): a person's images in one fold, classes even.

    Persons come in order of their share of positives, in random order where that is equal, and each goes to
    the fold that has the fewest images by then.

    Raises:
        ValueError: there are fewer persons than folds.
    """
    _, groups = np.unique(person_groups(persons, len(labels)), return_inverse=True)
    sizes = np.bincount(groups)
    if len(sizes) < FOLDS:
        raise ValueError(f"{len(sizes)} persons are too few for {FOLDS} folds")
    rates = np.bincount(groups, weights=labels) / sizes
    order = np.random.default_rng(seed).permutation(len(sizes))
    order = order[np.argsort(rates[order], kind="stable")]
    taken, fold = [0] * FOLDS, np.empty(len(sizes), np.int64)
    for person, size in zip(order.tolist(), sizes[order].tolist(), strict=True):
        fold[person] = pick = taken.index(min(taken))
        taken[pick] += size
    return fold[groups]


def _fitted(
    vectors: np.ndarray, labels: np.ndarray, seen: np.ndarray, held: np.ndarray, strength: float
) -> np.ndarray:
    """P(label = 1) of the held rows by a model of the seen ones."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    if len(np.unique(labels[seen])) < 2:
        raise ValueError("a fold leaves only one class to learn from")
    middle, spread = vectors[seen].mean(axis=0), vectors[seen].std(axis=0) + NOTHING
    # Threads that wait for each other on a busy machine made this 20 times slower.
    with threadpool_limits(1):
        model = LogisticRegression(C=strength, max_iter=STEPS)
        model.fit((vectors[seen] - middle) / spread, labels[seen])
        return model.predict_proba((vectors[held] - middle) / spread)[:, 1]

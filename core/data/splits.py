"""Which images are for training, validation and testing: the official partition, else one of our own.

Ours is 80/10/10, balanced on the target, and keeps a person's images together unless it is asked not to.
The same data set, target, seed and kind always give the same split.
"""

from dataclasses import replace
from typing import Literal

import numpy as np

from core.data.dataset import NO_PERSON, SPLITS, FaceDataset, Problem
from core.errors import DataError

Kind = Literal["auto", "official", "person", "random"]
"""`official`: as published. `person`: ours, each person in one split. `random`: ours, whoever is on an
image. `auto`: official where there is one, else by person."""

HELD_OUT = 0.1
"""Share of the images that validation gets, and again that test gets, where we make the split."""

MIN_LIMIT = 4
"""Two images to train on, one of each class, and one each for validation and test."""


def with_split(
    dataset: FaceDataset, target: str, *, seed: int, limit: int | None = None, kind: Kind = "auto"
) -> FaceDataset:
    """The data set with every image in a split, and with no more than `limit` images.

    An official partition that lacks validation or test images gets them from its training images, and
    a Problem says so. Under a limit each split and each class keeps its share; a larger limit adds
    images to those of a smaller one, but for rounding.

    Args:
        target: the attribute on which the split is balanced.
        seed: any whole number from 0 up.
        limit: images in all; None for every image.
        kind: whose split it is; the result's `official_split` says whether it is the official one.

    Raises:
        DataError: the target is unknown or has one class only, in all or in training; the limit or
            the data set is too small for three splits; the official partition is asked for and absent.
    """
    dataset = _for_kind(dataset, kind)
    labels = _labels(dataset, target)
    rng = np.random.default_rng(seed)
    split, problems = (
        _official(dataset, labels, rng)
        if dataset.official_split
        else (_made(dataset, labels, rng, together=kind != "random"), ())
    )
    rows = np.arange(len(dataset)) if limit is None else _limited(split, labels, limit, rng)
    _refuse_one_class_in_training(labels[rows][split[rows] == "train"], target, limit)
    frame = dataset.frame.assign(split=split).astype({"split": "str"})
    return dataset.with_frame(frame.iloc[rows], *problems)


def _for_kind(dataset: FaceDataset, kind: Kind) -> FaceDataset:
    if kind == "official" and not dataset.official_split:
        raise DataError(
            f"{dataset.name} has no official partition, and the split asked for is {kind!r}. "
            "Choose the split by person or a random one."
        )
    return replace(dataset, official_split=dataset.official_split and kind in ("auto", "official"))


def _labels(dataset: FaceDataset, target: str) -> np.ndarray:
    """The target's labels, when it is an attribute with both classes."""
    if target not in dataset.attributes:
        raise DataError(
            f"{dataset.name} has no attribute {target!r}. Choose one of: {', '.join(dataset.attributes)}."
        )
    labels = dataset.labels(target)
    positives = int(labels.sum())
    if 0 < positives < len(labels):
        return labels
    usable = [name for name in dataset.attributes if dataset.labels(name).min() != dataset.labels(name).max()]
    advice = (
        f"Choose an attribute with both: {', '.join(usable)}." if usable else "Add images of the other class."
    )
    raise DataError(
        f"{target} has a single class in {dataset.name}: {positives:,} images with it, "
        f"{len(labels) - positives:,} without. {advice}"
    )


def _made(
    dataset: FaceDataset, labels: np.ndarray, rng: np.random.Generator, *, together: bool
) -> np.ndarray:
    """A split of our own, one name an image; a person's images may be kept together."""
    persons = dataset.frame["person_id"].to_numpy()
    shares = {"train": 1 - 2 * HELD_OUT, "val": HELD_OUT, "test": HELD_OUT}
    split = _divided(labels, persons if together else np.full_like(persons, NO_PERSON), shares, rng)
    empty = [name for name in SPLITS if name not in split]
    if empty:
        raise DataError(
            f"{dataset.name} is too small to split: its {len(labels)} images leave none for "
            f"{' and '.join(empty)}. "
            "Add images; ten or more, of several persons, will do."
        )
    return split


def _official(
    dataset: FaceDataset, labels: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[Problem, ...]]:
    """The official partition; what it lacks of validation and test is carved from training."""
    split = dataset.frame["split"].to_numpy(object)
    lacking = [name for name in SPLITS if name not in split]
    if not lacking:
        return split, ()
    if "train" in lacking:
        raise DataError(
            f"The official partition of {dataset.name} has no training images (0). "
            "Mark some as 0, or take the partition away to have a split made."
        )
    rows = np.flatnonzero(split == "train")
    shares = {"train": 1 - HELD_OUT * len(lacking), **dict.fromkeys(lacking, HELD_OUT)}
    split[rows] = _divided(labels[rows], dataset.frame["person_id"].to_numpy()[rows], shares, rng)
    message = (
        f"The official partition has no images for {' and '.join(lacking)}: a tenth of its {len(rows):,} "
        "training images was taken for each. Complete the partition to use the official one."
    )
    return split, (Problem("carved_split", message, tuple(lacking)),)


def _divided(
    labels: np.ndarray, persons: np.ndarray, shares: dict[str, float], rng: np.random.Generator
) -> np.ndarray:
    """Deal persons out to the splits, each to the one that lags most behind its share.

    They come in order of their share of positives, and in random order where that is equal: so at
    every point along that order each split has had its share, which balances the classes.
    """
    alone = -1 - np.arange(len(persons))
    _, group = np.unique(np.where(persons == NO_PERSON, alone, persons), return_inverse=True)
    sizes = np.bincount(group)
    rates = np.bincount(group, weights=labels) / sizes
    order = rng.permutation(len(sizes))
    order = order[np.argsort(rates[order], kind="stable")]
    names, fractions = list(shares), list(shares.values())
    taken, seen = [0] * len(names), 0
    choice = np.empty(len(sizes), np.int64)
    for person, size in zip(order.tolist(), sizes[order].tolist(), strict=True):
        seen += size
        lag = [fraction * seen - count for fraction, count in zip(fractions, taken, strict=True)]
        choice[person] = pick = lag.index(max(lag))
        taken[pick] += size
    return np.array(names, object)[choice[group]]


def _limited(split: np.ndarray, labels: np.ndarray, limit: int, rng: np.random.Generator) -> np.ndarray:
    """Rows of no more than `limit` images, ascending; each split, and in it each class, keeps its share."""
    if limit < MIN_LIMIT:
        raise DataError(
            f"A limit of {limit} images is too small for three splits. Choose {MIN_LIMIT} or more."
        )
    if limit >= len(split):
        return np.arange(len(split))
    order = rng.permutation(len(split))
    chosen = []
    quotas = _quotas(np.array([(split == name).sum() for name in SPLITS]), limit)
    for name, quota in zip(SPLITS, quotas, strict=True):
        classes = [order[(split[order] == name) & (labels[order] == label)] for label in (0, 1)]
        counts = _quotas(np.array([len(rows) for rows in classes]), quota)
        chosen += [rows[:count] for rows, count in zip(classes, counts, strict=True)]
    return np.sort(np.concatenate(chosen))


def _quotas(sizes: np.ndarray, total: int) -> np.ndarray:
    """`total` divided in proportion to `sizes`, by largest remainder; one at least to each that has any."""
    exact = sizes * (total / sizes.sum())
    quotas = np.maximum(np.floor(exact).astype(np.int64), sizes > 0)
    while quotas.sum() < total:
        quotas[np.argmax(np.where(quotas < sizes, exact - quotas, -np.inf))] += 1
    while quotas.sum() > total:
        quotas[np.argmax(quotas)] -= 1
    return quotas


def _refuse_one_class_in_training(labels: np.ndarray, target: str, limit: int | None) -> None:
    positives = int(labels.sum())
    if 0 < positives < len(labels):
        return
    advice = "Choose another attribute" + (", or a larger limit." if limit else ", or another split.")
    raise DataError(
        f"{target} has a single class among the training images: {positives:,} with it, "
        f"{len(labels) - positives:,} without. {advice}"
    )

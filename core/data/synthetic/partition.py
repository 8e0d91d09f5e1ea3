"""Divides a synthetic set into train, validation and test: persons whole, the sexes in equal shares."""

import numpy as np

from core.data.synthetic.spec import FaceSpec

TRAIN, VAL, TEST = 0, 1, 2
"""As CelebA's own partition file has them."""

HELD_OUT = 0.1
"""Share of the faces in validation, and again in test."""

_STREAM = 4


def partition(specs: list[FaceSpec], seed: int) -> np.ndarray:
    """The split of each picture, shape (n,), TRAIN, VAL or TEST; the same for the same specs and seed."""
    rng = np.random.default_rng([seed, _STREAM])
    persons = np.array([spec.person.id for spec in specs])
    male = np.array([spec.has("Male") for spec in specs])
    splits = np.full(len(specs), TRAIN)
    for sex in (True, False):
        for person, split in _held_out(rng, persons[male == sex]).items():
            splits[persons == person] = split
    return splits


def _held_out(rng: np.random.Generator, persons: np.ndarray) -> dict[int, int]:
    """Who goes to validation or test, out of the persons of a row of pictures.

    Persons come in random order and go where there is still room for all their pictures.
    """
    names, sizes = np.unique(persons, return_counts=True)
    share = max(1, round(HELD_OUT * len(persons))) if len(names) >= 3 else 0
    room = {TEST: share, VAL: share}
    chosen = {}
    for i in rng.permutation(len(names)):
        split = next((split for split, free in room.items() if sizes[i] <= free), TRAIN)
        if split != TRAIN:
            room[split] -= int(sizes[i])
            chosen[int(names[i])] = split
    return chosen

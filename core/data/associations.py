"""How attributes lean on each other, and whether the splits have them equally often. Numpy alone, no drawing.

All counts come from matrix products of the labels: 30,000 images of 40 attributes take milliseconds. What a
leaning is called in words is `core.data.leaning_words`'s; intervals and Holm's adjustment are
`core.evaluation`'s.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.dataset import NO_PERSON, SPLITS, FaceDataset

FEW = 20
"""Images of a class below which nothing is said of what leans on it."""


@dataclass(frozen=True)
class Leaning:
    """How often `attribute` is present where `by` is and where it is not.

    Attributes:
        n: images without and with `by`.
        positives: those among them with `attribute`.
        phi: the two labels' correlation, -1..1.
    """

    attribute: str
    by: str
    n: tuple[int, int]
    positives: tuple[int, int]
    phi: float

    @property
    def rates(self) -> tuple[float, float]:
        """Share of images with `attribute`, 0..1: without `by`, and with it."""
        return self.positives[0] / self.n[0], self.positives[1] / self.n[1]


def phi_matrix(dataset: FaceDataset, attributes: tuple[str, ...]) -> np.ndarray:
    """Pearson's correlation of every two attributes' labels, their phi coefficient; shape (k, k), -1..1.

    NaN where one of the two is the same on every image. G. U. Yule, 1912, J. Royal Stat. Soc. 75, 579-652.
    """
    return _phi(_together(dataset, attributes), len(dataset))


def rates_by(dataset: FaceDataset, by: str) -> pd.DataFrame:
    """How often each other attribute is present without `by` and with it.

    Returns:
        One row an attribute, in the data set's order: attribute, n_0, positives_0, n_1, positives_1 (without
        and with `by`), phi.
    """
    others = tuple(name for name in dataset.attributes if name != by)
    together = _together(dataset, (by, *others))
    with_by, n_1 = together[0, 1:], together[0, 0]
    counts = {
        "n_0": len(dataset) - n_1,
        "positives_0": together.diagonal()[1:] - with_by,
        "n_1": n_1,
        "positives_1": with_by,
    }
    table = pd.DataFrame({"attribute": pd.Series(others, dtype="str")})
    return table.assign(**counts, phi=_phi(together, len(dataset))[0, 1:])


def leanings_on(dataset: FaceDataset, by: str, most: int = 5) -> list[Leaning]:
    """The attributes that lean on `by` most, by the size of phi; none where a class of `by` is tiny."""
    table = rates_by(dataset, by).dropna()
    table = table[(table["n_0"] >= FEW) & (table["n_1"] >= FEW)]
    table = table.iloc[np.argsort(-table["phi"].abs(), kind="stable")].head(most)
    return [
        Leaning(row.attribute, by, (row.n_0, row.n_1), (row.positives_0, row.positives_1), row.phi)
        for row in table.itertuples()
    ]


def strongest_leanings(dataset: FaceDataset, attributes: tuple[str, ...], most: int = 5) -> list[Leaning]:
    """The pairs of `attributes` with the largest phi, each pair once.

    The rarer of the two is told by the commoner one: shares of many images say more.
    """
    together, n = _together(dataset, attributes), len(dataset)
    phi, positives = _phi(together, n), together.diagonal()
    tiny = np.minimum(positives, n - positives) < FEW
    strength = np.where(np.isnan(phi) | tiny | tiny[:, None], -1, np.abs(phi))
    first, second = np.triu_indices(len(attributes), 1)
    found = []
    for i in np.argsort(-strength[first, second], kind="stable")[:most]:
        rare, common = sorted((first[i], second[i]), key=lambda at: positives[at])
        if strength[rare, common] >= 0:
            both, given = int(together[rare, common]), int(positives[common])
            counts = (n - given, given), (int(positives[rare]) - both, both)
            found.append(Leaning(attributes[rare], attributes[common], *counts, float(phi[rare, common])))
    return found


def split_drift(dataset: FaceDataset) -> pd.DataFrame:
    """Whether validation and test have each attribute as often as training has.

    A score test of two shares in which a person's images count together, for they are alike: under "the same
    share in both" the difference is a sum of one term a person, and its variance the sum of their squares
    (J. N. K. Rao and A. J. Scott, 1992, Biometrics 48, 577-585). Where no persons are known it is nearly the
    ordinary test of two proportions. Many tests at once: adjust `p_value` before judging.

    Returns:
        One row for each attribute and split but train: attribute, split, difference (its share less train's,
        -1..1), p_value (two-sided; NaN where all labels are the same). Empty without train or another split.
    """
    rows = {split: members for split, members in dataset.splits() if len(members)}
    found = []
    if "train" in rows:
        for split in SPLITS[1:]:
            if split in rows:
                found += _drift(dataset, split, rows["train"], rows[split])
    return pd.DataFrame(found, columns=["attribute", "split", "difference", "p_value"])


def _drift(dataset: FaceDataset, split: str, train: np.ndarray, other: np.ndarray) -> list[tuple]:
    members = np.concatenate([train, other])
    labels = _labels(dataset, dataset.attributes)[members]
    weights = np.repeat([-1 / len(train), 1 / len(other)], [len(train), len(other)])
    terms = (labels - labels.mean(axis=0)) * weights[:, None]
    spread = np.sqrt((_by_person(terms, _persons(dataset)[members]) ** 2).sum(axis=0))
    difference = weights @ labels
    return [
        (name, split, float(gap), math.erfc(abs(gap) / s / math.sqrt(2)) if s > 0 else math.nan)
        for name, gap, s in zip(dataset.attributes, difference, spread, strict=True)
    ]


def _by_person(terms: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """The sum of each person's rows, shape (persons, k)."""
    order = np.argsort(persons, kind="stable")
    _, starts = np.unique(persons[order], return_index=True)
    return np.add.reduceat(terms[order], starts, axis=0)


def _persons(dataset: FaceDataset) -> np.ndarray:
    """A number a person; who is not known is somebody with one image."""
    persons = dataset.frame["person_id"].to_numpy()
    return np.where(persons == NO_PERSON, -2 - np.arange(len(persons)), persons)


def _together(dataset: FaceDataset, attributes: tuple[str, ...]) -> np.ndarray:
    """How many images have both of every two attributes, and one on the diagonal; int64, shape (k, k)."""
    labels = _labels(dataset, attributes)
    return (labels.T @ labels).astype(np.int64)


def _phi(together: np.ndarray, n: int) -> np.ndarray:
    positives = together.diagonal().astype(np.float64)
    spread = np.sqrt(positives * (n - positives))
    scale = np.outer(spread, spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > 0, (n * together - np.outer(positives, positives)) / scale, np.nan)


def _labels(dataset: FaceDataset, attributes: tuple[str, ...]) -> np.ndarray:
    """0 and 1 as float64, shape (n, k): products of these are fast, and exact for counts."""
    return dataset.frame[list(attributes)].to_numpy(np.float64)

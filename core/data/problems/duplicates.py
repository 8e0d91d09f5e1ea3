"""Images that are there twice: the same bytes or nearly; in different splits, or with different labels.

A model that saw one of two equal images in training has seen the other in the test; two that disagree in
a label cannot both be learned.
"""

import numpy as np
import pandas as pd

from core.data.dataset import FaceDataset
from core.data.looks import tiny_images
from core.data.problems.close_hashes import close_pairs
from core.data.problems.finding import Finding, of_pairs

MAX_BITS = 10
"""Bits out of 64 between the hashes of two images that are then compared by their tiny copies."""
ALIKE = 0.97
"""Correlation of the tiny copies from which two images are nearly the same. Faces that are cut out alike are
alike: by their hashes alone 540 pairs of 6,000 CelebA images would be called duplicates; so, 19 are."""
FLAT = 2.0
"""Standard deviation of grey below which an image has no picture to compare."""
_AT_ONCE = 100_000
"""Pairs whose tiny copies are compared at a time."""


def exact_duplicates(facts: pd.DataFrame) -> Finding:
    """Images with the same bytes: each later one paired with the first."""
    known = np.flatnonzero(facts["sha256"].to_numpy() != "")
    pairs = _with_first(facts["sha256"].to_numpy()[known])
    message = (
        f"Images that are there twice, byte for byte: {len(pairs):,}. Keep one of each; "
        "two in different splits make the test too easy."
    )
    return of_pairs("exact_duplicates", message, known[pairs])


def near_duplicates(facts: pd.DataFrame) -> Finding:
    """Pairs of images that are nearly the same picture but not the same file, closest first.

    Re-encoded, brighter, or moved or cut by up to a hundredth; not mirrored, turned or cut out anew.
    """
    tiny = tiny_images(facts["tiny"].tolist())
    flat = tiny.std(axis=(1, 2)) < FLAT
    rows = np.flatnonzero((facts["trouble"].to_numpy() == "") & ~flat)
    found, first = np.unique(facts["hash"].to_numpy()[rows], return_index=True)
    close, _ = close_pairs(found, MAX_BITS)
    pairs = np.concatenate([rows[first[close]], rows[_with_first(facts["hash"].to_numpy()[rows])]])
    pairs = np.sort(pairs, axis=1)
    sha256 = facts["sha256"].to_numpy()
    pairs = pairs[sha256[pairs[:, 0]] != sha256[pairs[:, 1]]]
    alike = _correlations(tiny, pairs)
    pairs, alike = pairs[alike >= ALIKE], alike[alike >= ALIKE]
    message = (
        f"Pairs of images that are nearly the same: {len(pairs):,}. Look at them side by side; keep one of "
        "each, or both in the same split."
    )
    return of_pairs("near_duplicates", message, pairs[np.argsort(-alike, kind="stable")])


def across_splits(dataset: FaceDataset, found: Finding) -> Finding:
    """Those of the found pairs whose two images are in different splits."""
    split = dataset.frame["split"].to_numpy()
    pairs = found.pairs[split[found.pairs[:, 0]] != split[found.pairs[:, 1]]]
    message = (
        f"Pairs of (nearly) the same image in different splits: {len(pairs):,}. A model is tested on what it "
        "was trained on; leave one of each out."
    )
    return of_pairs(f"{found.kind}_across_splits", message, pairs)


def disagreeing(dataset: FaceDataset, found: Finding, target: str) -> Finding:
    """Those of the found pairs of which one image has `target` and the other has not."""
    labels = dataset.labels(target)
    pairs = found.pairs[labels[found.pairs[:, 0]] != labels[found.pairs[:, 1]]]
    message = (
        f"Pairs of (nearly) the same image that disagree on {target}: {len(pairs):,}. One label of each is "
        "wrong; look which."
    )
    return of_pairs(f"{found.kind}_disagreeing", message, pairs)


def _with_first(values: np.ndarray) -> np.ndarray:
    """Each later occurrence of a value with its first, as places in `values`, shape (m, 2)."""
    codes, _ = pd.factorize(values)
    _, first = np.unique(codes, return_index=True)
    own = first[codes] if len(codes) else np.empty(0, np.int64)
    later = np.flatnonzero(own != np.arange(len(codes)))
    return np.column_stack((own[later], later)).astype(np.int64)


def _correlations(tiny: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """How alike the tiny copies of each pair are, -1..1, shape (m,)."""
    alike = np.empty(len(pairs), np.float32)
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        alike[start : start + len(some)] = (_unit(tiny[some[:, 0]]) * _unit(tiny[some[:, 1]])).sum(axis=1)
    return alike


def _unit(tiny: np.ndarray) -> np.ndarray:
    flat = tiny.reshape(len(tiny), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)

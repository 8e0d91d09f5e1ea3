"""Short names for exactly which faces, labels and split a run was made from.

Each is the sha256, in hex, of one line an image in the data set's order. None depends on where the
folder lies or when its files were written.
"""

import hashlib
from collections.abc import Iterable

from core.data.dataset import FaceDataset, Progress
from core.data.index import file_facts
from core.errors import DataError


def fingerprint(dataset: FaceDataset, *, on_progress: Progress | None = None) -> str:
    """Which images: their ids and the content of their files. Hashes are remembered until a file changes.

    Raises:
        DataError: a file is gone or cannot be read.
    """
    facts = file_facts(dataset, on_progress=on_progress)
    unread = facts["trouble"][facts["sha256"] == ""].tolist()
    if unread:
        raise DataError(f"{dataset.name} changed while it was read: {unread[0]} Open the data set again.")
    return _sha256(dataset.frame["image_id"], facts["sha256"])


def labels_fingerprint(dataset: FaceDataset, target: str) -> str:
    """Which labels: each image's id and its 0 or 1 for `target`."""
    return _sha256(dataset.frame["image_id"], dataset.labels(target).tolist())


def split_fingerprint(dataset: FaceDataset) -> str:
    """Which split: each image's id and the split it is in."""
    return _sha256(dataset.frame["image_id"], dataset.frame["split"])


def _sha256(ids: Iterable[str], values: Iterable[object]) -> str:
    lines = (f"{image_id}\0{value}\n" for image_id, value in zip(ids, values, strict=True))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

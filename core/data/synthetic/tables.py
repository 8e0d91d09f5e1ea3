"""The label files of a synthetic set, in CelebA's published layout. Writes no pictures."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.dataset import ATTRIBUTES
from core.data.open import SYNTHETIC_MARK
from core.data.synthetic.spec import FaceSpec

VERSION = 1
"""Raised whenever the same seed begins to give other pictures, so that old sets are not taken for new."""


def image_id(spec: FaceSpec) -> str:
    """`000001.jpg` for the first picture."""
    return f"{spec.index + 1:06d}.jpg"


def write_tables(folder: Path, specs: list[FaceSpec], splits: np.ndarray) -> None:
    """Write attributes (-1/1), partition (0/1/2, shape (n,)) and persons into `folder`.

    Raises:
        OSError: a file cannot be written.
    """
    ids = [image_id(spec) for spec in specs]
    labels = {name: [1 if spec.has(name) else -1 for spec in specs] for name in ATTRIBUTES}
    pd.DataFrame({"image_id": ids, **labels}).to_csv(folder / "list_attr_celeba.csv", index=False)
    split_table = pd.DataFrame({"image_id": ids, "partition": splits})
    split_table.to_csv(folder / "list_eval_partition.csv", index=False)
    persons = "".join(f"{name} {spec.person.id + 1}\n" for name, spec in zip(ids, specs, strict=True))
    (folder / "identity_CelebA.txt").write_text(persons, encoding="utf-8")


def write_mark(folder: Path, *, count: int, seed: int) -> None:
    """Write the file that says these faces are drawn, and from what.

    Raises:
        OSError: the file cannot be written.
    """
    mark = {"version": VERSION, "seed": seed, "count": count}
    (folder / SYNTHETIC_MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")

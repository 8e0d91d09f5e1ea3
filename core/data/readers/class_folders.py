"""Two folders of images, one a class, as one binary attribute.

`men/` and `women/`, or `male/` and `female/`, become Male (men = 1). Any other pair becomes an attribute
named after the alphabetically second folder, whose images are 1: `cats/`, `dogs/` -> `dogs`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from core.data.dataset import NO_PERSON, FaceDataset, Problem
from core.data.readers.listing import image_names, subfolders
from core.data.readers.tables import RESERVED
from core.errors import DataError

_MALE = {frozenset(("men", "women")): "men", frozenset(("male", "female")): "male"}
"""Pairs of folder names that stand for Male, with the one whose images are 1."""


def class_names(root: Path) -> list[str]:
    """Folders in `root` that hold images, sorted without regard to case."""
    return [name for name in subfolders(root) if image_names(root / name)]


def read_class_folders(root: Path, classes: list[str]) -> FaceDataset:
    """The data set of two class folders; it has no split, no persons and one attribute.

    Raises:
        DataError: a folder's name cannot name an attribute.
    """
    attribute, positive = _attribute(classes)
    if attribute in RESERVED:
        raise DataError(f"The folder {attribute!r} in {root} cannot name an attribute. Rename it.")
    ids = [f"{name}/{image}" for name in classes for image in image_names(root / name)]
    paths = pd.Series(ids, dtype="str")
    frame = pd.DataFrame(
        {
            "image_id": paths,
            "path": paths,
            "person_id": np.int64(NO_PERSON),
            "split": pd.Series("", index=paths.index, dtype="str"),
            attribute: paths.str.startswith(f"{positive}/").to_numpy(np.uint8),
        }
    )
    loose = tuple(image_names(root))
    message = (
        f"Images beside the class folders, left out: {len(loose):,}. Move them into a folder to use them."
    )
    problems = (Problem("unlabelled", message, loose),) if loose else ()
    return FaceDataset(root.name, root, frame, (attribute,), problems=problems)


def _attribute(classes: list[str]) -> tuple[str, str]:
    """The attribute's name, and the folder whose images have it."""
    by_name = {name.casefold(): name for name in classes}
    male = _MALE.get(frozenset(by_name))
    return ("Male", by_name[male]) if male else (classes[1], classes[1])

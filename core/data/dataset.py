"""One shape for every data set: a frame of labels and a way to read image i.

Readers (`core.data.readers`) make a `FaceDataset` out of a folder; nothing here knows a format.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

ATTRIBUTES = (
    "Male",
    "Blond_Hair",
    "Eyeglasses",
    "Wearing_Earrings",
    "Bangs",
    "Young",
    "Smiling",
    "Heavy_Makeup",
    "Straight_Hair",
    "Black_Hair",
)
"""The report's ten attributes, in its order."""

SPLITS = ("train", "val", "test")
NO_PERSON = -1
"""`person_id` of an image whose person is not known."""

Progress = Callable[[int, int], None]
"""What long work calls as it goes on: (images done, images in all)."""


@dataclass(frozen=True)
class Problem:
    """Something found while opening a data set that did not stop it: said, counted, never hidden.

    Attributes:
        kind: a short machine word, such as `unreadable` or `unlabelled`.
        message: one sentence for a person, with the count and what to do.
        items: the files or rows concerned.
    """

    kind: str
    message: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class FaceDataset:
    """Faces with labels.

    Attributes:
        name: what a person calls it: the folder's name, or "synthetic faces".
        root: the folder that `frame["path"]` is relative to.
        frame: one row an image, in file order, index 0..n-1, with columns
            `image_id` (str, unique), `path` (str, relative to `root`), `person_id` (int64, NO_PERSON
            where unknown), `split` (one of SPLITS, or "" before one was made) and one uint8 0/1 column
            for each of `attributes`.
        attributes: names of the label columns, the report's ten first.
        official_split: whether `split` came with the data set.
        synthetic: whether the faces are drawn.
        problems: what was wrong with it but did not stop it.
        facts_file: where `core.data.index` remembers each file's hash and whether it decodes; None: nowhere.
        checked: whether `core.data.check_images` has decoded every image and removed those that fail.
    """

    name: str
    root: Path
    frame: pd.DataFrame
    attributes: tuple[str, ...]
    official_split: bool = False
    synthetic: bool = False
    problems: tuple[Problem, ...] = field(default=())
    facts_file: Path | None = None
    checked: bool = False

    def __len__(self) -> int:
        return len(self.frame)

    def path(self, i: int) -> Path:
        """The file of image `i` (0-based row of `frame`)."""
        return self.root / self.frame["path"].iat[i]

    def image(self, i: int) -> Image.Image:
        """Image `i` as 8-bit RGB, upright, at its own size.

        Raises:
            PhotoError: the file cannot be decoded.
        """
        from core.data.images import read_image

        return read_image(self.path(i))

    def labels(self, target: str) -> np.ndarray:
        """The column `target` as uint8 0/1, shape (n,)."""
        return self.frame[target].to_numpy(np.uint8)

    def split_rows(self, split: str) -> np.ndarray:
        """Rows of one split, ascending, shape (m,)."""
        return np.flatnonzero((self.frame["split"] == split).to_numpy())

    def splits(self) -> Iterator[tuple[str, np.ndarray]]:
        """Each split's name with its rows."""
        for split in SPLITS:
            yield split, self.split_rows(split)

    def with_frame(self, frame: pd.DataFrame, *problems: Problem) -> "FaceDataset":
        """The same data set with other rows or another split, and whatever was found on the way."""
        return replace(self, frame=frame.reset_index(drop=True), problems=self.problems + problems)

"""What a folder of somebody's own holds: images by folder, tables, what does not decode, how it opens.

Every image is decoded here through the one door (`core.data.images`), and the findings are remembered, so
that opening the data set afterwards decodes none again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.dataset import FaceDataset, Problem, Progress
from core.data.index import facts_file, file_facts
from core.data.open import open_dataset
from core.data.readers.files_below import images_below, tables_below
from core.errors import DataError
from core.settings import Settings


@dataclass(frozen=True)
class Contents:
    """A folder at a glance.

    Attributes:
        root: the folder.
        images: paths of the images that decode, relative to `root`.
        refused: path and reason of those that do not.
        folders: images that decode, by folder; "" is the top.
        tables: paths of its tables, relative.
        bytes: of all its files.
        left_out: what the zip held besides.
        dataset: what it opens as; None where its columns have to be chosen first.
        trouble: why it does not open; "" where it does.
    """

    root: Path
    images: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    folders: dict[str, int]
    tables: tuple[str, ...]
    bytes: int
    left_out: tuple[Problem, ...] = ()
    dataset: FaceDataset | None = None
    trouble: str = ""


def look(
    root: Path,
    settings: Settings,
    *,
    left_out: Sequence[Problem] = (),
    on_progress: Progress | None = None,
) -> Contents:
    """Decode every image of a folder, and see how the folder opens.

    Args:
        left_out: what is to be said of the zip that it came from.
        on_progress: called with (images decoded, images in all).

    Raises:
        DataError: not one image decodes; the message names the first and its trouble. Or there is none.
    """
    paths = images_below(root)
    facts = file_facts(_bare(root, paths, settings), on_progress=on_progress)
    troubles = facts["trouble"].tolist()
    refused = tuple((path, trouble) for path, trouble in zip(paths, troubles, strict=True) if trouble)
    bad = {path for path, _ in refused}
    images = tuple(path for path in paths if path not in bad)
    if not images:
        first = f"The first is {refused[0][0]!r}. {refused[0][1]}" if refused else "It holds none."
        raise DataError(f"Not one of the {len(paths):,} images can be used. {first}")
    dataset, trouble = _opened(root, settings)
    return Contents(
        root=root,
        images=images,
        refused=refused,
        folders=dict(Counter(path.rpartition("/")[0] for path in images)),
        tables=tuple(tables_below(root)),
        bytes=size_of(root),
        left_out=tuple(left_out),
        dataset=dataset,
        trouble=trouble,
    )


def size_of(root: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir())


def _opened(root: Path, settings: Settings) -> tuple[FaceDataset | None, str]:
    try:
        return open_dataset(root, settings=settings), ""
    except DataError as error:
        return None, str(error)


def _bare(root: Path, paths: list[str], settings: Settings) -> FaceDataset:
    """The images without labels: the index needs no more."""
    column = pd.Series(paths, dtype="str")
    frame = pd.DataFrame({"image_id": column, "path": column})
    return FaceDataset(root.name, root, frame, (), facts_file=facts_file(root, settings))

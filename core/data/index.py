"""What is known of each image file: its hash, whether it decodes, how it looks. Found once, then remembered.

A file's entry holds as long as its size and modification time do. The index is a cache: delete it and
it is made again. Removing bad images from a data set is `core.data.check`'s work, how an image looks
`core.data.looks`', where the facts are stored `core.data.facts_file`'s.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import PIL

from core.data.dataset import FaceDataset, Progress
from core.data.facts_file import read_facts, write_facts
from core.data.images import read_image
from core.data.looks import Looks, looks_of
from core.errors import PhotoError
from core.settings import Settings

READER = f"2, pillow {PIL.__version__}"
"""Another Pillow may decode what this one refuses, so its findings are not taken over."""

BATCH = 500
"""Images between two reports of progress."""

ABSENT = -1
"""The size of a file that cannot be read."""


class Facts(NamedTuple):
    """What is known of one file; in this order they are the columns of the table of facts.

    Attributes:
        size: bytes; ABSENT when the file could not be read.
        mtime_ns: time of its last change, nanoseconds.
        sha256: of its content, hex; "" when the file could not be read.
        trouble: why it does not decode; "" when it does.
        width, height, brightness, sharpness, hash, tiny: as in `core.data.looks.Looks`; 0 when it does not.
    """

    size: int
    mtime_ns: int
    sha256: str
    trouble: str
    width: int
    height: int
    brightness: float
    sharpness: float
    hash: int
    tiny: bytes


TYPES = {
    "sha256": "str",
    "trouble": "str",
    "size": "int64",
    "mtime_ns": "int64",
    "width": "int32",
    "height": "int32",
    "brightness": "float32",
    "sharpness": "float32",
    "hash": "uint64",
}
"""Of the columns, but for the bytes of `tiny`."""


def facts_file(root: Path, settings: Settings) -> Path:
    """Where the facts about the files under `root` are kept: one file for each folder."""
    key = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return settings.datasets / "index" / f"{key}.parquet"


def opened_file(root: Path, settings: Settings) -> Path:
    """Where what opening `root` found is kept, beside the facts: `core.data.opened_file`."""
    return facts_file(root, settings).with_suffix(".opened.parquet")


def file_facts(
    dataset: FaceDataset, *, on_progress: Progress | None = None, workers: int | None = None
) -> pd.DataFrame:
    """The facts about each image, in the order of `dataset.frame`; decodes only what is new or changed.

    Args:
        on_progress: called with (images done, images in all), starting from what was remembered.
        workers: threads; by default one a processor.

    Returns:
        One row an image, index 0..n-1, the columns of `Facts`.
    """
    known, paths, fresh = _looked_up(dataset)
    stale = [path for path, holds in zip(paths, fresh.tolist(), strict=True) if not holds]
    learnt: dict[str, Facts] = {}
    try:
        for path, facts in _examined(dataset.root, stale, len(paths), on_progress, workers):
            learnt[path] = facts
    finally:
        if learnt:
            known = pd.concat([known.drop(index=list(learnt), errors="ignore"), _table(learnt)])
            _remember(dataset, known)
    return _of(paths, known)


def known_facts(dataset: FaceDataset) -> pd.DataFrame | None:
    """As `file_facts`, or None when that would have to read a file: decodes nothing."""
    known, paths, fresh = _looked_up(dataset)
    return _of(paths, known) if fresh.all() else None


def _of(paths: list[str], known: pd.DataFrame) -> pd.DataFrame:
    return known.take(known.index.get_indexer(paths)).reset_index(drop=True)


def _looked_up(dataset: FaceDataset) -> tuple[pd.DataFrame, list[str], np.ndarray]:
    """All that is remembered by path, the paths of the data set's images, and for which of them it holds."""
    known = read_facts(dataset.facts_file, READER, Facts._fields) if dataset.facts_file else None
    if known is None:
        known = _table({})
    paths = dataset.frame["path"].tolist()
    rows = known.index.get_indexer(paths)
    fresh = rows >= 0
    there = np.flatnonzero(fresh)
    now = np.array([_stamp(f"{dataset.root}/{paths[row]}") for row in there], np.int64).reshape(-1, 2)
    then = known[["size", "mtime_ns"]].to_numpy(np.int64)[rows[there]]
    fresh[there] = (now == then).all(axis=1)
    return known, paths, fresh


def _stamp(path: str) -> tuple[int, int]:
    """Size and time of a file; `os.stat` on text, since 200,000 `Path` objects alone take a second."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return ABSENT, 0
    return status.st_size, status.st_mtime_ns


def _table(facts: dict[str, Facts]) -> pd.DataFrame:
    table = pd.DataFrame.from_records(list(facts.values()), columns=list(Facts._fields))
    return table.set_axis(pd.Index(list(facts), dtype=object), axis=0).astype(TYPES)


def _remember(dataset: FaceDataset, known: pd.DataFrame) -> None:
    """Keep what was learnt, except about files that could not be read: that may pass."""
    if dataset.facts_file:
        dataset.facts_file.parent.mkdir(parents=True, exist_ok=True)
        write_facts(dataset.facts_file, known[known["sha256"] != ""], READER, dataset.root)


def _examined(
    root: Path, paths: list[str], total: int, on_progress: Progress | None, workers: int | None
) -> Iterator[tuple[str, Facts]]:
    remembered = total - len(paths)
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for start in range(0, len(paths), BATCH):
            batch = paths[start : start + BATCH]
            yield from zip(batch, pool.map(lambda path: _examine(root / path), batch), strict=True)
            if on_progress:
                on_progress(remembered + start + len(batch), total)


def _examine(path: Path) -> Facts:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read()
    except OSError as error:
        trouble = f"{path.name} cannot be read ({error.strerror or error})."
        return Facts(ABSENT, 0, "", trouble, *Looks())
    trouble, looks = _seen(content, path)
    return Facts(status.st_size, status.st_mtime_ns, hashlib.sha256(content).hexdigest(), trouble, *looks)


def _seen(content: bytes, path: Path) -> tuple[str, Looks]:
    """Why an image does not decode, or "" and how it looks."""
    try:
        return "", looks_of(read_image(content, name=path.name))
    except PhotoError as error:
        return str(error), Looks()

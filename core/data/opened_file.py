"""What opening a large folder found, kept so that opening it again takes no second: frame, names, problems.

It holds as long as every folder under the root, and every file there that is no image, has the size and time
of change that it had: an image that comes, goes or is renamed changes its folder's time. Like the index of
`core.data.index` it is a cache: where it is absent, damaged or of another reader, the folder is read.
"""

import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.atomic import open_regular, write_bytes
from core.data.dataset import FaceDataset, Problem
from core.data.readers.listing import IMAGE_SUFFIXES

READER = f"1, pandas {pd.__version__}"
"""Raised by hand whenever a reader of `core.data.readers` finds something else in the same folder."""
KEY = b"lineament"
LARGE = 5_000
"""Images from which on reading the folder takes long enough to be remembered."""
SETTLED_S = 2.0
"""A file changed more recently could change again within one tick of a coarse clock, and look the same."""

Stamps = dict[str, list[int]]
"""Size, time of change in ns, and inode, by path under the root."""


def remember(path: Path, dataset: FaceDataset, stamps: Stamps | None) -> None:
    """Keep what was read; nothing for a small data set, or where its folder cannot be vouched for.

    Args:
        path: where to.
        stamps: as `stamps_of` gave them before the folder was read.
    """
    if stamps is None or len(dataset) < LARGE:
        return
    about = {
        "reader": READER,
        "root": str(dataset.root),
        "name": dataset.name,
        "attributes": dataset.attributes,
        "official_split": dataset.official_split,
        "problems": [[problem.kind, problem.message, problem.items] for problem in dataset.problems],
        "stamps": stamps,
    }
    table = pa.Table.from_pandas(dataset.frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: json.dumps(about).encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, sink.getvalue().to_pybytes())


def recall(path: Path, root: Path) -> FaceDataset | None:
    """What was read of `root`, as long as it is so still; None otherwise."""
    try:
        with open_regular(path) as file:
            schema = pq.read_schema(file)
        about = json.loads((schema.metadata or {})[KEY])
        if (about["reader"], about["root"]) != (READER, str(root)) or not _hold(root, about["stamps"]):
            return None
        with open_regular(path) as file:
            frame = pq.read_table(file).to_pandas()
        problems = tuple(Problem(kind, words, tuple(items)) for kind, words, items in about["problems"])
        return FaceDataset(
            name=about["name"],
            root=root,
            frame=frame,
            attributes=tuple(about["attributes"]),
            official_split=about["official_split"],
            problems=problems,
        )
    except (OSError, pa.ArrowException, LookupError, TypeError, ValueError):
        return None


def stamps_of(root: Path) -> Stamps | None:
    """The stamps of every folder under `root` and of every file there that is no image.

    None where they would not tell of every change: an image that is a link, a folder that is there twice, a
    name that is not UTF-8, or something changed just now.
    """
    stamps: Stamps = {}
    seen: set[tuple[int, int]] = set()
    try:
        for path, status in _witnesses(root, "", seen):
            path.encode("utf-8")
            stamps[path] = _stamp(status)
    except (OSError, ValueError):
        return None
    newest = max(changed for _, changed, _ in stamps.values())
    return stamps if newest < (time.time() - SETTLED_S) * 1e9 else None


def _witnesses(root: Path, below: str, seen: set[tuple[int, int]]) -> Iterator[tuple[str, os.stat_result]]:
    folder = os.path.join(root, below) if below else str(root)  # noqa: PTH118
    status = os.stat(folder)  # noqa: PTH116
    if (status.st_dev, status.st_ino) in seen:
        raise ValueError(f"{folder} is there twice")
    seen.add((status.st_dev, status.st_ino))
    yield below or ".", status
    with os.scandir(folder) as entries:
        for entry in entries:
            inner = f"{below}/{entry.name}" if below else entry.name
            if entry.name.lower().endswith(IMAGE_SUFFIXES):
                if entry.is_symlink() or entry.is_dir():
                    raise ValueError(f"{inner} is no plain image")
            elif entry.is_dir():
                yield from _witnesses(root, inner, seen)
            else:
                yield inner, entry.stat()


def _hold(root: Path, stamps: Stamps) -> bool:
    return all(_stamp((root / path).stat()) == stamp for path, stamp in stamps.items())


def _stamp(status: os.stat_result) -> list[int]:
    # A folder's size says nothing that its time does not, and differs between file systems.
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    return [size, status.st_mtime_ns, status.st_ino]

"""What opening a large folder found, kept so that opening it again takes no second: frame, names, problems.

It holds as long as every folder under the root, and every file there that is no image, has the size and times
of change that it had: an image that comes, goes or is renamed changes its folder's time. Like the index of
`core.data.index` it is a cache: where it is absent, damaged or of another reader, the folder is read.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.atomic import open_regular, write_bytes
from core.data import readers
from core.data.dataset import FaceDataset, Problem
from core.data.readers.listing import IMAGE_SUFFIXES
from core.data.readers.tables import RESERVED

_SOURCES = sorted(Path(readers.__file__).parent.glob("*.py"))
READER = f"{hashlib.sha256(b''.join(map(Path.read_bytes, _SOURCES))).hexdigest()}, pandas {pd.__version__}"
"""Of the readers' own text: nobody has to raise a number when one of them finds or says something else."""
FORMAT = 2
"""Of the file itself."""
KEY, SEAL = b"lineament", b"lineament sha256"
"""What the file says beside the frame, and the hash of that: parquet has checksums of its pages only."""
MAX_BYTES = 2**28
"""What is remembered of 200,000 images with 40 labels has 2 MB."""
LARGE = 5_000
"""Images from which on reading the folder takes long enough to be remembered."""
SETTLED_S = 2.0
"""A file changed more recently could change again within one tick of a coarse clock, and look the same."""

Stamps = dict[str, list[int]]
"""Size, time of the last change of content and of anything, in ns, and inode, by path under the root."""


def remember(path: Path, dataset: FaceDataset, stamps: Stamps | None) -> None:
    """Keep what was read; nothing for a small data set, or where its folder cannot be vouched for.

    Args:
        path: where to.
        stamps: as `stamps_of` gave them before the folder was read.

    Raises:
        OSError: the disk is full or may not be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if stamps is None or len(dataset) < LARGE:
        return
    about = {
        "format": FORMAT,
        "reader": READER,
        "root": str(dataset.root),
        "name": dataset.name,
        "attributes": dataset.attributes,
        "official_split": dataset.official_split,
        "problems": [[problem.kind, problem.message, problem.items] for problem in dataset.problems],
        "stamps": stamps,
    }
    said = json.dumps(about).encode()
    table = pa.Table.from_pandas(dataset.frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: said, SEAL: _seal(said)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, sink.getvalue().to_pybytes())


def recall(path: Path, root: Path) -> FaceDataset | None:
    """What was read of `root`, as long as it is so still; None otherwise."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # A flipped bit would be another label: the checksums find it.
        file = pq.ParquetFile(pa.py_buffer(_content(path)), page_checksum_verification=True)
        said = file.schema_arrow.metadata[KEY]
        about = json.loads(said) if file.schema_arrow.metadata[SEAL] == _seal(said) else {}
        if (about["format"], about["reader"], about["root"]) != (FORMAT, READER, str(root)):
            return None
        if not _hold(root, about["stamps"]):
            return None
        frame = file.read().to_pandas()
        if list(frame) != [*RESERVED, *about["attributes"]]:
            return None
        return FaceDataset(
            name=about["name"],
            root=root,
            frame=frame,
            attributes=tuple(about["attributes"]),
            official_split=about["official_split"],
            problems=tuple(Problem(kind, words, tuple(items)) for kind, words, items in about["problems"]),
        )
    except (OSError, pa.ArrowException, LookupError, TypeError, ValueError):
        return None


def stamps_of(root: Path) -> Stamps | None:
    """The stamps of every folder under `root` and of every file there that is no image.

    None where they would not tell of every change: an image that is a link, a folder that is there twice, a
    name that is not UTF-8, folders too deep, or something changed just now.
    """
    stamps: Stamps = {}
    seen: set[tuple[int, int]] = set()
    try:
        for path, status in _witnesses(root, "", seen):
            path.encode("utf-8")
            stamps[path] = _stamp(status)
    except (OSError, RecursionError, ValueError):
        return None
    newest = max(changed for _, changed, _, _ in stamps.values())
    return stamps if newest < (time.time() - SETTLED_S) * 1e9 else None


def _witnesses(root: Path, below: str, seen: set[tuple[int, int]]) -> Iterator[tuple[str, os.stat_result]]:
    folder = os.path.join(root, below) if below else str(root)  # noqa: PTH118
    status = os.stat(folder)  # noqa: PTH116
    if (status.st_dev, status.st_ino) in seen:
        raise ValueError(f"{folder} is there twice")
    seen.add((status.st_dev, status.st_ino))
    yield below or ".", status
    try:
        entries = os.scandir(folder)
    except PermissionError:
        return  # No reader sees into it either, and opening it to one changes its stamp.
    with entries:
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
    return all(_stamp(os.stat(f"{root}/{path}")) == stamp for path, stamp in stamps.items())  # noqa: PTH116


def _stamp(status: os.stat_result) -> list[int]:
    # A folder's size says nothing that its time does not, and differs between file systems.
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    # Whoever edits a file can put its first time back, as some tools that copy do; not the second.
    return [size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _content(path: Path) -> bytes:
    """The file's bytes; none of them where it is far too large for one of ours."""
    with open_regular(path) as file:
        content = file.read(MAX_BYTES + 1)
    return content if len(content) <= MAX_BYTES else b""


def _seal(said: bytes) -> bytes:
    return hashlib.sha256(said).hexdigest().encode()

"""A fetched row group into image files, with a record that is the commit: hashes, labels, persons.

Images are written as they came, byte for byte: to write them anew as JPEG would change every pixel a little.
Each is decoded first; one that fails is left out and counted.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from core.atomic import read_json_or_none, write_json
from core.data.download.parts import PartialFile
from core.data.download.plan import Piece
from core.data.download.shards import IMAGE, PERSON, Shard, one_line
from core.data.images import PhotoLimits, read_image
from core.errors import DownloadError, PhotoError

BATCH = 64
"""Rows in memory at a time."""
SUFFIXES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"RIFF": ".webp"}
"""How a file begins, and what it is called."""


@dataclass(frozen=True)
class ImageRow:
    """One image: id, person, labels (1/0 in the attributes' order), hash of the file, size in pixels."""

    id: str
    person: int
    labels: tuple[int, ...]
    sha256: str
    size: tuple[int, int]


@dataclass(frozen=True)
class GroupRecord:
    """What came out of a row group; `left_out` says in a sentence each what did not."""

    images: tuple[ImageRow, ...]
    left_out: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows it tells of."""
        return len(self.images) + len(self.left_out)


def read_group_record(path: Path, folder: Path) -> GroupRecord | None:
    """The record of a group all of whose images are in `folder` with their hashes; None for any other."""
    stored = read_json_or_none(path)
    if not stored:
        return None
    images = tuple(
        ImageRow(row["id"], row["person"], tuple(row["labels"]), row["sha256"], tuple(row["size"]))
        for row in stored["images"]
    )
    whole = all(_hash_of(folder / row.id) == row.sha256 for row in images)
    return GroupRecord(images, tuple(stored["left_out"])) if whole else None


def unpack_group(
    shard: Shard,
    piece: Piece,
    group: int,
    bytes_at: dict[int, bytes | Path],
    folder: Path,
    limits: PhotoLimits,
) -> GroupRecord:
    """Write the wanted images of one row group into `folder`.

    Args:
        bytes_at: where in the shard which bytes are, for `PartialFile`: the piece and the footer.

    Raises:
        DownloadError: the row group cannot be read, has fewer rows than announced, or a label is missing.
        OSError: the disk is full or may not be written.
    """
    wanted = dict(piece.groups)[group]
    number = piece.first_number + sum(shard.groups[i].rows for i, _ in piece.groups if i < group)
    images, left_out = [], []
    for offset, row in enumerate(_rows(shard, group, wanted, bytes_at)):
        found = _write(row, shard.attributes, number + offset, folder, limits)
        (images if isinstance(found, ImageRow) else left_out).append(found)
    if len(images) + len(left_out) != wanted:
        raise DownloadError(
            f"Row group {group} of {shard.file.path} has {len(images) + len(left_out):,} rows and announces "
            f"{shard.groups[group].rows:,}. Look at the repository."
        )
    return GroupRecord(tuple(images), tuple(left_out))


def write_group_record(path: Path, record: GroupRecord) -> None:
    """Remember that a row group is done."""
    write_json(path, asdict(record))


def _rows(shard: Shard, group: int, wanted: int, bytes_at: dict[int, bytes | Path]) -> Iterator[dict]:
    """The first rows of a row group; page checksums are looked at where the shard's writer left any."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [IMAGE, PERSON, *shard.attributes]
    with PartialFile(shard.file.size, bytes_at) as file:
        try:
            table = pq.ParquetFile(
                pa.PythonFile(file, "r"), page_checksum_verification=True, pre_buffer=False
            )
            left = wanted
            for batch in table.iter_batches(BATCH, row_groups=[group], columns=columns, use_threads=False):
                rows = batch.slice(0, left).to_pylist()
                yield from rows
                left -= len(rows)
                if not left:
                    return
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DownloadError(
                f"Row group {group} of {shard.file.path} cannot be read ({one_line(error)}). Start again: it "
                "is fetched anew; if that does not help, the repository is damaged."
            ) from error


def _write(
    row: dict, attributes: tuple[str, ...], number: int, folder: Path, limits: PhotoLimits
) -> ImageRow | str:
    """The image's row once its file is written, or why it was left out."""
    data = (row[IMAGE] or {}).get("bytes") or b""
    suffix = next((suffix for start, suffix in SUFFIXES.items() if data.startswith(start)), None)
    name = f"{number:06d}{suffix or ''}"
    labels = [row[attribute] for attribute in attributes]
    if row[PERSON] is None or None in labels:
        return f"{name} has no person or lacks a label."
    if suffix is None:
        return f"{name} is no JPEG, PNG or WebP ({len(data):,} bytes)."
    try:
        size = read_image(data, name=name, limits=limits).size
    except PhotoError as error:
        return str(error)
    (folder / name).write_bytes(data)
    return ImageRow(name, row[PERSON], tuple(map(int, labels)), hashlib.sha256(data).hexdigest(), size)


def _hash_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None

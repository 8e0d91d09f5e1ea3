"""The finished folder: CelebA's tables beside its images, and `download.json`, which says whence it came."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.atomic import read_json_or_none, write_json
from core.data.dataset import SPLITS
from core.data.download.unpack import ImageRow

MARK = "download.json"
"""The file by which a folder says that it was downloaded, whence, and under which licence."""
IMAGE_FOLDER = "img_align_celeba"


class DownloadRecord(BaseModel):
    """What is remembered with the data.

    Attributes:
        licence, licence_url, accepted_at: what was accepted, and when (ISO 8601, UTC).
        repository, folder, revision, commit: where the images came from.
        asked: images asked for; `images` are here, `left_out` says of each other why it is not.
        fetched_bytes: bytes that came over the network, repeated ones included.
        whole_shards: shards that hashed to the hub's sha256; of `row_groups` more, single row groups, the hub
            has no hash: each had its exact length and row count, and every image decoded.
        sizes: width x height in pixels, with how many images have it.
    """

    model_config = ConfigDict(frozen=True)

    licence: str
    licence_url: str
    accepted_at: str
    repository: str
    folder: str
    revision: str
    commit: str
    asked: int
    images: int
    left_out: tuple[str, ...]
    fetched_bytes: int
    whole_shards: int
    row_groups: int
    sizes: dict[str, int]


def read_record(folder: Path) -> DownloadRecord | None:
    """The record of a folder that was downloaded; None for any other."""
    stored = read_json_or_none(folder / MARK)
    try:
        return DownloadRecord.model_validate(stored) if stored else None
    except ValueError:
        return None


def write_record(folder: Path, record: DownloadRecord) -> None:
    """Put the record beside the data."""
    write_json(folder / MARK, record.model_dump())


def sizes_of(rows: Iterable[ImageRow]) -> dict[str, int]:
    """How many images have which size, the commonest first: {"178 x 218": 30000}."""
    return dict(Counter(f"{row.size[0]} x {row.size[1]}" for row in rows).most_common())


def write_tables(
    folder: Path, attributes: Sequence[str], rows: Sequence[ImageRow], splits: Sequence[str]
) -> None:
    """Write labels (-1/1), persons and, where the repository has all three splits, the partition.

    Args:
        splits: of each row.

    Raises:
        OSError: a file cannot be written.
    """
    labels = ([row.id, *(1 if label else -1 for label in row.labels)] for row in rows)
    _write_csv(folder / "list_attr_celeba.csv", ["image_id", *attributes], labels)
    if set(splits) == set(SPLITS):
        partition = ([row.id, SPLITS.index(split)] for row, split in zip(rows, splits, strict=True))
        _write_csv(folder / "list_eval_partition.csv", ["image_id", "partition"], partition)
    persons = "".join(f"{row.id} {row.person}\n" for row in rows)
    (folder / "identity_CelebA.txt").write_text(persons, encoding="utf-8")


def _write_csv(path: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])

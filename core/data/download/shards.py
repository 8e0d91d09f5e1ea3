"""What a parquet shard says of itself in its last bytes: its columns, its row groups and where they lie.

The footer is read by range, so nothing of the images is fetched to know how many there are.
"""

import io
from dataclasses import asdict, dataclass
from pathlib import Path

from core.atomic import read_json_or_none, write_bytes, write_json
from core.data.dataset import ATTRIBUTES
from core.data.download.hub import Hub, RemoteFile
from core.errors import DownloadError

TAIL = 256 * 1024
"""Bytes asked for at first; the footer of a shard of 8,500 images is somewhat longer than that."""
MAX_FOOTER = 64 * 2**20
MAX_GROUP = 2**30
"""Bytes of one row group, packed or unpacked: more than this machine should have to hold at once."""
IMAGE, PERSON = "image", "celeb_id"

SPLIT_PREFIXES = {"train": "train", "valid": "val", "validation": "val", "val": "val", "test": "test"}
"""How a shard's name begins, and the split its images are in."""


@dataclass(frozen=True)
class RowGroup:
    """Rows that lie together in bytes `start` … `end` (exclusive) of their shard."""

    start: int
    end: int
    rows: int


@dataclass(frozen=True)
class Shard:
    """One parquet file, with the split of its rows and its attributes in the file's order."""

    file: RemoteFile
    split: str
    groups: tuple[RowGroup, ...]
    attributes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many images it holds."""
        return sum(group.rows for group in self.groups)

    def as_json(self) -> dict[str, object]:
        """For `shard_of`."""
        return asdict(self)


def shard_of(stored: dict) -> Shard:
    """The shard that `Shard.as_json` wrote."""
    return Shard(
        RemoteFile(**stored["file"]),
        stored["split"],
        tuple(RowGroup(**group) for group in stored["groups"]),
        tuple(stored["attributes"]),
    )


def split_of(file: RemoteFile) -> str | None:
    """The split that a shard's name begins with: `train-00000-of-00019.parquet`; None for no split."""
    return SPLIT_PREFIXES.get(Path(file.path).name.split("-")[0].lower())


def read_shard(hub: Hub, file: RemoteFile, commit: str, tails: Path) -> Shard:
    """A shard by its footer; the footer stays in `tails` for `tail_of`.

    Raises:
        DownloadError: the hub fails, or the file is no shard of CelebA.
    """
    hub.check(file, commit)
    tail = _fetch_tail(hub, file, commit)
    shard = _parsed(file, tail)
    write_bytes(tails / _tail_name(file), tail)
    return shard


def tail_of(file: RemoteFile, tails: Path) -> bytes:
    """The last bytes of a shard, with its footer, as `read_shard` left them."""
    return (tails / _tail_name(file)).read_bytes()


def read_shards(path: Path) -> tuple[str, list[Shard]] | None:
    """The commit and shards that `write_shards` wrote; None when there are none."""
    stored = read_json_or_none(path)
    return (stored["commit"], [shard_of(shard) for shard in stored["shards"]]) if stored else None


def write_shards(path: Path, commit: str, shards: list[Shard]) -> None:
    """Remember what is there, for a start that goes on from here."""
    write_json(path, {"commit": commit, "shards": [shard.as_json() for shard in shards]})


def _tail_name(file: RemoteFile) -> str:
    return f"{Path(file.path).name}.tail"


def _fetch_tail(hub: Hub, file: RemoteFile, commit: str) -> bytes:
    start = max(0, file.size - TAIL)
    tail = _read(hub, file, commit, start, file.size)
    if len(tail) < 12 or tail[-4:] != b"PAR1":
        raise DownloadError(f"{file.path} is no parquet file ({file.size:,} bytes). Look at the repository.")
    needed = int.from_bytes(tail[-8:-4], "little") + 8
    if needed > min(file.size, MAX_FOOTER):
        raise DownloadError(f"{file.path} announces a footer of {needed:,} bytes. Look at the repository.")
    first = file.size - needed
    return _read(hub, file, commit, first, start) + tail if first < start else tail


def _read(hub: Hub, file: RemoteFile, commit: str, start: int, end: int) -> bytes:
    taken = io.BytesIO()
    hub.read(file, commit, start, end, taken.write)
    return taken.getvalue()


def _parsed(file: RemoteFile, tail: bytes) -> Shard:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from core.data.download.parts import PartialFile

    try:
        # Arrow is given only what was fetched; it looks for the footer in the last 64 KiB.
        footer = pq.read_metadata(pa.PythonFile(PartialFile(file.size, {file.size - len(tail): tail}), "r"))
        schema = footer.schema.to_arrow_schema()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DownloadError(
            f"The footer of {file.path} cannot be read ({one_line(error)}). Look at the repository."
        ) from error
    groups = tuple(_group(footer.row_group(i), file) for i in range(footer.num_row_groups))
    return Shard(file, split_of(file) or "", groups, _attributes(file, schema))


def one_line(error: Exception) -> str:
    """Arrow's own words, which come on several lines."""
    return " ".join(str(error).split()).rstrip(".")


def _group(group: object, file: RemoteFile) -> RowGroup:
    columns = [group.column(i) for i in range(group.num_columns)]
    starts = [min(c.data_page_offset, c.dictionary_page_offset or c.data_page_offset) for c in columns]
    ends = [start + c.total_compressed_size for start, c in zip(starts, columns, strict=True)]
    start, end = min(starts), max(ends)
    if not 4 <= start < end <= file.size or max(end - start, group.total_byte_size) > MAX_GROUP:
        raise DownloadError(
            f"A row group of {file.path} lies at {start:,} to {end:,} and unpacks to "
            f"{group.total_byte_size:,} bytes: outside the file, or more than {MAX_GROUP:,}. "
            "Look at the repository."
        )
    return RowGroup(start, end, group.num_rows)


def _attributes(file: RemoteFile, schema: object) -> tuple[str, ...]:
    import pyarrow as pa

    kinds = {field.name: field.type for field in schema}
    missing = [name for name in (IMAGE, PERSON, *ATTRIBUTES) if name not in kinds]
    if missing:
        raise DownloadError(
            f"{file.path} has no column {', '.join(missing)}. Look at LINEAMENT_CELEBA_REPOSITORY and "
            "LINEAMENT_CELEBA_FOLDER."
        )
    image = kinds[IMAGE]
    whole = pa.types.is_integer(kinds[PERSON])
    if not (pa.types.is_struct(image) and image.get_field_index("bytes") >= 0 and whole):
        raise DownloadError(
            f"{file.path} has {IMAGE} as {image} and {PERSON} as {kinds[PERSON]}; the bytes of images and "
            "whole numbers were expected. Look at LINEAMENT_CELEBA_FOLDER."
        )
    names = tuple(name for name, kind in kinds.items() if pa.types.is_boolean(kind))
    wrong = [name for name in ATTRIBUTES if name not in names]
    if wrong:
        raise DownloadError(f"{file.path} has {wrong[0]} as {kinds[wrong[0]]}, not as yes or no. Look at it.")
    return names

"""Cached features as files: the frozen part's output for each image, kept, checked, evicted.

`artifacts/features/<key>/` holds `meta.json` and raw chunks of rows (`np.save` would turn bfloat16 into
`|V2`). A chunk counts once `chunks.jsonl` names its sha256, so that an interrupted pass goes on where it
stopped and a damaged chunk is found and computed again. How rows are computed is `core.model.features`'s
business.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from core.atomic import commit, read_json_or_none, write_json
from core.errors import DiskFullError
from core.runs.files import append_json, read_json_lines

FORMAT = 3
PREPROCESSING = "pillow-bilinear, imagenet-caffe"
CHUNK_BYTES = 32 * 2**20
MAX_CHUNKS = 128
"""A run keeps all chunks open, and macOS allows a process 256 files: large sets get larger chunks."""
WAIT_S = 0.5
"""How often a run that waits for another's pass looks whether it should stop."""
LEDGER_BYTES = 64 * 2**20


@dataclass(frozen=True)
class FeatureKey:
    """All that the features' values depend on; its hash names their folder.

    `data` is the fingerprint of the images: their ids in order and the bytes of each.
    """

    data: str
    rows: int
    image_size: int
    weights: str
    layer: str
    precision: str
    preprocessing: str = PREPROCESSING
    format: int = FORMAT

    @property
    def folder(self) -> str:
        """A name for these features."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]


class Features:
    """Rows of one feature set, memory-mapped; index with an array of rows to get them in that order."""

    def __init__(self, folder: Path, shape: tuple[int, ...], dtype: np.dtype):
        self.folder = folder
        self.shape = shape
        self.dtype = dtype
        row_bytes = int(np.prod(shape[1:])) * dtype.itemsize
        self.chunk_rows = max(1, CHUNK_BYTES // row_bytes, -(-shape[0] // MAX_CHUNKS))
        self._maps: dict[int, np.memmap] = {}

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return np.stack([self._chunk(row // self.chunk_rows)[row % self.chunk_rows] for row in rows])

    @property
    def bytes(self) -> int:
        """Size on disk when complete."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def chunks(self) -> list[np.ndarray]:
        """The rows of each chunk."""
        starts = range(0, len(self), self.chunk_rows)
        return [np.arange(start, min(start + self.chunk_rows, len(self))) for start in starts]

    def missing(self) -> list[int]:
        """Chunks that are not there or whose content is not what was written; reads all that are."""
        known = {line["chunk"]: line["sha256"] for line in self._ledger()}
        return [i for i in range(len(self.chunks())) if i not in known or known[i] != _sha256(self._path(i))]

    def write(self, chunk: int, values: np.ndarray) -> None:
        """Write one chunk durably, then enter it in the ledger."""
        content = np.ascontiguousarray(values, self.dtype).view(np.uint8)
        temp = self._path(chunk).with_suffix(".tmp")
        with temp.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        commit(temp, self._path(chunk))
        line = {"chunk": chunk, "sha256": hashlib.sha256(content).hexdigest()}
        append_json(self.folder / "chunks.jsonl", line)

    def hold(self) -> None:
        """Open all chunks, which must be there: from then on the rows outlive the set's deletion."""
        for i in range(len(self.chunks())):
            self._chunk(i)

    def touch(self) -> None:
        """Remember that these were used now."""
        (self.folder / "meta.json").touch()

    def _chunk(self, i: int) -> np.memmap:
        if i not in self._maps:
            rows = len(self.chunks()[i])
            self._maps[i] = np.memmap(self._path(i), self.dtype, "r", shape=(rows, *self.shape[1:]))
        return self._maps[i]

    def _path(self, chunk: int) -> Path:
        return self.folder / f"chunk-{chunk:05d}.raw"

    def _ledger(self) -> list[dict]:
        lines = read_json_lines(self.folder / "chunks.jsonl", LEDGER_BYTES)
        return [line for line in lines if {"chunk", "sha256"} <= line.keys()]


@dataclass(frozen=True)
class FeatureSet:
    """What is known of a kept feature set without opening it.

    `used` is seconds since the epoch; `rows` and `image_size` (pixels) are 0 where it does not say.
    """

    folder: Path
    bytes: int
    used: float
    layer: str
    rows: int = 0
    image_size: int = 0
    precision: str = ""


class FeatureStore:
    """The folder `artifacts/features`."""

    def __init__(self, root: Path, *, max_bytes: int, min_free_bytes: int = 0):
        self.root = root
        self.max_bytes = max_bytes
        self.min_free_bytes = min_free_bytes

    def open(self, key: FeatureKey, shape: tuple[int, ...], dtype: np.dtype) -> Features:
        """The feature set of `key`, made empty when it is not there; what it says of itself is mended.

        Raises:
            DiskFullError: what is missing of it would not fit under the cap or on the disk.
        """
        features = Features(self.root / key.folder, shape, dtype)
        self._make_room(features)
        meta = {**asdict(key), "shape": list(shape), "dtype": str(dtype)}
        if read_json_or_none(features.folder / "meta.json") != meta:
            features.folder.mkdir(parents=True, exist_ok=True)
            write_json(features.folder / "meta.json", meta)
        features.touch()
        return features

    def known(self, key: FeatureKey) -> bool:
        """Whether a pass for `key` was begun, and perhaps ended."""
        return (self.root / key.folder / "meta.json").exists()

    def lock(self, key: FeatureKey, while_waiting: Callable[[], None]) -> FileLock:
        """Hold the one right to compute `key`; calls `while_waiting`, which may raise, until it is had."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = self._lock_of(key.folder)
        while True:
            try:
                lock.acquire(timeout=WAIT_S)
                return lock
            except Timeout:
                while_waiting()

    def sets(self) -> list[FeatureSet]:
        """What is kept, longest unused first."""
        found = [_describe(path.parent) for path in self.root.glob("*/meta.json")]
        return sorted((kept for kept in found if kept), key=lambda kept: kept.used)

    def remove(self, folder: Path) -> bool:
        """Delete a set, unless it is being computed. Rows that a run holds open stay readable for it."""
        try:
            with self._lock_of(folder.name).acquire(timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
        except Timeout:
            return False
        return True

    def _make_room(self, features: Features) -> None:
        """Let others go until what is missing of `features` fits."""
        self.root.mkdir(parents=True, exist_ok=True)
        there = sum(kept.bytes for kept in self.sets() if kept.folder == features.folder)
        needed = features.bytes - there
        if needed <= 0:
            return
        sets = [kept for kept in self.sets() if kept.folder != features.folder]
        excess = max(
            sum(kept.bytes for kept in sets) + features.bytes - self.max_bytes,
            needed + self.min_free_bytes - shutil.disk_usage(self.root).free,
        )
        if excess > sum(kept.bytes for kept in sets):
            raise self._too_large(needed)
        for kept in sets:
            if excess <= 0:
                return
            excess -= kept.bytes if self.remove(kept.folder) else 0
        if excess > 0:
            raise self._too_large(needed)

    def _too_large(self, needed: int) -> DiskFullError:
        return DiskFullError(
            f"The frozen part's features need {needed / 1e9:.2f} GB; the cap is "
            f"{self.max_bytes / 1e9:.2f} GB, {shutil.disk_usage(self.root).free / 1e9:.2f} GB are free."
        )

    def _lock_of(self, folder: str) -> FileLock:
        return FileLock(self.root / f"{folder}.lock")


def _describe(folder: Path) -> FeatureSet | None:
    """What is known of a set; None when it has just been deleted."""
    meta = read_json_or_none(folder / "meta.json")
    meta = meta if isinstance(meta, dict) else {}
    try:
        size = sum(path.stat().st_size for path in folder.glob("chunk-*.raw"))
        used = (folder / "meta.json").stat().st_mtime
    except FileNotFoundError:
        return None
    rows, image_size = (
        meta[name] if isinstance(meta.get(name), int) else 0 for name in ("rows", "image_size")
    )
    layer, precision = (str(meta.get(name, "")) for name in ("layer", "precision"))
    return FeatureSet(folder, size, used, layer, rows, image_size, precision)


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None

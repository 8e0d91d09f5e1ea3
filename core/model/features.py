"""The frozen prefix's output for each image: computed once, kept, shared by every run that asks for it.

Kept under `artifacts/features/<key>/` as one raw file in the prefix's own output dtype (`np.save` would
turn bfloat16 into `|V2`), memory-mapped, so that training reads rows in any order without loading them.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import ml_dtypes  # noqa: F401  registers bfloat16 with numpy
import numpy as np
from filelock import FileLock

from core.atomic import sync_file, write_json
from core.errors import DiskFullError
from core.faults import crash_point

FORMAT = 1
PREPROCESSING = "pillow-bilinear, imagenet-caffe"

ReadImages = Callable[[np.ndarray], np.ndarray]
"""Rows to images: uint8 (n, size, size, 3)."""
OnBatch = Callable[[int, int], None]
"""Called with images done and images in all after each batch; may raise to stop."""


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


def open_features(
    root: Path, key: FeatureKey, prefix: keras.Model, n: int, read: ReadImages, batch: int, on_batch: OnBatch
) -> np.ndarray:
    """Features of all `n` images, row i for image i: a read-only memory map, shape (n, …).

    Computed when they are not there yet; a second process that wants the same waits and reads them.

    Raises:
        DiskFullError: they would not fit.
        Exception: whatever `on_batch` raises; nothing half-made is left under the final name.
    """
    final = root / key.folder
    root.mkdir(parents=True, exist_ok=True)
    shape = (n, *prefix.output.shape[1:])
    with FileLock(root / f"{key.folder}.lock"):
        if not (final / "meta.json").exists():
            draft = root / f".draft-{key.folder}"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            try:
                _compute(draft / "features.raw", shape, prefix, read, batch, on_batch)
                meta = {**asdict(key), "shape": list(shape), "dtype": str(np.dtype(prefix.output.dtype))}
                write_json(draft / "meta.json", meta)
                draft.rename(final)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    return np.memmap(final / "features.raw", np.dtype(prefix.output.dtype), "r", shape=shape)


def _compute(
    path: Path, shape: tuple[int, ...], prefix: keras.Model, read: ReadImages, batch: int, on_batch: OnBatch
) -> None:
    dtype = np.dtype(prefix.output.dtype)
    needed = int(np.prod(shape)) * dtype.itemsize
    free = shutil.disk_usage(path.parent).free
    if needed > free:
        raise DiskFullError(
            f"The frozen part's features need {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free. "
            "Free some disk, use fewer images or smaller ones."
        )
    with path.open("wb") as file:
        for start in range(0, shape[0], batch):
            rows = np.arange(start, min(start + batch, shape[0]))
            file.write(np.ascontiguousarray(prefix.predict_on_batch(read(rows).astype(np.float32)), dtype))
            crash_point("feature-batch")
            on_batch(int(rows[-1]) + 1, shape[0])
    sync_file(path)

"""From files to batches: read and resize in threads, in an order that (seed, epoch) alone decides."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import keras
import numpy as np

from core.data import FaceDataset
from core.data.images import resize_rgb
from core.model.devices import least_batch
from core.runs.config import TrainConfig

READ_THREADS = min(16, max(4, os.cpu_count() or 4))
"""Pillow decodes and resizes outside the interpreter's lock; a GPU is kept busy by many."""

Read = Callable[[np.ndarray], np.ndarray]
"""Rows of the data set to model inputs, shape (len(rows), …)."""


@dataclass(frozen=True)
class Inputs:
    """A function from rows to inputs, the model that answers those, and what has to be said of the two."""

    read: Read
    model: keras.Model
    note: str = ""


class ImageReader:
    """Reads images of a data set as uint8 (n, size, size, 3)."""

    def __init__(self, dataset: FaceDataset, size: int):
        self.dataset = dataset
        self.size = size
        self._threads = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="read")

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """The images of `rows`, in their order."""
        return np.stack(list(self._threads.map(self._one, rows)))

    def floats(self, rows: np.ndarray) -> np.ndarray:
        """The images as the network takes them: float32, still 0..255."""
        return self(rows).astype(np.float32)

    def _one(self, row: int) -> np.ndarray:
        return resize_rgb(self.dataset.image(int(row)), self.size)


class DecodedImages:
    """Images read once and kept in memory, for runs that want them again in every epoch."""

    def __init__(self, reader: ImageReader):
        self.reader = reader
        # The system hands memory out page by page: images that nobody asks for take none.
        self._pixels = np.empty((len(reader.dataset), reader.size, reader.size, 3), np.uint8)
        self._there = np.zeros(len(reader.dataset), bool)

    def floats(self, rows: np.ndarray) -> np.ndarray:
        """As `ImageReader.floats`."""
        missing = rows[~self._there[rows]]
        if len(missing):
            self._pixels[missing] = self.reader(missing)
            self._there[missing] = True
        return self._pixels[rows].astype(np.float32)


def first_batches(dataset: FaceDataset, config: TrainConfig) -> list[int]:
    """Images of the first batch of training and of validation."""
    return [min(config.batch_size, len(dataset.split_rows(split))) for split in ("train", "val")]


def repeated_reads(reader: ImageReader, max_bytes: int) -> Read:
    """`reader.floats` for a run that reads all images in every epoch: from memory if they fit `max_bytes`."""
    fits = len(reader.dataset) * reader.size**2 * 3 <= max_bytes
    return DecodedImages(reader).floats if fits else reader.floats


class Batches(keras.utils.PyDataset):
    """Batches of (inputs, labels) for `fit`; pass `shuffle=False` to it, the order is made here.

    Args:
        read: rows to inputs.
        rows: the split's rows, shape (n,).
        labels: 0/1 for every row of the data set.
        seed: shuffle by (seed, epoch) when given; None keeps the order of `rows`.
        epoch: 0-based epoch to begin with; grows by one at each epoch's end.
    """

    def __init__(
        self,
        read: Read,
        rows: np.ndarray,
        labels: np.ndarray,
        batch_size: int,
        *,
        seed: int | None = None,
        epoch: int = 0,
    ):
        super().__init__()
        self.read = read
        self.rows = rows
        self.labels = labels
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = epoch
        self._least = least_batch()

    def __len__(self) -> int:
        full, rest = divmod(len(self.rows), self.batch_size)
        return full + (rest >= self._least)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        # What is too little for a batch of its own goes with the last.
        end = len(self.rows) if index == len(self) - 1 else (index + 1) * self.batch_size
        rows = self._order()[index * self.batch_size : end]
        return self.read(rows), self.labels[rows].astype(np.float32)[:, None]

    def on_epoch_end(self) -> None:
        """Keras calls it when an epoch's last batch was taken."""
        self.epoch += 1

    def _order(self) -> np.ndarray:
        if self.seed is None:
            return self.rows
        return np.random.default_rng((self.seed, self.epoch)).permutation(self.rows)

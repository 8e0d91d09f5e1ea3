"""A face in a few hundred numbers, without a network: which way its edges run, cell by cell.

Histograms of oriented gradients after Dalal and Triggs (CVPR 2005), without their overlapping blocks: each
cell is normalised by itself. Weaker than a network's features on photos, good on drawn faces, and there is
nothing to download or to wait for.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core.data.dataset import FaceDataset, Progress
from core.data.images import resize_rgb

SIDE, CELL, ANGLES = 96, 8, 9
LENGTH = (SIDE // CELL) ** 2 * ANGLES
"""Numbers that stand for an image: 1,296."""
FAINT = 0.01
"""Added to a cell's squared length, so that noise on a plain wall is not blown up to edges."""
BATCH = 500
"""Images between two reports of progress."""


def outlines(dataset: FaceDataset, *, on_progress: Progress = lambda done, total: None) -> np.ndarray:
    """The edges of every image, float32, shape (n, LENGTH), in the data set's order.

    Args:
        on_progress: called with (images done, images in all); may raise to stop.

    Raises:
        PhotoError: an image cannot be decoded.
    """
    parts = []
    for start, pixels in _pixels(dataset):
        parts.append(gradient_histograms(pixels))
        on_progress(start + len(pixels), len(dataset))
    return np.concatenate(parts) if parts else np.empty((0, LENGTH), np.float32)


def gradient_histograms(pixels: np.ndarray) -> np.ndarray:
    """Histograms of oriented gradients, float32, shape (n, LENGTH), each cell of length 1 at most.

    Args:
        pixels: RGB in 0..255, shape (n, SIDE, SIDE, 3).
    """
    grey = pixels.astype(np.float32).mean(axis=3) / 255
    down, across = np.gradient(grey, axis=1), np.gradient(grey, axis=2)
    strength = np.hypot(down, across)
    # An edge has no front: opposite directions are one. Each is shared by the two angles next to it.
    turn = np.arctan2(down, across) % np.pi / np.pi * ANGLES
    cells = np.empty((len(grey), SIDE // CELL, SIDE // CELL, ANGLES), np.float32)
    for angle in range(ANGLES):
        apart = np.abs(turn - angle)
        near = np.clip(1 - np.minimum(apart, ANGLES - apart), 0, 1) * strength
        cells[..., angle] = near.reshape(-1, SIDE // CELL, CELL, SIDE // CELL, CELL).sum(axis=(2, 4))
    cells /= np.sqrt((cells**2).sum(axis=-1, keepdims=True) + FAINT)
    return cells.reshape(-1, LENGTH)


def _pixels(dataset: FaceDataset) -> Iterator[tuple[int, np.ndarray]]:
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for start in range(0, len(dataset), BATCH):
            rows = range(start, min(start + BATCH, len(dataset)))
            yield start, np.stack(list(pool.map(lambda row: resize_rgb(dataset.image(row), SIDE), rows)))

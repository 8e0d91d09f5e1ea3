"""Makes tiny folders of drawn images with labels, so that tests need no real faces and no network."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from core.data.dataset import ATTRIBUTES

SIDE = 64
"""Pixels along each side of a tiny image."""
N = 60
"""Images: 40 to train on, 10 each for validation and test."""


def tiny_image(positive: bool, rng: np.random.Generator, side: int = SIDE) -> Image.Image:
    """A noisy square, bright when `positive` and dark when not: a classifier learns it in one epoch."""
    grey = 190 if positive else 60
    noise = rng.normal(0, 12, (side, side, 3))
    return Image.fromarray(np.clip(grey + noise, 0, 255).astype(np.uint8), "RGB")


def make_celeba(folder: Path, *, n: int = N, seed: int = 0) -> Path:
    """Write a folder in CelebA's layout, with an official partition; every second image is Male.

    The other nine attributes are random. Returns `folder`.
    """
    rng = np.random.default_rng(seed)
    images = folder / "img_align_celeba"
    images.mkdir(parents=True)
    names = [f"{i:06d}.png" for i in range(1, n + 1)]
    labels = rng.integers(0, 2, (n, len(ATTRIBUTES)))
    labels[:, ATTRIBUTES.index("Male")] = np.arange(n) % 2
    for name, male in zip(names, labels[:, ATTRIBUTES.index("Male")], strict=True):
        tiny_image(bool(male), rng).save(images / name)
    rows = [[name, *(2 * row - 1)] for name, row in zip(names, labels, strict=True)]
    write_csv(folder / "list_attr_celeba.csv", ["image_id", *ATTRIBUTES], rows)
    partition = [[name, 0 if i < n * 4 // 6 else 1 if i < n * 5 // 6 else 2] for i, name in enumerate(names)]
    write_csv(folder / "list_eval_partition.csv", ["image_id", "partition"], partition)
    return folder


def make_class_folders(folder: Path, *, each: int = 20, seed: int = 0) -> Path:
    """Write `men/` and `women/` with `each` images in both; returns `folder`."""
    rng = np.random.default_rng(seed)
    for name, positive in (("men", True), ("women", False)):
        (folder / name).mkdir(parents=True)
        for i in range(each):
            tiny_image(positive, rng).save(folder / name / f"{i:03d}.png")
    return folder


def write_csv(path: Path, header: list[str], rows: list[list]) -> None:
    """Write a csv with a header."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])

"""A folder in CelebA's layout with very many small JPEGs, made without drawing each one."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from core.data.dataset import ATTRIBUTES

SIZE = (178, 218)
"""Width and height of CelebA's aligned faces, pixels."""
DIFFERENT = 64
"""Pictures that differ in their pixels; the others differ in their last bytes, and so in their hashes."""
IMAGES_OF_A_PERSON = 20


def make_faces(root: Path, count: int, *, seed: int = 0) -> Path:
    """Fill `root` with `count` images, their labels and persons, without a partition; gives `root`.

    Without one, each look at a target makes a split of its own, which costs most.
    """
    rng = np.random.default_rng(seed)
    folder = root / "img_align_celeba"
    folder.mkdir(parents=True)
    pictures = [_picture(rng) for _ in range(DIFFERENT)]
    names = [f"{i:06d}.jpg" for i in range(1, count + 1)]
    for i, name in enumerate(names):
        # A JPEG ends where it says so; what follows changes the file and not the picture.
        (folder / name).write_bytes(pictures[i % DIFFERENT] + name.encode())
    labels = np.where(rng.random((count, len(ATTRIBUTES))) < 0.3, 1, -1)
    _write(root / "list_attr_celeba.csv", ["image_id", *ATTRIBUTES], names, labels)
    persons = rng.integers(1, count // IMAGES_OF_A_PERSON + 2, (count, 1))
    _write(root / "identity_CelebA.csv", ["image_id", "identity"], names, persons)
    return root


def _picture(rng: np.random.Generator) -> bytes:
    """Coloured clouds, about as many bytes as a face."""
    small = rng.integers(0, 256, (22, 18, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(small).resize(SIZE, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _write(path: Path, header: list[str], names: list[str], values: np.ndarray) -> None:
    rows = zip(names, values.tolist(), strict=True)
    lines = [",".join(header), *(f"{name},{','.join(map(str, row))}" for name, row in rows)]
    path.write_text("\n".join(lines) + "\n")

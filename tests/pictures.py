"""A small picture, the files it makes, and whether two pictures are alike."""

import io

import numpy as np
from PIL import Image


def saved(image: Image.Image, fmt: str = "PNG", **options: object) -> bytes:
    """The image as a file of Pillow's; of a copy, since some writers leave their settings in the image."""
    buffer = io.BytesIO()
    image.copy().save(buffer, format=fmt, **options)
    return buffer.getvalue()


def ramp(width: int = 16, height: int = 12) -> Image.Image:
    """A picture that differs in every corner, smooth enough for JPEG."""
    y, x = np.mgrid[:height, :width].astype(float)
    pixels = np.stack([x / (width - 1), y / (height - 1), 1 - x / (width - 1)], axis=-1)
    return Image.fromarray((pixels * 255).astype(np.uint8))


def close(image: Image.Image, expected: Image.Image, tolerance: int) -> bool:
    """Whether both have the same size and no value differs by more than the tolerance."""
    pair = (np.asarray(picture).astype(int) for picture in (image, expected))
    first, second = pair
    return first.shape == second.shape and np.abs(first - second).max() <= tolerance

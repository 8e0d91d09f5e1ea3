"""How an image looks, in a few numbers: brightness, sharpness, a tiny grey copy and a hash of that.

Enough to find dark, blurred, moved and nearly equal images among hundreds of thousands without opening
their files again. What is too dark or too blurred is `core.data.problems`' to say.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image

SIDE = 128
"""Every image is measured at this size, so that sharpness means the same for small and large files."""
TINY_SIDE = 16
"""Side of the grey copy that is kept, pixels."""
_WAVES = 8
"""Waves along each side whose signs make the hash: 8 x 8 = 64 bits."""


class Looks(NamedTuple):
    """What is remembered of an image's pixels.

    Attributes:
        width, height: of the upright image, pixels.
        brightness: mean grey, 0..255.
        sharpness: variance of the Laplacian at SIDE x SIDE pixels; blur lowers it, and so does darkness.
        hash: 64 bits; nearly equal images differ in few of them.
        tiny: the image as TINY_SIDE x TINY_SIDE grey bytes, row by row.
    """

    width: int = 0
    height: int = 0
    brightness: float = 0.0
    sharpness: float = 0.0
    hash: int = 0
    tiny: bytes = bytes(TINY_SIDE**2)


def looks_of(image: Image.Image) -> Looks:
    """Measure an RGB image.

    Sharpness is the variance of the Laplacian (Pech-Pacheco et al. 2000, "Diatom autofocusing in
    brightfield microscopy").
    """
    grey = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    tiny = grey.resize((TINY_SIDE, TINY_SIDE), Image.Resampling.BOX)
    pixels = np.asarray(grey, np.float32)
    inner = pixels[1:-1, 1:-1]
    laplacian = pixels[:-2, 1:-1] + pixels[2:, 1:-1] + pixels[1:-1, :-2] + pixels[1:-1, 2:] - 4 * inner
    number = int(hashes(np.asarray(tiny)[None])[0])
    return Looks(
        image.width, image.height, float(pixels.mean()), float(laplacian.var()), number, tiny.tobytes()
    )


def hashes(tiny: np.ndarray) -> np.ndarray:
    """A 64-bit perceptual hash of each tiny image: uint64, shape (n,), from (n, TINY_SIDE, TINY_SIDE).

    The signs of the lowest cosine waves without the constant ones (pHash, Zauner 2010, with zero for the
    median): what is brighter or has more contrast keeps its hash.
    """
    waves = np.matmul(np.matmul(_cosines(), tiny.astype(np.float32)), _cosines().T)
    # Rounding leaves a grain of sand where a wave is absent; its sign would be chance.
    bits = waves.reshape(len(tiny), -1) > 1e-2
    return np.packbits(bits, axis=1).view(">u8")[:, 0].astype(np.uint64)


def tiny_images(stored: list[bytes]) -> np.ndarray:
    """The kept grey copies as uint8, shape (n, TINY_SIDE, TINY_SIDE)."""
    return np.frombuffer(b"".join(stored), np.uint8).reshape(len(stored), TINY_SIDE, TINY_SIDE)


@cache
def _cosines() -> np.ndarray:
    """Waves 1 to _WAVES of the cosine transform, shape (_WAVES, TINY_SIDE)."""
    places = np.arange(TINY_SIDE) + 0.5
    return np.cos(np.pi / TINY_SIDE * np.outer(np.arange(1, _WAVES + 1), places)).astype(np.float32)

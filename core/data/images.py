"""The one door through which an image file becomes pixels, for training and for uploaded photos alike.

Sizes are refused from the header, before anything is decoded. What the pixels mean (depth, alpha,
colour space) is `core.data.colour`'s; finding faces is somebody else's.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import Base as Exif

from core.data.colour import to_rgb
from core.errors import PhotoError
from core.settings import Settings

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
"""What is decoded, whatever a file is called; every other decoder of Pillow's stays shut."""

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
"""Pixels along one side: a strip 1 px high passes every limit on area, then costs memory when resized."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# For the whole process: `warnings.catch_warnings` is not safe in threads, and images are read in threads.
# Pillow's UserWarnings are about metadata, which is dropped here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class PhotoLimits:
    """What one image may cost: bytes of the file, pixels in all, pixels along one side."""

    max_bytes: int = MAX_BYTES
    max_pixels: int = MAX_PIXELS
    max_side: int = MAX_SIDE

    @classmethod
    def from_settings(cls, settings: Settings) -> "PhotoLimits":
        """The host's limits."""
        return cls(max_bytes=settings.max_photo_bytes, max_pixels=settings.max_photo_pixels)

    @property
    def pixels(self) -> int:
        """`max_pixels`, or Pillow's own limit where that is lower."""
        return min(self.max_pixels, Image.MAX_IMAGE_PIXELS or self.max_pixels)


DEFAULT = PhotoLimits()


def read_image(
    source: Path | bytes | BinaryIO, *, name: str | None = None, limits: PhotoLimits = DEFAULT
) -> Image.Image:
    """Decode one image: its first frame, upright, 8-bit sRGB, over white, without metadata.

    Args:
        source: a file, its bytes, or an open stream (read from its start).
        name: what messages call it; by default the file's name.
        limits: what it may cost.

    Raises:
        PhotoError: it is too large, of no known format, damaged or cut short; the message names it.
    """
    name = name or _name(source)
    data = _bytes(source, name, limits)
    with _opened(data, name, limits) as image:
        _refuse_size(image, name, limits)
        try:
            image.load()
            rgb = to_rgb(_upright(image))
        except MemoryError:
            raise
        except PhotoError as error:
            raise PhotoError(f"{name}: {error}") from error
        except Exception as error:  # decoders raise whatever they meet: OSError, ValueError, struct.error …
            raise PhotoError(f"{name} is damaged or cut short ({error}). Save or copy it again.") from error
    rgb.info = {}
    return rgb


def resize_rgb(image: Image.Image, size: int) -> np.ndarray:
    """The image as uint8, shape (size, size, 3): the one way in which training and prediction resize.

    Bilinear with antialias. An image that is not square is squashed, as the report's pipeline squashes
    CelebA's 178 x 218: nothing of the face is cut away.
    """
    return np.asarray(image.resize((size, size), Image.Resampling.BILINEAR))


def _name(source: Path | bytes | BinaryIO) -> str:
    if isinstance(source, Path):
        return source.name
    own = getattr(source, "name", None)
    return Path(own).name if isinstance(own, str) else "The photo"


def _bytes(source: Path | bytes | BinaryIO, name: str, limits: PhotoLimits) -> bytes:
    """The file's bytes: never more than one over the limit is read."""
    try:
        data = source if isinstance(source, bytes) else _read(source, limits.max_bytes + 1)
    except OSError as error:
        raise PhotoError(f"{name} cannot be read ({error.strerror or error}). Look at the file.") from error
    if not data:
        raise PhotoError(f"{name} is empty (0 bytes). Save or copy it again.")
    if len(data) > limits.max_bytes:
        limit = limits.max_bytes / 2**20
        raise PhotoError(f"{name} is larger than the limit of {limit:.3g} MiB. Save it smaller.")
    return data


def _read(source: Path | BinaryIO, count: int) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(count)
    if source.seekable():
        source.seek(0)
    return source.read(count)


def _opened(data: bytes, name: str, limits: PhotoLimits) -> Image.Image:
    """The image with its header read and nothing decoded."""
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(
            f"{name} has too many pixels, far more than the limit of {limits.pixels:,}. Save it smaller."
        ) from error
    except UnidentifiedImageError as error:
        known = ", ".join(FORMATS)
        raise PhotoError(
            f"{name} is damaged or no image of a known format ({known}). Save it as JPEG."
        ) from error
    except MemoryError:
        raise
    except Exception as error:
        raise PhotoError(f"{name} is damaged: its header cannot be read ({error}). Save it again.") from error


def _refuse_size(image: Image.Image, name: str, limits: PhotoLimits) -> None:
    width, height = image.size
    if width * height > limits.pixels:
        raise PhotoError(
            f"{name} has {width} x {height} = {width * height:,} pixels; the limit is {limits.pixels:,}. "
            "Save it smaller."
        )
    if max(width, height) > limits.max_side:
        raise PhotoError(
            f"{name} is {width} x {height} pixels; the limit along one side is {limits.max_side:,}. "
            "Save it smaller."
        )


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF says; EXIF that cannot be read turns nothing."""
    try:
        turn = _TURNS.get(image.getexif().get(Exif.Orientation))
    except Exception:  # a damaged block of metadata is no reason to refuse good pixels
        turn = None
    return image if turn is None else image.transpose(turn)

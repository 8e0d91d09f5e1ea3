"""The one door through which an image file becomes pixels, for training and for uploaded photos alike.

Sizes are refused from the header, before anything is decoded. What the bytes say before that is
`core.data.screening`'s, what the pixels mean (depth, alpha, colour space) `core.data.colour`'s, which way
is up `core.data.orientation`'s; finding faces is somebody else's.
"""

import re
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from core.data.colour import to_rgb
from core.data.orientation import turn_of
from core.data.screening import other_kind, refuse_costly
from core.data.shown_name import shown_name
from core.errors import PhotoError
from core.settings import Settings

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
"""What is decoded, whatever a file is called; every other decoder of Pillow's stays shut."""

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
"""Pixels along one side: a strip 1 px high passes every limit on area, then costs memory when resized."""

_REASON = 100
"""Characters of a decoder's own words in a message."""

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
        name: what messages call it, as `shown_name` shows it; by default the file's name.
        limits: what it may cost.

    Raises:
        PhotoError: it is too large, of no known format, damaged, cut short, or built to cost time; the
            message names it.
        MemoryError: the host has none left, which says nothing of the file.
    """
    name = shown_name(name or _name(source))
    data = _bytes(source, name, limits)
    rgb, turn = _decoded(data, name, limits)
    upright = rgb if turn is None else rgb.transpose(turn)
    upright.info = {}
    return upright


def header_size(path: Path, *, limits: PhotoLimits = DEFAULT) -> tuple[int, int]:
    """Width and height in pixels as the file's header tells them, not turned; nothing is decoded.

    Raises:
        PhotoError: as `read_image`, as far as a header tells.
    """
    name = shown_name(path.name)
    with _opened(_bytes(path, name, limits), name, limits) as image:
        return image.size


def _decoded(data: bytes, name: str, limits: PhotoLimits) -> tuple[Image.Image, Image.Transpose | None]:
    """Its pixels as RGB, and how they are to be turned; what was decoded is let go before they are."""
    with _opened(data, name, limits) as image:
        _refuse_size(image, name, limits)
        try:
            image.load()
            return to_rgb(image), turn_of(image)
        except MemoryError:
            raise
        except PhotoError as error:
            raise PhotoError(f"{name}: {error}") from error
        except Exception as error:  # decoders raise whatever they meet: OSError, ValueError, struct.error …
            reason = _reason(error)
            raise PhotoError(f"{name} is damaged or cut short ({reason}). Save or copy it again.") from error


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
        refuse_costly(data)
        return Image.open(BytesIO(data), formats=FORMATS)
    except PhotoError as error:
        raise PhotoError(f"{name}: {error}") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        count = int(re.search(r"\d+", str(error))[0])
        raise PhotoError(
            f"{name} has too many pixels ({count:,}; the limit is {limits.pixels:,}). Save it smaller."
        ) from error
    except UnidentifiedImageError as error:
        raise PhotoError(_unknown(data, name)) from error
    except MemoryError:
        raise
    except Exception as error:
        reason = _reason(error)
        raise PhotoError(
            f"{name} is damaged: its header cannot be read ({reason}). Save it again."
        ) from error


def _unknown(data: bytes, name: str) -> str:
    known, kind = ", ".join(FORMATS), other_kind(data)
    if kind is None:
        return f"{name} is damaged or no image of a known format ({known}). Save it as JPEG."
    return f"{name} is {kind}; only {known} are read here. Save it as JPEG."


def _reason(error: Exception) -> str:
    """A decoder's own words, short and in printable characters: some quote the file's bytes."""
    words = "".join(character for character in str(error) if character.isprintable())
    return words[:_REASON] or type(error).__name__


def _refuse_size(image: Image.Image, name: str, limits: PhotoLimits) -> None:
    width, height = image.size
    if _tile_pixels(image) > limits.pixels:
        raise PhotoError(f"{name} is stored in tiles of more than {limits.pixels:,} pixels. Save it as JPEG.")
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


def _tile_pixels(image: Image.Image) -> int:
    """Of one tile of a TIFF, which is decoded whole however small the image is; 0 without tiles."""
    tags = getattr(image, "tag_v2", {})
    sides = (tags.get(TiffImagePlugin.TILEWIDTH, 0), tags.get(TiffImagePlugin.TILELENGTH, 0))
    return sides[0] * sides[1] if all(isinstance(side, int) for side in sides) else 0

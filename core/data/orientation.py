"""How a photo is to be turned: orientation tags, and the tag directories of EXIF and TIFF kept within bounds.

Pillow reads both as one kind of directory, whose values become Python objects: 19 MB of fractions took 20 s.
Which formats turn themselves is told here; turning is `core.data.images`'s.
"""

from typing import IO

from PIL import Image, TiffImagePlugin, TiffTags
from PIL.ExifTags import Base as Exif

MAX_VALUES = 400_000
"""Numbers in one directory: two for each 16 x 16 tile of 50 million pixels. Text and bytes are free."""

_PLAIN = (TiffTags.BYTE, TiffTags.ASCII, TiffTags.UNDEFINED)
"""Types whose value stays as it is in the file: profiles, notes, thumbnails."""
_OFFSETS = (
    TiffImagePlugin.STRIPOFFSETS,
    TiffImagePlugin.STRIPBYTECOUNTS,
    TiffImagePlugin.TILEOFFSETS,
    TiffImagePlugin.TILEBYTECOUNTS,
)
"""Walked through one by one, whatever their type: 8 µs each."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_read_directory = TiffImagePlugin.ImageFileDirectory_v2.load


def turn_of(image: Image.Image) -> Image.Transpose | None:
    """What brings a decoded image upright; None when it is, or when its metadata cannot be read.

    After decoding, since PNG may say it at its end and Pillow has turned TIFF by then (and taken the tag
    away). AVIF turns by `irot` and `imir`, which Pillow hands on as this tag and libavif leaves to us.
    """
    try:
        return _TURNS.get(image.getexif().get(Exif.Orientation))
    except Exception:  # a damaged block of metadata is no reason to refuse good pixels
        return None


def _load(self: TiffImagePlugin.ImageFileDirectory_v2, fp: IO[bytes]) -> None:
    """Read a directory as Pillow does; SyntaxError, its word for a broken file, where that holds too much."""
    _read_directory(self, fp)
    count = sum(
        len(value) // self._load_dispatch[self.tagtype[tag]][0]
        for tag, value in self._tagdata.items()
        if tag in _OFFSETS or self.tagtype[tag] not in _PLAIN
    )
    if count > MAX_VALUES:
        self.reset()
        raise SyntaxError(f"a directory of tags holds {count:,} numbers")


# For the whole process: JPEG, PNG, WebP, AVIF and TIFF all read their tags through this one method.
TiffImagePlugin.ImageFileDirectory_v2.load = _load

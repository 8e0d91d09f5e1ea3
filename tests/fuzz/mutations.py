"""Files spoilt by chance, each one again from its number: seeds, and what is done to them.

`tests.fuzz.images` feeds them to the decoder.
"""

import re
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from PIL import Image

from tests import hostile_images as hostile
from tests.pictures import ramp, saved

EXTREMES = (0, 1, 7, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
LONGEST = 2**20
"""Bytes of a spoilt file; large files are the tests' own."""


def small_seeds() -> list[bytes]:
    """A small file of each format and of what is peculiar to it."""
    picture = ramp(40, 30)
    exif = Image.Exif()
    exif[0x0112] = 6
    modes = [picture.convert(mode) for mode in ("L", "LA", "RGBA", "1", "P")]
    return [
        saved(picture, "JPEG", exif=exif),
        saved(picture, "JPEG", progressive=True, comment=b"seed"),
        saved(picture.convert("CMYK"), "JPEG"),
        hostile.animated("MPO", 3),
        *(saved(image, "PNG", exif=exif) for image in (picture, *modes)),
        saved(Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40) * 50), "PNG"),
        *(hostile.animated(fmt, 3) for fmt in ("PNG", "GIF", "WEBP", "AVIF", "TIFF")),
        saved(picture, "WEBP", exif=exif),
        saved(modes[2], "WEBP", lossless=True),
        saved(picture, "AVIF", exif=exif),
        saved(modes[2], "AVIF"),
        *(saved(image, "BMP") for image in (picture, *modes[2:])),
        hostile.bmp_of_runs(40, 30, b"\x28\x07\0\0" * 30),
        *(
            saved(picture, "TIFF", compression=name, exif=exif)
            for name in (None, "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits")
        ),
        saved(modes[3], "TIFF", compression="group4"),
        hostile.tiff_of_one_tile(64),
        hostile.tiff_of_many_strips(100),
    ]


def spoilt(seeds: Sequence[bytes], rng: np.random.Generator) -> bytes:
    """One of the seeds after one to six changes; half of the PNGs get their checksums right again."""
    data = bytearray(seeds[rng.integers(len(seeds))])
    for _ in range(rng.integers(1, 7)):
        change = CHANGES[rng.integers(len(CHANGES))]
        data = change(data, seeds, rng)[:LONGEST] or bytearray(1)
    return _checked(bytes(data)) if data.startswith(b"\x89PNG") and rng.random() < 0.5 else bytes(data)


def _flip(data: bytearray, _: Sequence[bytes], rng: np.random.Generator) -> bytearray:
    data[_place(data, rng)] ^= 1 << int(rng.integers(8))
    return data


def _put_byte(data: bytearray, _: Sequence[bytes], rng: np.random.Generator) -> bytearray:
    data[_place(data, rng)] = int(rng.integers(256))
    return data


def _put_extreme(data: bytearray, _: Sequence[bytes], rng: np.random.Generator) -> bytearray:
    """A number where headers have numbers: of two or four bytes, of either order."""
    size = (2, 4)[rng.integers(2)]
    number = EXTREMES[rng.integers(len(EXTREMES))] % 256**size
    at = _place(data, rng)
    data[at : at + size] = number.to_bytes(size, ("big", "little")[rng.integers(2)])
    return data


def _cut(data: bytearray, _: Sequence[bytes], rng: np.random.Generator) -> bytearray:
    return data[: _place(data, rng) + 1]


def _drop(data: bytearray, _: Sequence[bytes], rng: np.random.Generator) -> bytearray:
    at = _place(data, rng)
    del data[at : at + int(rng.integers(1, 33))]
    return data or bytearray(1)


def _repeat(data: bytearray, _: Sequence[bytes], rng: np.random.Generator) -> bytearray:
    at = _place(data, rng)
    piece = data[at : at + int(rng.integers(1, 257))]
    return data[:at] + piece * int(rng.integers(2, 200)) + data[at:]


def _join(data: bytearray, seeds: Sequence[bytes], rng: np.random.Generator) -> bytearray:
    """The start of this file and the end of another."""
    other = seeds[rng.integers(len(seeds))]
    return data[: _place(data, rng)] + other[_place(other, rng) :]


CHANGES = (_flip, _put_byte, _put_byte, _put_extreme, _put_extreme, _cut, _drop, _repeat, _join)


def _place(data: Sequence[int], rng: np.random.Generator) -> int:
    """Somewhere in the file; every other time among its first 100 bytes, where headers are."""
    return int(rng.integers(min(len(data), 100 if rng.random() < 0.5 else len(data))))


def _checked(data: bytes) -> bytes:
    """A PNG whose checksums are right, so that what is in its chunks is read."""
    out, at = bytearray(data), 8
    while at + 12 <= len(data) and re.fullmatch(rb"[A-Za-z]{4}", data[at + 4 : at + 8]):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            break
        out[end : end + 4] = struct.pack(">I", zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return bytes(out)

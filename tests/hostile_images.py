"""Files that no camera wrote, made in memory: bombs, polyglots, lies and structures built to cost time.

Each function makes one file; what must become of it is said by the tests that ask for it.
"""

import struct
import zlib

from PIL import Image

from tests.pictures import ramp, saved

PNG_START = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB = 0, 2


def png_chunk(kind: bytes, body: bytes = b"") -> bytes:
    """One chunk with its length and its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int,
    height: int,
    rows: bytes | None = None,
    *,
    depth: int = 8,
    colour: int = _RGB,
    extra: bytes = b"",
) -> bytes:
    """A PNG of given rows (each with its filter byte), of nothing but its header where there are none.

    Args:
        extra: chunks between the header and the pixels.
    """
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG_START + header + extra + png_chunk(b"IDAT", zlib.compress(rows or b"")) + png_chunk(b"IEND")


def png_of_zeros(width: int, height: int, *, colour: int = _GREY) -> bytes:
    """A sound PNG that unpacks to a thousand times its size."""
    samples = 1 if colour == _GREY else 3
    return png(width, height, bytes((width * samples + 1) * height), colour=colour)


def png_of_many_chunks(count: int) -> bytes:
    """A small picture behind `count` empty chunks of a private kind."""
    return png(8, 8, bytes(25 * 8), extra=png_chunk(b"abCd") * count)


def png_of_many_profiles(count: int) -> bytes:
    """A small picture with `count` colour profiles, each of which unpacks to a megabyte."""
    profile = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(10**6), 9))
    return png(8, 8, bytes(25 * 8), extra=profile * count)


def png_with_large_text(size: int) -> bytes:
    """A small picture with a compressed text of `size` bytes."""
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(size), 9))
    return png(8, 8, bytes(25 * 8), extra=text)


def segment(marker: int, body: bytes = b"") -> bytes:
    """One JPEG marker with its length."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg_with(segments: bytes) -> bytes:
    """A sound JPEG with something more after its first marker."""
    plain = saved(ramp(), "JPEG", quality=95)
    return plain[:2] + segments + plain[2:]


def jpeg_of_many_scans(side: int, count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated: each goes over all pixels, for some bytes."""
    plain = saved(Image.new("L", (side, side)), "JPEG", progressive=True)
    last = plain[plain.rfind(b"\xff\xda") : -2]
    return plain[:-2] + last * count + plain[-2:]


def exif_in_pieces(count: int) -> bytes:
    """A JPEG whose EXIF comes in `count` segments of one byte each."""
    first = segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08")
    return jpeg_with(first + segment(0xE1, b"Exif\0\0x") * count)


def gif_of_canvas(width: int, height: int) -> bytes:
    """A GIF of one pixel on a canvas of any size."""
    plain = bytearray(saved(Image.new("P", (1, 1)), "GIF"))
    plain[6:10] = struct.pack("<HH", width, height)
    return bytes(plain)


def gif_of_many_blocks(count: int) -> bytes:
    """A GIF with a comment in `count` blocks of one byte."""
    plain = saved(Image.new("P", (8, 8)), "GIF")
    at = plain.find(b",", 13)
    return plain[:at] + b"!\xfe" + b"\x01x" * count + b"\0" + plain[at:]


def bmp_of_runs(width: int, height: int, runs: bytes) -> bytes:
    """A run-length encoded BMP with 256 greys."""
    palette = b"".join(bytes([level, level, level, 0]) for level in range(256))
    start = 14 + 40 + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(runs), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + header + palette + runs


def tiff(tags: list[tuple[int, int, int, int | bytes]], pixels: bytes = b"") -> bytes:
    """A little-endian TIFF of (tag, type, count, value); its pixels, if any, stand at its end.

    A value of -1 is replaced by the offset of the pixels.
    """
    values, entries = b"", b""
    start = 8 + 2 + 12 * len(tags) + 4
    end = start + sum(len(value) for *_, value in tags if isinstance(value, bytes))
    for tag, kind, count, value in sorted(tags):
        offset = start + len(values) if isinstance(value, bytes) else end if value == -1 else value
        values += value if isinstance(value, bytes) else b""
        entries += struct.pack("<HHLL", tag, kind, count, offset)
    return b"II*\0" + struct.pack("<LH", 8, len(tags)) + entries + bytes(4) + values + pixels


def grey_tiff(
    width: int, height: int, *more: tuple[int, int, int, int | bytes], pixels: bytes = b""
) -> bytes:
    """A TIFF of 8-bit grey with further tags: strips or tiles, and whatever else."""
    plain = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (262, 3, 1, 1), (277, 3, 1, 1)]
    return tiff([*plain, *more], pixels)


def tiff_of_one_tile(side: int) -> bytes:
    """A TIFF of 100 x 100 pixels in one tile of `side` x `side`."""
    packed = zlib.compress(bytes(side * side))
    tile = ((322, 4, 1, side), (323, 4, 1, side), (324, 4, 1, -1), (325, 4, 1, len(packed)))
    return grey_tiff(100, 100, (259, 3, 1, 8), *tile, pixels=packed)


def tiff_of_many_strips(count: int) -> bytes:
    """A TIFF of 100 x 100 pixels that names `count` strips."""
    strips = ((273, 3, count, b"\x08\x01" * count), (279, 4, 1, 100))
    return grey_tiff(100, 100, (259, 3, 1, 1), (278, 4, 1, 1), *strips)


def tiff_of_many_directories(count: int) -> bytes:
    """A TIFF of one pixel, `count` times: each directory leads to the next."""
    images = [Image.new("L", (1, 1))] * count
    return saved(images[0], "TIFF", save_all=True, append_images=images[1:])


def exif_of_fractions(count: int) -> bytes:
    """An EXIF block whose orientation is `count` fractions."""
    return tiff([(0x0112, 5, count, struct.pack("<II", 7, 9) * count)])


def webp_of_canvas(width: int, height: int) -> bytes:
    """An animated WebP of 8 x 8 pixels that says it has a canvas of another size."""
    frames = [Image.new("RGBA", (8, 8), colour) for colour in ("red", "blue")]
    plain = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    at = plain.find(b"VP8X") + 12
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return plain[:at] + size + plain[at + 6 :]


def animated(fmt: str, count: int) -> bytes:
    """A picture that moves: the first frame is red, the others are not."""
    frames = [Image.new("RGB", (8, 8), "red")]
    frames += [Image.new("RGB", (8, 8), (0, number % 256, 255 - number // 256)) for number in range(1, count)]
    return saved(frames[0], fmt, save_all=True, append_images=frames[1:])


def boxes(brand: bytes, *compatible: bytes) -> bytes:
    """The start of a file of ISO boxes: HEIC, AVIF or a video, with nothing in it."""
    body = brand + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + struct.pack(">I", 16) + b"meta" + bytes(8)

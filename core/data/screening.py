"""What a file's bytes say before a decoder sees them: its kind, and whether it is built to cost time.

Pillow checks none of this. Structure only is walked, and only up to the limits; damage is left for the
decoder to find, and what decoded pixels may cost is `core.data.images`'s.
"""

import re
import struct

from core.errors import PhotoError

MAX_SCANS = 50
"""Of one JPEG. Each goes over all pixels, up to 0.09 s for 50 million, from 75 bytes. Ten are usual."""
MAX_SEGMENTS = 5_000
"""Markers of one JPEG. The largest profile and extended XMP in 20 MB are 320."""
MAX_EXIF_SEGMENTS = 8
"""Pillow joins them one by one: a million and a half of one byte each took 30 s."""
MAX_CHUNKS = 50_000
"""Of one PNG: 20 MB in pieces of 400 bytes; libpng writes 8,192."""
MAX_PROFILES = 4
"""Of one PNG: each is unpacked, 1 MB from 1 kB; 19,000 of them took 42 s. The standard allows one."""
MAX_BLOCKS = 100_000
"""Of one GIF before its first picture; 9 million of one byte each took 760 MB."""
MAX_RUN_LENGTH_BYTES = 4 * 2**20
MAX_RUN_LENGTH_PIXELS = 4_000_000
"""Of one run-length encoded BMP, which Pillow decodes in Python: 50 million pixels took 6 s."""

_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_RUN_LENGTH = (1, 2)
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF = {b"avif", b"avis"}
_KINDS = (
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"PK\x03\x04", "a zip archive"),
    (b"8BPS", "a Photoshop document"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x1aE\xdf\xa3", "a video"),
)
_MARKUP = re.compile(rb"<(svg|!doctype html|html)\b", re.IGNORECASE)


def other_kind(data: bytes) -> str | None:
    """What a file is that no decoder here knows, in words such as "HEIC"; None where nothing tells."""
    if data[4:8] == b"ftyp":
        return _kind_of_box(data)
    for start, kind in _KINDS:
        if data.startswith(start):
            return kind
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and (markup := _MARKUP.search(data, 0, 4096)):
        return "SVG" if markup[1].lower() == b"svg" else "a web page"
    return None


def refuse_costly(data: bytes) -> None:
    """Refuse a file put together to take a decoder's time or memory.

    Raises:
        PhotoError: it is; the message names no file.
    """
    if data.startswith(b"\xff\xd8"):
        _check_jpeg(data)
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(data)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        _check_gif(data)
    elif data.startswith(b"BM"):
        _check_bmp(data)


def _kind_of_box(data: bytes) -> str | None:
    """Of a file of ISO boxes, by the brands that it names first."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF:
        return None
    return "HEIC, as phones save photos" if brands & _HEIC else "a video"


def _check_jpeg(data: bytes) -> None:
    scans = segments = exif = 0
    at = 2
    while found := _MARKER.search(data, at):
        marker, at = data[found.start() + 1], found.end()
        if marker == 0xD9:
            return
        segments += 1
        scans += marker == 0xDA
        exif += marker == 0xE1 and data.startswith(b"Exif\0\0", at + 2)
        _limit(scans, MAX_SCANS, "scans")
        _limit(segments, MAX_SEGMENTS, "segments")
        _limit(exif, MAX_EXIF_SEGMENTS, "blocks of EXIF")
        at += int.from_bytes(data[at : at + 2], "big")


def _check_png(data: bytes) -> None:
    chunks = profiles = 0
    at = 8
    while at + 8 <= len(data):
        kind = data[at + 4 : at + 8]
        if kind == b"IEND":
            return
        chunks += 1
        profiles += kind == b"iCCP"
        _limit(chunks, MAX_CHUNKS, "chunks")
        _limit(profiles, MAX_PROFILES, "colour profiles")
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _check_gif(data: bytes) -> None:
    flags = data[10] if len(data) > 10 else 0
    at = 13 + (3 << (flags % 8 + 1) if flags & 0x80 else 0)
    blocks = 0
    while at < len(data) and data[at] not in b",;":
        blocks += 1
        _limit(blocks, MAX_BLOCKS, "blocks before its picture")
        if data[at] != ord("!"):  # Pillow passes over what stands between blocks
            at += 1
            continue
        at += 2
        while at < len(data) and data[at]:
            blocks += 1
            _limit(blocks, MAX_BLOCKS, "blocks before its picture")
            at += data[at] + 1
        at += 1


def _check_bmp(data: bytes) -> None:
    if len(data) < 34 or int.from_bytes(data[30:34], "little") not in _RUN_LENGTH:
        return
    width, height = struct.unpack_from("<ii", data, 18)
    _limit(abs(width * height), MAX_RUN_LENGTH_PIXELS, "pixels in runs")
    _limit(len(data), MAX_RUN_LENGTH_BYTES, "bytes of runs")


def _limit(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise PhotoError(f"it has more than {limit:,} {what}, which no photo needs. Save it as JPEG.")

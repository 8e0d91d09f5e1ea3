"""The last record of a zip, which says where its directory lies: read first, and refused where it lies.

It is 22 bytes, so a zip of a hundred thousand entries is refused before one of them is read. The layout is
PKWARE's APPNOTE 6.3.10, sections 4.3.14 to 4.3.16. Nothing may stand before or behind the zip: what is a
picture and a zip at once is neither here.
"""

import io
import struct
from typing import BinaryIO, NamedTuple

from core.errors import DataError

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_FIRST, _SPANNED = b"PK\x03\x04", b"PK\x07\x08"
_END_BYTES, _END64_BYTES, _LOCATOR_BYTES = 22, 56, 20
_LONGEST_COMMENT = 2**16


class End(NamedTuple):
    """What the end of a zip says of its directory: entries, bytes, offset in the file."""

    entries: int
    size: int
    offset: int


def read_end(file: BinaryIO, name: str) -> End:
    """Where the directory of a zip is, when the file is one whole zip and nothing else.

    Args:
        name: what messages call the zip.

    Raises:
        DataError: it is empty, no zip, cut short, in several parts, or something else stands around it.
    """
    length = file.seek(0, io.SEEK_END)
    tail_at = max(0, length - _END_BYTES - _LONGEST_COMMENT)
    head, tail = _at(file, 0, 4), _at(file, tail_at, _END_BYTES + _LONGEST_COMMENT)
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < _END_BYTES:
        raise DataError(_no_zip(head, length, name))
    place = tail_at + found
    _, disk, first_disk, here, entries, size, offset, comment = struct.unpack_from("<4s4H2LH", tail, found)
    if place + _END_BYTES + comment != length:
        raise DataError(
            f"{name} has {length - place - _END_BYTES - comment:,} bytes behind its end. "
            "Make the zip again, or copy it again."
        )
    start = place
    if (locator := _at(file, place - _LOCATOR_BYTES, _LOCATOR_BYTES)).startswith(_LOCATOR64):
        start = place - _LOCATOR_BYTES - _END64_BYTES
        disk, first_disk, here, entries, size, offset = _read64(file, start, locator, name)
    if disk or first_disk or here != entries or head == _SPANNED:
        raise DataError(f"{name} is one part of a zip in several. Make it one file.")
    if offset + size != start or (entries and head != _FIRST):
        raise DataError(
            f"{name} is a zip with something before it or within it ({start - offset - size:,} bytes that no "
            "entry has). Make the zip again."
        )
    return End(entries, size, offset)


def _read64(file: BinaryIO, start: int, locator: bytes, name: str) -> tuple[int, int, int, int, int, int]:
    """The same fields of a zip64, with more digits."""
    record = _at(file, start, _END64_BYTES)
    if len(record) < _END64_BYTES or not record.startswith(_END64):
        raise DataError(f"The zip64 end of {name} is damaged. Make the zip again, or copy it again.")
    disks = struct.unpack("<4sLQL", locator)[3]
    disk, first_disk, here, entries, size, offset = struct.unpack_from("<2L4Q", record, 16)
    return disk or disks > 1, first_disk, here, entries, size, offset


def _at(file: BinaryIO, place: int, count: int) -> bytes:
    if place < 0:
        return b""
    file.seek(place)
    return file.read(count)


def _no_zip(head: bytes, length: int, name: str) -> str:
    if not length:
        return f"{name} is empty (0 bytes). Choose the zip again."
    if head in (_FIRST, _SPANNED):
        return f"{name} is cut short: its end is missing after {length:,} bytes. Copy it again."
    return f"{name} is no zip (it begins with {head!r}). Pack the folder as a zip."

"""Zips made in memory, good ones and such as no honest program writes, for the tests of uploads."""

import struct
import warnings
import zipfile
import zlib
from io import BytesIO

from PIL import Image

UTF8, ENCRYPTED = 0x800, 0x1
_END = b"PK\x05\x06"


def picture(level: int = 120, size: tuple[int, int] = (8, 10)) -> bytes:
    """A small picture in one grey."""
    buffer = BytesIO()
    Image.new("RGB", size, (level, level, level)).save(buffer, "PNG")
    return buffer.getvalue()


def zip_of(
    entries: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of these entries in this order; names go in as they are, twice if they stand there twice."""
    buffer = BytesIO()
    pairs = entries.items() if isinstance(entries, dict) else entries
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # of names that come twice
        for name, content in pairs:
            archive.writestr(name, content)
    return buffer.getvalue()


def class_folders(each: int = 12, top: str = "") -> bytes:
    """A zip of `men/` and `women/`, all pictures different."""
    return zip_of(
        {
            f"{top}{name}/{i:03d}.png": picture(20 * place + 2 * i + 100 * place)
            for place, name in enumerate(("men", "women"))
            for i in range(each)
        }
    )


def with_kind(mode: int, name: str = "men/link.png", content: bytes = b"/etc/passwd") -> bytes:
    """A good zip with one entry more, of another kind than a file: `mode` as in `stat`, such as S_IFLNK."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (mode | 0o777) << 16
    return zip_of([("men/a.png", picture()), ("women/a.png", picture(9)), (info, content)])


def renamed(old: str, new: str, content: bytes) -> bytes:
    """The zip with an entry's name replaced byte by byte, in both headers; the two have one length."""
    assert len(old.encode()) == len(new.encode()) and old.encode() in content
    return content.replace(old.encode(), new.encode())


def patched(
    content: bytes, *, directory: int, value: int, local: int | None = None, form: str = "<H"
) -> bytes:
    """The zip with a field of its first entry changed: in the directory, and in the local header if given."""
    data = bytearray(content)
    struct.pack_into(form, data, data.index(b"PK\x01\x02") + directory, value)
    if local is not None:
        struct.pack_into(form, data, local, value)
    return bytes(data)


def encrypted() -> bytes:
    """A zip whose first entry says that it is encrypted."""
    return patched(class_folders(), directory=8, local=6, value=ENCRYPTED)


def of_method(method: int) -> bytes:
    """A zip whose first entry says that it is packed by another method."""
    return patched(class_folders(), directory=10, local=8, value=method)


def wrong_checksum() -> bytes:
    """A zip in which one byte of a stored picture was changed."""
    content = bytearray(
        zip_of({"men/a.png": picture(), "women/b.png": picture(9)}, method=zipfile.ZIP_STORED)
    )
    content[60] ^= 0xFF
    return bytes(content)


def lying_size(size: int) -> bytes:
    """A zip whose first entry announces another size than it unpacks to."""
    return patched(class_folders(), directory=24, local=22, value=size, form="<L")


def bomb(size: int = 64 * 2**20, name: str = "men/zeros.bmp") -> bytes:
    """A zip with an entry of zeros."""
    return zip_of({"men/a.png": picture(), "women/b.png": picture(9), name: bytes(size)})


def quilted_bomb(copies: int = 50, size: int = 3 * 2**18) -> bytes:
    """A zip whose entries all have the same bytes for their content, as in Fifield's bombs."""
    return _with_directory(
        [(f"men/{i:03d}.png", 0) for i in range(copies)], _local("men/000.png", bytes(size))
    )


def crossing() -> bytes:
    """A zip whose second entry begins in the middle of the first."""
    inner = _local("women/b.png", picture(9))
    outer = _local("men/a.png", inner)
    return _with_directory([("men/a.png", 0), ("women/b.png", len(outer) - len(inner))], outer)


def many_entries(count: int = 100_000) -> bytes:
    """A zip of so many empty entries."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for i in range(count):
            archive.writestr(zipfile.ZipInfo(f"men/{i:06d}.png"), b"")
    return buffer.getvalue()


def lying_count(content: bytes, count: int = 3) -> bytes:
    """The zip announcing another number of entries than its directory has."""
    data = bytearray(content)
    struct.pack_into("<HH", data, data.rindex(_END) + 8, count, count)
    return bytes(data)


def spanned() -> bytes:
    """The last part of a zip in two parts."""
    data = bytearray(class_folders())
    struct.pack_into("<HH", data, data.rindex(_END) + 4, 1, 1)
    return bytes(data)


def zip64() -> bytes:
    """A good zip with the large directory's end that zips of many gigabytes have."""
    content = class_folders()
    place = content.rindex(_END)
    count, size, offset = struct.unpack_from("<10xHLL", content, place)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
    end = struct.pack("<4s4H2LH", _END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return content[:place] + record + locator + end


def _local(name: str, content: bytes) -> bytes:
    """A local header and a stored content."""
    checksum, size = zlib.crc32(content), len(content)
    header = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, checksum, size, size, len(name), 0)
    return header + name.encode() + content


def _with_directory(entries: list[tuple[str, int]], body: bytes) -> bytes:
    """A body with a directory that has entries where it is told, whatever lies there."""
    directory = b""
    for name, offset in entries:
        checksum, size = struct.unpack_from("<LL", body, offset + 14)
        fields = (20, 20, 0, 0, 0, 33, checksum, size, size, len(name), 0, 0, 0, 0, 0, offset)
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *fields) + name.encode()
    end = struct.pack("<4s4H2LH", _END, 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + end

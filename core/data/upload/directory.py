"""The directory of a zip, checked before anything is unpacked: kinds, sizes, ratios, overlaps, names.

Only what stands in the directory and in the entries' own headers is looked at. That the contents are as
announced is checked while they are unpacked (`core.data.upload.unpacking`).
"""

import stat
import struct
import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from core.data.upload.end_record import read_end
from core.data.upload.entry_names import Named, is_archive, is_image, named, quoted, refuse_twins
from core.data.upload.limits import (
    DIRECTORY_BYTES_AN_ENTRY,
    MAX_ENTRY_BYTES,
    MAX_RATIO,
    MAX_RATIO_IN_ALL,
    SMALL_BYTES,
    UploadLimits,
)
from core.errors import DataError

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""bzip2 and LZMA blow up a few bytes to many megabytes in one step, and hardly any program writes them."""
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_HEADER = struct.Struct("<4s22x2H")
_HEADER_SIGNATURE = b"PK\x03\x04"
_KINDS = {stat.S_IFLNK: "a symbolic link", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


def open_zip(file: BinaryIO, name: str, limits: UploadLimits) -> zipfile.ZipFile:
    """The zip with its directory read, when that is of a size to be read.

    Raises:
        DataError: no zip, not whole, or too large; see `read_end`.
    """
    end = read_end(file, name)
    length = file.seek(0, 2)
    if length > limits.max_bytes:
        raise DataError(
            f"{name} has {length:,} bytes; the limit is {limits.max_bytes:,}. "
            "Make it smaller, or set LINEAMENT_MAX_DATASET_BYTES."
        )
    if end.entries > limits.max_entries or end.size > limits.max_entries * DIRECTORY_BYTES_AN_ENTRY:
        raise DataError(
            f"{name} announces {end.entries:,} entries in a directory of {end.size:,} bytes; "
            f"the limit is {limits.max_entries:,} entries. "
            "Take out what is no image or table, or set LINEAMENT_MAX_DATASET_IMAGES."
        )
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError, struct.error) as error:
        raise DataError(
            f"The directory of {name} cannot be read ({error}). Make or copy the zip again."
        ) from error
    if len(archive.infolist()) != end.entries:
        raise DataError(
            f"{name} announces {end.entries:,} entries and lists {len(archive.infolist()):,}. Make it again."
        )
    return archive


def checked_entries(archive: zipfile.ZipFile, file: BinaryIO, name: str, limits: UploadLimits) -> list[Named]:
    """Every entry with its path, when each can be unpacked by what its headers say.

    Raises:
        DataError: one cannot, or all together cannot; the message names the entry.
    """
    entries = [named(info) for info in archive.infolist()]
    for entry in entries:
        _refuse_kind(entry)
        _refuse_size(entry)
    refuse_twins(entries)
    _refuse_overlap(entries, file, archive.start_dir)
    _refuse_in_all(entries, name, limits)
    return entries


def _refuse_kind(entry: Named) -> None:
    info = entry.info
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = _KINDS.get(kind, "a device")
        raise DataError(f"The entry {quoted(entry.path)} is {what}, not a file. Make the zip without it.")
    if info.flag_bits & _ENCRYPTED:
        raise DataError(
            f"The entry {quoted(entry.path)} is encrypted. Make the zip again without a password."
        )
    if info.compress_type not in METHODS:
        raise DataError(
            f"The entry {quoted(entry.path)} is packed by method {info.compress_type}; "
            "only 0 (stored) and 8 (deflate) are read. Make the zip with ordinary compression."
        )


def _refuse_size(entry: Named) -> None:
    size, packed = entry.info.file_size, entry.info.compress_size
    if size > MAX_ENTRY_BYTES:
        raise DataError(
            f"The entry {quoted(entry.path)} unpacks to {size:,} bytes; the limit of one is "
            f"{MAX_ENTRY_BYTES:,}. Take it out."
        )
    if size > SMALL_BYTES and size > MAX_RATIO * packed:
        raise DataError(
            f"The entry {quoted(entry.path)} unpacks to {size:,} bytes from {packed:,}, more than "
            f"{MAX_RATIO} times as many: a zip bomb, or no photo. Take it out."
        )


def _refuse_overlap(entries: Sequence[Named], file: BinaryIO, directory: int) -> None:
    """Entries that share bytes are how a small zip unpacks to a large one without a striking ratio."""
    before, end = "", 0
    for entry in sorted(entries, key=lambda entry: entry.info.header_offset):
        start = entry.info.header_offset
        if start < end:
            raise DataError(
                f"The entries {quoted(before)} and {quoted(entry.path)} share bytes: a zip bomb. "
                "Make the zip again."
            )
        file.seek(start)
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size or not header.startswith(_HEADER_SIGNATURE):
            raise DataError(f"The entry {quoted(entry.path)} is not where the zip says. Copy the zip again.")
        _, name_bytes, extra_bytes = _HEADER.unpack(header)
        end = start + _HEADER.size + name_bytes + extra_bytes + entry.info.compress_size
        if end > directory:
            raise DataError(f"The entry {quoted(entry.path)} runs past its end. Copy the zip again.")
        before = entry.path


def _refuse_in_all(entries: Sequence[Named], name: str, limits: UploadLimits) -> None:
    size = sum(entry.info.file_size for entry in entries)
    packed = sum(entry.info.compress_size for entry in entries)
    largest = max(entries, key=lambda entry: entry.info.file_size, default=None)
    if size > limits.max_bytes:
        raise DataError(
            f"{name} unpacks to {size:,} bytes, the largest entry being {quoted(largest.path)}; the limit is "
            f"{limits.max_bytes:,}. Make it smaller, or set LINEAMENT_MAX_DATASET_BYTES."
        )
    if size > SMALL_BYTES and size > MAX_RATIO_IN_ALL * packed:
        raise DataError(
            f"{name} unpacks to {size:,} bytes from {packed:,}, more than {MAX_RATIO_IN_ALL} times as many, "
            f"the largest entry being {quoted(largest.path)}: a zip bomb, or no photos. Choose another."
        )
    images = [entry for entry in entries if is_image(entry.path) and not entry.info.is_dir()]
    if len(images) > limits.max_images:
        raise DataError(
            f"{name} has {len(images):,} images; the limit is {limits.max_images:,} and ends before "
            f"{quoted(images[limits.max_images].path)}. Add a folder instead, or set "
            "LINEAMENT_MAX_DATASET_IMAGES."
        )
    if not images:
        raise DataError(_no_images(entries, name))


def _no_images(entries: Sequence[Named], name: str) -> str:
    files = [entry.path for entry in entries if not entry.info.is_dir()]
    if not files:
        return f"{name} has no files in it (0). Pack a folder with images."
    nested = next((path for path in files if is_archive(path)), None)
    if nested:
        return f"{name} has no images, but the archive {quoted(nested)}. Unpack that and pack its images."
    return f"{name} has no images among its {len(files):,} files, such as {quoted(files[0])}. Add images."

"""A zip's images and tables become files in a folder; what else it holds is counted and left out.

Nothing is unpacked by the zip's own word: sizes are counted as bytes come, names were checked before
(`core.data.upload.directory`), files are new ones with rights of our own.
"""

import os
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from core.data.dataset import Problem, Progress
from core.data.readers.listing import some
from core.data.upload.directory import checked_entries, open_zip
from core.data.upload.entry_names import (
    Named,
    is_archive,
    is_image,
    is_passed_over,
    is_table,
    quoted,
    without_top,
)
from core.data.upload.limits import SHOWN_PROBLEMS, UploadLimits
from core.errors import DataError, DiskFullError

_PIECE = 2**20
_BATCH = 200
"""Entries between two reports of progress."""


def unpack(
    file: BinaryIO, name: str, folder: Path, limits: UploadLimits, *, on_progress: Progress | None = None
) -> tuple[Problem, ...]:
    """Unpack the images and tables of a zip into `folder`, which is empty.

    One folder around everything is stepped into. Hidden files and `__MACOSX` are passed over in silence.

    Args:
        file: the zip; seekable.
        name: what messages call it.
        on_progress: called with (entries unpacked, entries in all).

    Returns:
        What was left out.

    Raises:
        DataError: the zip is refused; the message names the entry. `folder` may hold some files by then.
        DiskFullError: the disk has no room for what it unpacks to.
    """
    with open_zip(file, name, limits) as archive:
        entries = checked_entries(archive, file, name, limits)
        files = [entry for entry in entries if not entry.info.is_dir() and not is_passed_over(entry.path)]
        files = without_top(files)
        wanted = [entry for entry in files if is_image(entry.path) or is_table(entry.path)]
        if not any(is_image(entry.path) for entry in wanted):
            raise DataError(
                f"All images of {name} are hidden, such as {quoted(entries[0].path)}. Rename them."
            )
        _refuse_full_disk(wanted, folder, limits)
        for number, entry in enumerate(wanted):
            if on_progress and number % _BATCH == 0:
                on_progress(number, len(wanted))
            _write(archive, entry, folder)
    return tuple(_left_out(files))


def _write(archive: zipfile.ZipFile, entry: Named, folder: Path) -> None:
    path = folder / entry.path
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    try:
        with archive.open(entry.info) as source, path.open("xb") as target:
            while piece := source.read(_PIECE):
                count += len(piece)
                target.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise DataError(
            f"The entry {quoted(entry.path)} is damaged ({error}). Copy the zip again."
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(f"The entry {quoted(entry.path)} has two names. Make the zip again.") from error
    if count != entry.info.file_size:
        raise DataError(
            f"The entry {quoted(entry.path)} announces {entry.info.file_size:,} bytes and has {count:,}. "
            "Copy the zip again."
        )


def _refuse_full_disk(entries: list[Named], folder: Path, limits: UploadLimits) -> None:
    block = os.statvfs(folder).f_frsize
    needed = sum(-(-entry.info.file_size // block) * block for entry in entries)
    free = shutil.disk_usage(folder).free
    if free - needed < limits.min_free_bytes:
        raise DiskFullError(
            f"The data set needs {needed:,} bytes of disk and {free:,} are free, of which "
            f"{limits.min_free_bytes:,} stay untouched. Free some, or lower LINEAMENT_MIN_FREE_BYTES."
        )


def _left_out(files: list[Named]) -> list[Problem]:
    archives = tuple(entry.path for entry in files if is_archive(entry.path))
    others = tuple(
        entry.path
        for entry in files
        if not (is_archive(entry.path) or is_image(entry.path) or is_table(entry.path))
    )
    found = []
    if archives:
        names = some(map(quoted, archives), SHOWN_PROBLEMS)
        message = f"Archives in the zip, left out: {len(archives):,} ({names}). Unpack them to use them."
        found.append(Problem("archives", message, archives))
    if others:
        names = some(map(quoted, others), SHOWN_PROBLEMS)
        message = f"Files that are neither image nor table, left out: {len(others):,} ({names})."
        found.append(Problem("other_files", message, others))
    return found

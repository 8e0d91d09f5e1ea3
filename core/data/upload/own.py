"""The life of a data set that came as a zip: staged, looked at, kept or discarded, deleted.

It lies in `artifacts/datasets/own/<id>/` from the moment it is unpacked, whole or not at all: unpacked into a
folder beside it, then renamed. Until somebody keeps it, a file `.staged` marks it; what nobody keeps goes
with the first upload a day later. Whether a run still trains on it is for the caller to say.
"""

import contextlib
import re
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from core.access import Access, Act
from core.atomic import sync_folder, write_bytes
from core.data.readers.mapped import read_mapped
from core.data.readers.mapping import Mapping, write_mapping
from core.data.removal import GONE, remove_folder
from core.data.shown_name import shown_name
from core.data.sources import ID_PATTERN, Source, forget, get_source, own_folder, register_own
from core.data.upload.contents import Contents, look
from core.data.upload.limits import UploadLimits
from core.data.upload.unpacking import unpack
from core.errors import DataError
from core.settings import Settings

STAGED = ".staged"
STALE_SECONDS = 24 * 3600
MAX_NAME = 60
"""Characters of a data set's name."""
_DRAFT = ".new-"
_SLUG = 40

Told = Callable[[str, int, int], None]
"""Called as work goes on with what is being done, how much is done, and how much there is."""


def stage(
    file: BinaryIO, name: str, settings: Settings, *, on_progress: Told | None = None
) -> tuple[str, Contents]:
    """Unpack a zip and look at all of it; the id it will be kept by, and what is in it.

    Args:
        file: the zip, seekable.
        name: what it is called; the last part of it is used.

    Raises:
        DataError: the zip is refused, or nothing in it can be used. Nothing is left on the disk.
        DiskFullError: there is no room for it.
        NotAllowedError: in a demo.
    """
    Access.of(settings).check(Act.ADD_DATA)
    sweep(settings)
    name = shown_name(name)
    own_id = f"own-{_slug(name)}-{secrets.token_hex(4)}"
    root = own_folder(own_id, settings)
    draft = root.with_name(f"{_DRAFT}{own_id}")
    draft.mkdir(parents=True)
    try:
        limits = UploadLimits.from_settings(settings)
        left_out = unpack(file, name, draft, limits, on_progress=_saying(on_progress, "Unpacking"))
        write_bytes(draft / STAGED, b"")
        draft.rename(root)
        sync_folder(root.parent)
        decoding = _saying(on_progress, "Decoding every image")
        return own_id, look(root, settings, left_out=left_out, on_progress=decoding)
    except BaseException:
        # Whoever stops it, a refusal or a closed page: nothing half done stays.
        shutil.rmtree(draft, ignore_errors=True)
        remove_folder(root, settings)
        raise


def staged(own_id: str, settings: Settings) -> Path:
    """The folder of a staged data set.

    Raises:
        DataError: the id is none, or what it named was kept, discarded, or swept away.
    """
    root = own_folder(_checked(own_id), settings)
    if not (root / STAGED).is_file():
        raise DataError(f"The upload {own_id!r} is not there any more. Upload the zip again.")
    return root


def try_mapping(own_id: str, mapping: Mapping, settings: Settings) -> Contents:
    """Lay a mapping beside a staged data set, if it opens by it, and look again.

    Raises:
        DataError: as `staged`, or the data set does not open by it.
    """
    root = staged(own_id, settings)
    read_mapped(root, mapping)
    write_mapping(root, mapping)
    return look(root, settings)


def keep(own_id: str, name: str, settings: Settings) -> Source:
    """Make a staged data set one of the host's sources.

    Raises:
        DataError: as `staged`, the name is blank or too long, or it does not open as it is.
    """
    root = staged(own_id, settings)
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise DataError(f"The name has {len(name)} characters. Give it 1 to {MAX_NAME}.")
    found = look(root, settings)
    if found.dataset is None:
        raise DataError(found.trouble)
    source = register_own(own_id, name, settings)
    (root / STAGED).unlink()
    return source


def discard(own_id: str, settings: Settings) -> None:
    """Delete a staged data set; one that is gone already, or what is no id, is no trouble."""
    with contextlib.suppress(DataError):
        remove_folder(staged(own_id, settings), settings)


def delete_own(own_id: str, settings: Settings) -> None:
    """Delete a kept data set with all its files; there is no way back.

    Raises:
        DataError: no data set of one's own has this id. A folder that was added is never deleted.
    """
    source = get_source(own_id, settings)
    if not source.own:
        raise DataError(
            f"{source.name} ({own_id!r}) was not uploaded, so its files stay. "
            "Take it off the list with `dataset forget`."
        )
    forget(own_id, settings)
    remove_folder(source.path, settings)


def sweep(settings: Settings, now: float | None = None) -> None:
    """Delete what was staged more than a day ago and never kept, and what a killed process left behind."""
    home = settings.datasets / "own"
    oldest = (time.time() if now is None else now) - STALE_SECONDS
    for path in home.iterdir() if home.is_dir() else ():
        is_left = path.name.startswith((_DRAFT, GONE)) or (path / STAGED).is_file()
        with contextlib.suppress(FileNotFoundError):
            if is_left and not path.is_symlink() and path.stat().st_mtime < oldest:
                remove_folder(path, settings)


def _checked(own_id: str) -> str:
    if not ID_PATTERN.fullmatch(own_id):
        raise DataError(f"{own_id[:80]!r} is no id of a data set. Choose one from the list.")
    return own_id


def _slug(name: str) -> str:
    stem = name.removesuffix(".zip").lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:_SLUG].rstrip("-") or "faces"


def _saying(told: Told | None, words: str) -> Callable[[int, int], None] | None:
    return (lambda done, total: told(words, done, total)) if told else None

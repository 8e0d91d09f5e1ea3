"""Deletes a finished download; one that was written elsewhere with `--out` is its owner's and stays."""

import shutil

from core.data.download.request import work_folder
from core.data.download.result import read_record
from core.data.removal import remove_folder
from core.data.sources import Source, forget, get_source
from core.errors import DataError
from core.settings import Settings


def is_download(source: Source, settings: Settings) -> bool:
    """Whether a source is a finished download that lies where the product keeps its own things."""
    path = source.path
    if path is None or source.own or path.parent != settings.datasets.resolve():
        return False
    return read_record(path) is not None


def delete_download(source_id: str, settings: Settings) -> None:
    """Delete a finished download with all its files, and take it off the list.

    Raises:
        DataError: no source has this id, or it is no download of ours.
        NotAllowedError: in a demo.
        OSError: its folder cannot be moved.
    """
    source = get_source(source_id, settings)
    if not is_download(source, settings):
        raise DataError(
            f"{source.name} ({source_id!r}) was not downloaded to {settings.datasets}, so its files stay. "
            "Take it off the list with `dataset forget`."
        )
    forget(source_id, settings)
    remove_folder(source.path, settings)
    # Where the download died at its very end, its work folder would now pass for one that broke off.
    shutil.rmtree(work_folder(source.path), ignore_errors=True)

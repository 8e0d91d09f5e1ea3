"""Data sets whose files are the product's own, and so can be deleted by it: uploads and downloads.

A folder that was added is its owner's: it is only taken off the list. Whether a run still trains on a data
set is for the caller to say.
"""

from core.data.download.delete import delete_download, is_download
from core.data.sources import Source, get_source
from core.data.upload import delete_own
from core.data.upload.contents import size_of
from core.settings import Settings


def is_ours(source: Source, settings: Settings) -> bool:
    """Whether deleting a source deletes its files."""
    return source.own or is_download(source, settings)


def bytes_of(source: Source) -> int:
    """Bytes of all files of one of ours; looking at 40,000 takes a third of a second."""
    return size_of(source.path)


def delete_ours(source_id: str, settings: Settings) -> None:
    """Delete an upload or a download with all its files; there is no way back.

    Raises:
        DataError: no source has this id, or its files are not ours.
        NotAllowedError: in a demo.
        OSError: its folder cannot be moved.
    """
    if get_source(source_id, settings).own:
        delete_own(source_id, settings)
    else:
        delete_download(source_id, settings)

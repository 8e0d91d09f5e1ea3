"""A folder such as a finished download leaves, made without one."""

from pathlib import Path

from core.data.download.licence import LICENCE
from core.data.download.result import DownloadRecord, write_record
from core.data.sources import Source, register_folder
from core.settings import Settings
from tests.faces import make_celeba


def downloaded(folder: Path, settings: Settings) -> Source:
    """A finished download of tiny faces, on the list."""
    make_celeba(folder, n=12)
    write_record(
        folder,
        DownloadRecord(
            licence=LICENCE.name,
            licence_url=LICENCE.url,
            accepted_at="2026-01-01T00:00:00+00:00",
            repository="somebody/faces",
            folder="f",
            revision="main",
            commit="c0ffee",
            asked=12,
            images=12,
            left_out=(),
            fetched_bytes=1,
            whole_shards=1,
            row_groups=0,
            sizes={},
        ),
    )
    return register_folder(folder, settings)

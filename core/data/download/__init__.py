"""CelebA, fetched from a data set repository of the Hugging Face hub and written as a CelebA folder.

`download` is the whole of it. What one accepts first is `LICENCE`; what is wanted is a `DownloadRequest`.
Who starts it, in which process, and how a page follows it is `core.jobs.download`'s.
"""

from core.data.download.celeba import download
from core.data.download.licence import LICENCE
from core.data.download.progress import DownloadState, read_state
from core.data.download.request import CELEBA_IMAGES, DEFAULT_IMAGES, DownloadRequest
from core.data.download.result import MARK, DownloadRecord, read_record

__all__ = [
    "CELEBA_IMAGES",
    "DEFAULT_IMAGES",
    "LICENCE",
    "MARK",
    "DownloadRecord",
    "DownloadRequest",
    "DownloadState",
    "download",
    "read_record",
    "read_state",
]

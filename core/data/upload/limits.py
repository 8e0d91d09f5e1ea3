"""What a zip may cost: its own size, what it unpacks to, how many entries, how hard they are squeezed.

A host turns the first two (`max_dataset_bytes`, `max_dataset_images`); the rest is far above what any
program that makes zips writes.
"""

from dataclasses import dataclass

from core.settings import Settings

ENTRIES_AN_IMAGE = 2
"""Zips made on a Mac have a hidden `__MACOSX/._x` beside every file."""
SPARE_ENTRIES = 1_000
"""Tables, folders, a licence, hidden files."""
MAX_ENTRY_BYTES = 256 * 2**20
"""Of one entry, unpacked: a csv of 40 labels for a million images has 120 MB. Decoding limits images."""
MAX_RATIO = 200
"""Unpacked over packed, of one entry. Deflate can reach 1,032, which only a bomb or a blank picture does."""
MAX_RATIO_IN_ALL = 100
SMALL_BYTES = 2**20
"""Unpacked; below this no ratio does harm."""
DIRECTORY_BYTES_AN_ENTRY = 1_024
"""Of the central directory, on average: its fixed part is 46, names are at most 255 a part."""
MAX_NAME_BYTES = 255
"""Of one part of a path, in UTF-8: what file systems take."""
MAX_PATH_BYTES = 1_024
MAX_DEPTH = 8
"""Folders within folders."""
SHOWN_PROBLEMS = 5
"""Names in one sentence."""


@dataclass(frozen=True)
class UploadLimits:
    """The limits of one host.

    Attributes:
        max_bytes: of the zip, and of all that it unpacks to.
        max_images: image files in it.
        min_free_bytes: free disk that unpacking leaves untouched.
    """

    max_bytes: int
    max_images: int
    min_free_bytes: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "UploadLimits":
        """The host's limits."""
        return cls(settings.max_dataset_bytes, settings.max_dataset_images, settings.min_free_bytes)

    @property
    def max_entries(self) -> int:
        """Entries of any kind: images, tables, folders, hidden files."""
        return ENTRIES_AN_IMAGE * self.max_images + SPARE_ENTRIES

"""A folder as a zip whose bytes follow from its content: names in order, one date for all, nothing squeezed.

Weights hardly get smaller by compressing, and the pictures are compressed already.
"""

import zipfile
from pathlib import Path
from typing import BinaryIO

DATE = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can hold."""
READABLE = 0o644 << 16


def pack(folder: Path, top: str, file: BinaryIO) -> None:
    """Write all files under `folder` into the open `file` as a zip, within one folder named `top`."""
    with zipfile.ZipFile(file, "w") as bundle:
        for path in sorted(found for found in folder.rglob("*") if found.is_file()):
            write_entry(bundle, f"{top}/{path.relative_to(folder).as_posix()}", path.read_bytes())


def write_entry(bundle: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file to an open zip, with the date and rights that all have."""
    entry = zipfile.ZipInfo(name, DATE)
    entry.external_attr = READABLE
    bundle.writestr(entry, content)

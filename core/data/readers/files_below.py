"""The image files anywhere below a folder, and which of them a table's cell means.

A cell is text from a stranger: it is looked up among files that are there, and never becomes a path itself.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from unicodedata import normalize

from core.data.readers.listing import image_names, subfolders

SEVERAL = ""
"""Stands for a name that more than one file has."""
MAX_DEPTH = 8


def images_below(root: Path) -> list[str]:
    """Paths of all image files below `root`, relative, sorted folder by folder; hidden ones are left out."""
    found: list[str] = []
    _collect(root, "", found, MAX_DEPTH)
    return found


def tables_below(root: Path, suffixes: tuple[str, ...] = (".csv", ".tsv", ".txt")) -> list[str]:
    """Paths of the tables in `root` and its folders, relative; those nearest to `root` first."""
    found: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        place = Path(folder).relative_to(root)
        tables = [name for name in names if name[0] != "." and name.lower().endswith(suffixes)]
        found += [(place / name).as_posix() for name in tables]
    return sorted(found, key=lambda path: (path.count("/"), not path.lower().endswith(".csv"), path))


class FilesBelow:
    """Finds a file by its path, by its name alone, or by its name without ending; accents either way."""

    def __init__(self, paths: Iterable[str]):
        self._known: dict[str, str] = {}
        paths = list(paths)
        for shorten in (_whole, _last, _stem):
            layer: dict[str, str] = {}
            for path in paths:
                key = normalize("NFC", shorten(path))
                layer[key] = SEVERAL if key in layer else path
            # What a longer form means is never taken over by a shorter one.
            self._known = layer | self._known

    def find(self, cell: str) -> str | None:
        """The path of the file that a cell means; SEVERAL when it fits several; None when it fits none."""
        wanted = normalize("NFC", cell.strip()).replace("\\", "/").removeprefix("./")
        found = self._known.get(wanted)
        return self._known.get(_last(wanted)) if found is None and "/" in wanted else found

    def has(self, cell: str) -> bool:
        """Whether a cell means one file."""
        return bool(self.find(cell))


def _collect(root: Path, place: str, found: list[str], depth: int) -> None:
    folder = root / place
    prefix = f"{place}/" if place else ""
    found += [f"{prefix}{name}" for name in image_names(folder)]
    if depth:
        for name in subfolders(folder):
            _collect(root, f"{prefix}{name}", found, depth - 1)


def _whole(path: str) -> str:
    return path


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    return _last(path).rpartition(".")[0]

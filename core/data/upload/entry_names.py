"""The names in a zip: which are refused, which are passed over, and what each is called when unpacked.

A name is text from a stranger. It becomes a path only when every part of it is a plain file name.
"""

import re
import zipfile
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import category, normalize

from core.data.readers.listing import IMAGE_SUFFIXES
from core.data.shown_name import shown_name
from core.data.upload.limits import MAX_DEPTH, MAX_NAME_BYTES, MAX_PATH_BYTES
from core.errors import DataError

TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
ARCHIVE_SUFFIXES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar")
_UTF8_FLAG = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_SHOWN = 120


class Named(NamedTuple):
    """One entry with the path that it is unpacked to, relative, with `/` between its parts."""

    info: zipfile.ZipInfo
    path: str


def named(info: zipfile.ZipInfo) -> Named:
    """An entry with its path.

    Raises:
        DataError: the name is no path below a folder; the message shows it.
    """
    name = _decoded(info)
    trouble = _trouble(name.removesuffix("/"))
    if trouble:
        raise DataError(f"The entry {quoted(name)} {trouble}. Make the zip again without it.")
    return Named(info, normalize("NFC", name.removesuffix("/")))


def quoted(name: str) -> str:
    """An entry's whole name for a message: signs without a shape spelt out, a long one cut."""
    text = ascii(name) if any(category(sign)[0] == "C" for sign in name) else repr(name)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:80]}…{text[-30:]}"


def is_passed_over(path: str) -> bool:
    """Whether an entry is a system's own: hidden, or in `__MACOSX`."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def is_image(path: str) -> bool:
    """Whether a name ends like an image's."""
    return path.lower().endswith(IMAGE_SUFFIXES)


def is_table(path: str) -> bool:
    """Whether a name ends like a table's."""
    return path.lower().endswith(TABLE_SUFFIXES)


def is_archive(path: str) -> bool:
    """Whether a name ends like that of another archive."""
    return path.lower().endswith(ARCHIVE_SUFFIXES)


def refuse_twins(entries: Iterable[Named]) -> None:
    """Refuse names that one file system or another takes for the same, and a file that is a folder too.

    Raises:
        DataError: two such entries.
    """
    spelt: dict[str, str] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for entry in entries:
        parts = entry.path.split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            key = _folded(path)
            is_file = depth == len(parts) and not entry.info.is_dir()
            if key in files or (is_file and key in folders) or spelt.setdefault(key, path) != path:
                raise DataError(
                    f"The entries {quoted(spelt.get(key, path))} and {quoted(entry.path)} have one name on "
                    "some computers. Rename one and make the zip again."
                )
            (files if is_file else folders).add(key)


def without_top(entries: list[Named]) -> list[Named]:
    """The entries without the folders that are around everything: most zips are made of one folder."""
    while entries:
        tops = {entry.path.partition("/")[0] for entry in entries}
        if len(tops) > 1 or any("/" not in entry.path for entry in entries):
            break
        entries = [Named(entry.info, entry.path.partition("/")[2]) for entry in entries]
    return entries


def shown(path: str) -> str:
    """The last part of a path as it may be shown."""
    return shown_name(path)


def _decoded(info: zipfile.ZipInfo) -> str:
    """The whole name: programs on a Mac and on Linux write UTF-8 without saying so."""
    # `filename` ends at a NUL; `orig_filename` has all that stands in the zip.
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeDecodeError:
        return name


def _trouble(name: str) -> str:
    """What is wrong with a name, as the end of a sentence; "" when nothing is."""
    if any(category(sign) in ("Cc", "Cs") for sign in name):
        return "has a control character in its name"
    if "\\" in name:
        return "has a backslash in its name"
    if name.startswith("/") or _DRIVE.match(name):
        return "is an absolute path"
    parts = name.split("/")
    if ".." in parts:
        return "leads out of the zip with '..'"
    if "" in parts or "." in parts:
        return "has a part without a name"
    if len(parts) > MAX_DEPTH:
        return f"lies {len(parts)} folders deep; {MAX_DEPTH} are the limit"
    sizes = [len(part.encode("utf-8")) for part in parts]
    if max(sizes) > MAX_NAME_BYTES or sum(sizes) + len(sizes) > MAX_PATH_BYTES:
        return f"has a name of {max(sizes)} bytes; {MAX_NAME_BYTES} are the limit of a name"
    return ""


def _folded(path: str) -> str:
    return normalize("NFD", normalize("NFD", path).casefold())

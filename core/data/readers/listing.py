"""Which image files a folder holds, from one look at the directory; no file is opened."""

import os
from collections.abc import Iterable
from pathlib import Path

from core.errors import DataError

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")
ALIGNED = "img_align_celeba"
"""CelebA's own name for its folder of aligned faces."""


def some(names: Iterable[str], count: int = 5) -> str:
    """The first few names, for a message."""
    names = list(names)
    return ", ".join(names[:count]) + (", …" if len(names) > count else "")


def file_names(folder: Path) -> list[str]:
    """Names of the plain files in a folder, sorted; hidden ones (`.DS_Store`, `._face.jpg`) are left out.

    Raises:
        DataError: a name that is not UTF-8, which no table could hold.
    """
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.name[0] != "." and entry.is_file())
    try:
        "".join(names).encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            f"A file name in {folder} is not UTF-8 ({error.reason}). Rename that file."
        ) from error
    return names


def image_names(folder: Path) -> list[str]:
    """Those of `file_names` that end like an image."""
    return [name for name in file_names(folder) if name.lower().endswith(IMAGE_SUFFIXES)]


def subfolders(root: Path) -> list[str]:
    """Names of the folders in `root`, sorted without regard to case, but for hidden ones and `__MACOSX`."""
    with os.scandir(root) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith((".", "__")) and entry.is_dir()]
    return sorted(names, key=lambda name: (name.casefold(), name))


def image_folder(root: Path) -> Path:
    """The folder that holds a labelled data set's images: CelebA's own, `root` itself, or its one subfolder.

    Raises:
        DataError: no folder with images, or several.
    """
    places = [root / ALIGNED, root / "Img" / ALIGNED]
    start = next((place for place in places if place.is_dir()), root)
    if image_names(start):
        return start
    found = [start / name for name in subfolders(start) if image_names(start / name)]
    if len(found) == 1:
        return found[0]
    if found:
        names = some(folder.name for folder in found)
        raise DataError(f"{len(found)} folders in {start} hold images ({names}). Put them into one.")
    raise DataError(f"There are no images in {start}. {_remedy(root)}")


def _remedy(root: Path) -> str:
    archives = sorted(path.name for pattern in ("*.zip", "*/*.zip") for path in root.glob(pattern))
    return f"Unpack {archives[0]} there." if archives else f"Put them there, or into {ALIGNED}/."

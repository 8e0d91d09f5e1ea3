"""What is known of each image file: its hash, and whether it decodes. Found out once, then remembered.

A file's entry holds as long as its size and modification time do. The index is a cache: delete it and
it is made again. Removing bad images from a data set is `core.data.check`'s work.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import PIL

from core.atomic import read_json_or_none, write_json
from core.data.dataset import FaceDataset, Progress
from core.data.images import read_image
from core.errors import PhotoError
from core.settings import Settings

READER = f"1, pillow {PIL.__version__}"
"""Another Pillow may decode what this one refuses, so its findings are not taken over."""

BATCH = 500
"""Images between two reports of progress."""


class Facts(NamedTuple):
    """What is known of one file.

    Attributes:
        size: bytes; -1 when the file could not be read.
        mtime_ns: time of its last change, nanoseconds.
        sha256: of its content, hex; "" when the file could not be read.
        trouble: why it does not decode; "" when it does.
    """

    size: int
    mtime_ns: int
    sha256: str
    trouble: str


def facts_file(root: Path, settings: Settings) -> Path:
    """Where the facts about the files under `root` are kept: one file for each folder."""
    key = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return settings.datasets / "index" / f"{key}.json"


def file_facts(
    dataset: FaceDataset, *, on_progress: Progress | None = None, workers: int | None = None
) -> list[Facts]:
    """The facts about each image, in the order of `dataset.frame`; decodes only what is new or changed.

    Args:
        on_progress: called with (images done, images in all), starting from what was remembered.
        workers: threads; by default one a processor.
    """
    known = _remembered(dataset)
    paths = dataset.frame["path"].tolist()
    stale = [path for path in paths if not _holds(known.get(path), dataset.root / path)]
    try:
        for path, facts in _examined(dataset.root, stale, len(paths), on_progress, workers):
            known[path] = facts
    finally:
        if stale and dataset.facts_file:
            _remember(dataset, known)
    return [known[path] for path in paths]


def _remembered(dataset: FaceDataset) -> dict[str, Facts]:
    stored = read_json_or_none(dataset.facts_file) if dataset.facts_file else None
    if not isinstance(stored, dict) or stored.get("reader") != READER:
        return {}
    return {path: Facts(*entry) for path, entry in stored["files"].items()}


def _remember(dataset: FaceDataset, known: dict[str, Facts]) -> None:
    """Keep what was learnt, except about files that could not be read: that may pass."""
    files = {path: facts for path, facts in known.items() if facts.sha256}
    dataset.facts_file.parent.mkdir(parents=True, exist_ok=True)
    write_json(dataset.facts_file, {"reader": READER, "root": str(dataset.root), "files": files})


def _holds(facts: Facts | None, path: Path) -> bool:
    if facts is None:
        return False
    try:
        now = path.stat()
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (facts.size, facts.mtime_ns)


def _examined(
    root: Path, paths: list[str], total: int, on_progress: Progress | None, workers: int | None
) -> Iterator[tuple[str, Facts]]:
    remembered = total - len(paths)
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for start in range(0, len(paths), BATCH):
            batch = paths[start : start + BATCH]
            yield from zip(batch, pool.map(lambda path: _examine(root / path), batch), strict=True)
            if on_progress:
                on_progress(remembered + start + len(batch), total)


def _examine(path: Path) -> Facts:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read()
    except OSError as error:
        return Facts(-1, 0, "", f"{path.name} cannot be read ({error.strerror or error}).")
    return Facts(
        status.st_size, status.st_mtime_ns, hashlib.sha256(content).hexdigest(), _trouble(content, path)
    )


def _trouble(content: bytes, path: Path) -> str:
    try:
        read_image(content, name=path.name)
    except PhotoError as error:
        return str(error)
    return ""

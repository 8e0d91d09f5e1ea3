"""What nobody has needed for long, to be removed for good: runs, what was deleted, leftovers, old features.

Nothing that waits or trains is touched, and no run that the host's start would bring back. First it is found,
then removed: a dry run is the first half.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from core.data.download.work import LOCK
from core.data.upload import own
from core.errors import LineamentError, RunBusyError
from core.runs import RunStore, RunSummary
from core.runs.features import FeatureStore
from core.runs.hosted import hosted_ids
from core.runs.ids import run_path
from core.runs.lock import is_locked
from core.runs.state import OPEN
from core.runs.trash import GOING, Trash
from core.settings import Settings

LEFTOVERS = {
    "runs/.new-*": "draft of a run",
    f"trash/{GOING}*": "rest of a deleted run",
    "datasets/own/.new-*": "draft of a data set",
    "datasets/own/.gone-*": "rest of a data set",
    "weights/.*": "draft of weights",
    "exports/*": "exported model",
    "queue/tokens/*": "token of a form",
    ".probe-*": "trial of the disk",
}
"""Patterns under `artifacts/`, and what they are called."""


@dataclass(frozen=True)
class Surplus:
    """One thing that can go: what it is, what it is called, its bytes, and what removes it."""

    kind: str
    name: str
    bytes: int
    remove: Callable[[], object]


def surplus(settings: Settings, older_than: timedelta, *, keep_starred: bool = False) -> list[Surplus]:
    """All that was last needed more than `older_than` ago: runs by their end, deleted ones by when that was,
    features by their last use, all else by its last change.

    Raises:
        ConfigError: the host's list of runs that it supplies cannot be read.
    """
    before = datetime.now(UTC) - older_than
    return [
        *_runs(settings, before, keep_starred),
        *_deleted(settings, before),
        *_leftovers(settings, before),
        *_uploads(settings, before),
        *_downloads(settings, before),
        *_features(settings, before),
    ]


def remove(found: list[Surplus]) -> tuple[list[Surplus], dict[str, str]]:
    """Remove what `surplus` found; what went, and by its name why something could not."""
    gone: list[Surplus] = []
    failed: dict[str, str] = {}
    for item in found:
        try:
            item.remove()
            gone.append(item)
        except (LineamentError, OSError) as error:
            failed[item.name] = str(error)
    return gone, failed


def _runs(settings: Settings, before: datetime, keep_starred: bool) -> Iterator[Surplus]:
    store, kept = RunStore(settings.runs), hosted_ids(settings)
    trash = Trash(store, settings.trash)

    def for_good(run_id: str) -> None:
        trash.delete(run_id)
        trash.delete_for_good(run_id)

    for run in store.list_runs():
        stays = run.state.state in OPEN or run.id in kept or (keep_starred and run.notes.star)
        if not stays and _ended(run, settings) < before:
            size = _bytes(run_path(settings.runs, run.id))
            yield Surplus("run", run.id, size, partial(for_good, run.id))


def _ended(run: RunSummary, settings: Settings) -> datetime:
    """When a run ended; one that crashed or is damaged, when its folder last changed."""
    try:
        return datetime.fromisoformat(run.state.ended_at or "").astimezone(UTC)
    except ValueError:
        return _changed(run_path(settings.runs, run.id))


def _deleted(settings: Settings, before: datetime) -> Iterator[Surplus]:
    trash = Trash(RunStore(settings.runs), settings.trash)
    for run in trash.list_deleted():
        if run.deleted_at < before:
            yield Surplus("deleted run", run.id, run.bytes, partial(trash.delete_for_good, run.id))


def _leftovers(settings: Settings, before: datetime) -> Iterator[Surplus]:
    for pattern, kind in LEFTOVERS.items():
        for path in sorted(settings.artifacts.glob(pattern)):
            if _changed(path) < before:
                yield Surplus(kind, path.name, _bytes(path), partial(_remove, path))


def _uploads(settings: Settings, before: datetime) -> Iterator[Surplus]:
    """Data sets that came as a zip and that nobody kept."""
    for mark in sorted(own.own_folder("*", settings).parent.glob(f"*/{own.STAGED}")):
        if _changed(mark) < before and not mark.parent.name.startswith("."):
            name = mark.parent.name
            yield Surplus(
                "upload nobody kept", name, _bytes(mark.parent), partial(own.discard, name, settings)
            )


def _downloads(settings: Settings, before: datetime) -> Iterator[Surplus]:
    """Downloads that broke off and that nobody went on with."""
    for work in sorted(settings.datasets.glob(".celeba-*.unfinished")):
        if _changed(work) < before and not is_locked(work / LOCK):
            yield Surplus("broken download", work.name, _bytes(work), partial(_remove, work))


def _features(settings: Settings, before: datetime) -> Iterator[Surplus]:
    store = FeatureStore(settings.features, max_bytes=settings.max_feature_bytes)

    def go(folder: Path) -> None:
        if not store.remove(folder):
            raise RunBusyError(f"The features {folder.name} are being computed. Clean again later.")

    for found in store.sets():
        if datetime.fromtimestamp(found.used, UTC) < before:
            yield Surplus("features", found.folder.name, found.bytes, partial(go, found.folder))


def _changed(path: Path) -> datetime:
    """When it, or anything in it, last changed; now, where that has just gone."""
    times = [datetime.now(UTC).timestamp()]
    with suppress(FileNotFoundError):
        times = [file.lstat().st_mtime for file in (path, *_below(path))]
    return datetime.fromtimestamp(max(times), UTC)


def _bytes(path: Path) -> int:
    """Bytes of a file, or of all files under a folder; links count as themselves."""
    files = _below(path) if path.is_dir() and not path.is_symlink() else [path]
    return sum(file.lstat().st_size for file in files)


def _below(path: Path) -> list[Path]:
    """All files under a folder, links not followed; none under a file or a link."""
    if path.is_symlink():
        return []
    return [Path(root, name) for root, _, names in os.walk(path) for name in names]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

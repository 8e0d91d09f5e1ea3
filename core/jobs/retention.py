"""What has not been needed for long, to be removed for good: runs, what was deleted, leftovers, old features.

Nothing that waits or trains is touched. First it is found, then removed: a dry run is the first half.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from core.errors import LineamentError
from core.runs import RunStore
from core.runs.features import FeatureStore
from core.runs.ids import run_path
from core.runs.state import OPEN
from core.runs.trash import Trash
from core.settings import Settings

LEFTOVERS = {
    "runs/.new-*": "draft of a run",
    "datasets/own/.new-*": "draft of a data set",
    "exports/*": "exported model",
    "queue/tokens/*": "form's token",
}
"""Patterns under artifacts/, and what they are called."""


@dataclass(frozen=True)
class Surplus:
    """One thing that can go: what it is, what it is called, its bytes, and what removes it."""

    kind: str
    name: str
    bytes: int
    remove: Callable[[], object]


def surplus(settings: Settings, older_than: timedelta, *, keep_starred: bool = False) -> list[Surplus]:
    """All that was last needed more than `older_than` ago: runs by their end, all else by its last change."""
    before = datetime.now(UTC) - older_than
    return [
        *_runs(settings, before, keep_starred),
        *_deleted(settings, before),
        *_leftovers(settings, before),
        *_features(settings, before),
    ]


def remove(found: list[Surplus]) -> tuple[list[Surplus], dict[str, str]]:
    """Remove what `surplus` found; what went, and by its name why something could not."""
    gone, failed = [], {}
    for item in found:
        try:
            item.remove()
            gone.append(item)
        except (LineamentError, OSError) as error:
            failed[item.name] = str(error)
    return gone, failed


def _runs(settings: Settings, before: datetime, keep_starred: bool) -> Iterator[Surplus]:
    store = RunStore(settings.runs)
    trash = Trash(store, settings.trash)

    def for_good(run_id: str) -> None:
        trash.delete(run_id)
        trash.delete_for_good(run_id)

    for run in store.list_runs():
        path = run_path(settings.runs, run.id)
        ended = datetime.fromisoformat(run.state.ended_at) if run.state.ended_at else _changed(path)
        if run.state.state not in OPEN and ended < before and not (keep_starred and run.notes.star):
            yield Surplus("run", run.id, _bytes(path), partial(for_good, run.id))


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


def _features(settings: Settings, before: datetime) -> Iterator[Surplus]:
    store = FeatureStore(settings.features, max_bytes=settings.max_feature_bytes)
    for found in store.sets():
        if datetime.fromtimestamp(found.used, UTC) < before:
            yield Surplus("features", found.folder.name, found.bytes, partial(store.remove, found.folder))


def _changed(path: Path) -> datetime:
    """When it was last changed; now, when it has just gone."""
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except OSError:
        return datetime.fromtimestamp(time.time(), UTC)


def _bytes(path: Path) -> int:
    """Bytes of a file, or of all files under a folder; links count as themselves."""
    files = [path] if not path.is_dir() or path.is_symlink() else path.rglob("*")
    return sum(file.lstat().st_size for file in files if file.is_symlink() or not file.is_dir())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

"""The disk that kept features take: how much, for what, and giving it back.

Features are computed again when a run needs them, so that nothing is lost by deleting them but time.
"""

from dataclasses import dataclass
from pathlib import Path

from core.runs.features import FeatureSet, FeatureStore
from core.settings import Settings


@dataclass(frozen=True)
class FeatureSpace:
    """What is kept, longest unused first, and the host's cap, bytes."""

    sets: tuple[FeatureSet, ...]
    max_bytes: int

    @property
    def bytes(self) -> int:
        """Disk that the sets take."""
        return sum(kept.bytes for kept in self.sets)


@dataclass(frozen=True)
class Cleared:
    """What a clearing came to: sets deleted, bytes freed, sets left since they are being computed."""

    sets: int
    bytes: int
    busy: int


def feature_space(settings: Settings) -> FeatureSpace:
    """What is kept now."""
    return FeatureSpace(tuple(_store(settings).sets()), settings.max_feature_bytes)


def clear_features(settings: Settings) -> Cleared:
    """Delete every set but those that a run computes at this moment, and what a death left of others."""
    store = _store(settings)
    # Also folders that are no set any more: a removal that was cut off may have begun with `meta.json`.
    folders = [path for path in store.root.glob("*") if path.is_dir() and not path.is_symlink()]
    sizes = {folder: _bytes_under(folder) for folder in folders}
    gone = [folder for folder in folders if store.remove(folder)]
    freed = sum(sizes[folder] - _bytes_under(folder) for folder in gone)
    return Cleared(len(gone), freed, len(folders) - len(gone))


def _store(settings: Settings) -> FeatureStore:
    return FeatureStore(settings.features, max_bytes=settings.max_feature_bytes)


def _bytes_under(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.glob("*"))

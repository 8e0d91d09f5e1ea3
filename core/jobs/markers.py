"""The queue's markers: one file for each run that waits or trains, with its place in the order.

Assumes that whoever writes holds the queue's lock.
"""

import time
from pathlib import Path

from core.atomic import write_json
from core.errors import LineamentError
from core.runs.files import read_json
from core.runs.ids import is_run_id

OLD_S = 60
"""A marker is written just before its run; one this old without a run is left over from a crash."""
LAST = float("inf")
"""The position of a marker that cannot be read."""


class Markers:
    """The folder `artifacts/queue`, of which the markers are the files `<run id>.json`."""

    def __init__(self, folder: Path):
        self.folder = folder

    def put(self, run_id: str, position: float) -> None:
        """Mark a run, or move its mark."""
        write_json(self._path(run_id), {"position": position})

    def drop(self, run_id: str) -> None:
        """Take a mark away, if there is one."""
        self._path(run_id).unlink(missing_ok=True)

    def in_order(self) -> list[str]:
        """Ids of all marked runs, first to start first."""
        positions = {path.stem: _position(path) for path in self.folder.glob("*.json")}
        return sorted(filter(is_run_id, positions), key=lambda run_id: (positions[run_id], run_id))

    def last_position(self) -> float:
        """The largest position there is; 0 when there is none."""
        finite = [p for p in map(_position, self.folder.glob("*.json")) if p != LAST]
        return max(finite, default=0.0)

    def is_old(self, run_id: str) -> bool:
        """Whether a mark is older than `OLD_S`."""
        try:
            return time.time() - self._path(run_id).stat().st_mtime > OLD_S
        except FileNotFoundError:
            return False

    def _path(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.json"


def _position(path: Path) -> float:
    try:
        return float(read_json(path)["position"])
    except (OSError, LineamentError, KeyError, TypeError, ValueError):
        return LAST

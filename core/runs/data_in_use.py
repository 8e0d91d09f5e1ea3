"""Which runs still need a data set: what trains on it, and what waits to. Its files must not go meanwhile."""

from pathlib import Path

from core.errors import RunBusyError
from core.runs.state import OPEN
from core.runs.store import RunStore
from core.runs.summary import RunSummary


def runs_on(root: Path, store: RunStore) -> list[RunSummary]:
    """All runs of a folder's faces, newest first."""
    runs = store.list_runs()
    return [summary for summary in runs if summary.config and _lies_in(summary.config.data, root)]


def runs_at_work_on(root: Path, store: RunStore) -> list[RunSummary]:
    """The runs that train on a folder, or wait to; newest first. Paused and ended ones are not among them."""
    return [summary for summary in runs_on(root, store) if summary.state.state in OPEN]


def refuse_in_use(root: Path, name: str, store: RunStore) -> None:
    """Refuse to touch a data set that a run is at work on.

    Raises:
        RunBusyError: a run trains on it or waits to; the message names it.
    """
    if found := runs_at_work_on(root, store):
        first = found[0]
        raise RunBusyError(
            f"{name} is in use: run {first.id} is {first.state.state}"
            + (f", and {len(found) - 1} more." if len(found) > 1 else ".")
            + " Wait for it, or stop it."
        )


def _lies_in(data: str, root: Path) -> bool:
    path = Path(data)
    return path.is_absolute() and path.resolve().is_relative_to(root.resolve())

"""Killed in the middle of deleting, restoring or deleting for good: the run is whole on one side, or gone."""

import os
import signal
import subprocess
import sys

import pytest

from core.faults import TRASH_POINTS, VARIABLE
from core.runs import Run, RunStore, State
from core.runs.trash import Trash
from core.settings import PROJECT, Settings
from tests.faults.evidence import fingerprint
from tests.unit.ui.fabricated import write_run

PROGRAM = (
    "import sys; from pathlib import Path; "
    "from core.runs import RunStore; from core.runs.trash import Trash; "
    "getattr(Trash(RunStore(Path(sys.argv[1])), Path(sys.argv[2])), sys.argv[3])(sys.argv[4])"
)
SAVED, DELETED, GONE = "among the runs", "in the trash", "gone"
DEATHS = {
    "trash-marked": ("delete", SAVED),
    "trash-moved": ("delete", DELETED),
    "trash-restored": ("restore", SAVED),
    "trash-going": ("delete_for_good", GONE),
}
"""For each point, what is being done there, and where the run must be afterwards."""


def die_at(point: str, settings: Settings, act: str, run: Run) -> None:
    """Do something to a run in a process that is killed at `point`."""
    arguments = [settings.runs, settings.trash, act, run.id]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, VARIABLE: point},
    )
    assert done.returncode == -signal.SIGKILL


def content(run: Run) -> dict[str, str]:
    """What is in a run's folder, but for the lock and what only the trash says."""
    return {
        name: mark for name, mark in fingerprint(run.path).items() if name not in ("lock", "deleted.json")
    }


def where(trash: Trash, run: Run) -> str:
    """Where a run is, by the lists."""
    saved = [summary.id for summary in trash.store.list_runs()]
    deleted = [found.id for found in trash.list_deleted()]
    assert not set(saved) & set(deleted)
    return SAVED if run.id in saved else DELETED if run.id in deleted else GONE


def test_every_point_is_died_at():
    assert set(DEATHS) == set(TRASH_POINTS)


@pytest.mark.parametrize("point", DEATHS)
def test_a_run_is_whole_on_one_side_or_the_other(settings, point):
    act, expected = DEATHS[point]
    trash = Trash(RunStore(settings.runs), settings.trash)
    run = write_run(settings, "first")
    before = content(run)
    if act != "delete":
        trash.delete(run.id)
    die_at(point, settings, act, run)
    assert where(trash, run) == expected
    if expected == GONE:
        trash.empty()
        assert list(trash.folder.iterdir()) == []
        return
    if expected == DELETED:
        trash.restore(run.id)
    assert content(run) == before
    assert run.state().state is State.FINISHED
    trash.delete(run.id)
    trash.delete_for_good(run.id)
    assert where(trash, run) == GONE

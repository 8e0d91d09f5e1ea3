"""Files that are not what was saved: a resume falls back to the epoch before, or says why it cannot."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import CheckpointError
from core.jobs import JobQueue, control
from core.model.weights import RANDOM_FILE
from core.runs import Run, RunStore, State, TrainConfig
from core.runs.checkpoints import COUNTERS, MANIFEST, OPTIMIZER, WEIGHTS, part_name
from core.runs.ids import new_run_id
from core.settings import Settings
from tests.faults.conftest import NewHost
from tests.faults.evidence import assert_same_history, assert_same_scores, epochs_ended
from tests.faults.trainers import resume, train

pytestmark = pytest.mark.slow

LAST = 3


@pytest.fixture(scope="module")
def crashed(new_host: NewHost, config: TrainConfig) -> tuple[Run, Settings]:
    """A run that died in epoch 4, with epochs 2 and 3 whole."""
    settings = new_host()
    run = RunStore(settings.runs).create(config)
    train(run, crash_at="train-batch:17")
    assert run.checkpoints.newest_whole() == (LAST, [])
    return run, settings


@pytest.fixture
def copy(crashed: tuple[Run, Settings]) -> Run:
    """A copy of it on the same host, to be damaged."""
    run, settings = crashed
    path = settings.runs / new_run_id()
    shutil.copytree(run.path, path)
    return Run(path)


def truncate(path: Path) -> None:
    """Cut a file in half."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


@pytest.mark.parametrize("part", [WEIGHTS, OPTIMIZER, COUNTERS])
def test_a_truncated_last_checkpoint_costs_one_epoch_and_is_told(copy, crashed, reference, part):
    name = part_name(LAST, part)
    truncate(copy.checkpoints.folder / name)
    assert resume(copy, crashed[1]) == 0, copy.log_tail()
    assert f"Fell back to epoch {LAST - 1}: {name}" in copy.log_tail()
    assert epochs_ended(copy)[LAST] == 2
    assert_same_history(copy, reference)
    assert_same_scores(copy, reference)


def all_weights(folder: Path) -> None:
    for path in folder.glob(f"*.{WEIGHTS}"):
        truncate(path)


def the_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"files": 3}')


@pytest.mark.parametrize("damage", [all_weights, the_manifest])
def test_without_a_whole_checkpoint_the_run_fails_with_the_reason_and_its_history_is_kept(
    copy: Run, crashed: tuple[Run, Settings], damage: Callable[[Path], None]
):
    damage(copy.checkpoints.folder)
    history = copy.history()
    assert resume(copy, crashed[1]) == 1
    state = copy.state()
    assert state.state is State.FAILED
    assert copy.id in state.reason
    assert "train the run again" in state.reason.lower()
    assert copy.history() == history
    with pytest.raises(CheckpointError, match=copy.id):
        control.resume(JobQueue(crashed[1]), copy.id)
    assert copy.state() == state


def test_a_history_that_lost_a_saved_epoch_fails_the_resume_and_is_left_as_it_is(copy, crashed):
    path = copy.path / "history.csv"
    header, _, *others = path.read_text().splitlines(keepends=True)
    path.write_text("".join([header, *others]))
    before = path.read_bytes()
    assert resume(copy, crashed[1]) == 1
    assert "history.csv" in copy.state().reason
    assert "epoch 1" in copy.state().reason
    assert path.read_bytes() == before
    assert copy.checkpoints.newest_whole() == (LAST, [])


def test_truncated_base_weights_fail_the_run_with_the_files_name(new_host, config, reference, tmp_path):
    settings = new_host()
    weights = tmp_path / "cut-short.weights.h5"
    shutil.copy(settings.weights / RANDOM_FILE, weights)
    truncate(weights)
    run = RunStore(settings.runs).create(config.changed(weights=str(weights)))
    assert train(run) == 2
    assert run.state().state is State.FAILED
    assert weights.name in run.state().reason
    assert "Choose another file" in run.state().reason
    assert "unknown" not in run.state().reason

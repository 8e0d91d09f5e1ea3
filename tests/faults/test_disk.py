"""Full and read-only disks: a clear reason, the last good checkpoint kept, nothing half written.

A limit on the size of files fails in the middle of a write, as a full disk does; a small tmpfs is full for
real. Mounting needs root: without it those tests say so and are skipped.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import RunError
from core.jobs import JobQueue
from core.runs import Run, RunStore, State, TrainConfig
from core.settings import Settings
from tests.faults.conftest import NewHost
from tests.faults.evidence import assert_same_history, assert_same_scores, fingerprint, leftovers
from tests.faults.trainers import command, resume, train

HALF_A_CHECKPOINT = 50_000
"""Bytes; the weights of one epoch take 90,000, everything that is written before them less than this."""
TWO_CHECKPOINTS = "800k"
"""A tmpfs in which the features and two checkpoints fit, and a third does not."""

Mount = Callable[..., Path]


@pytest.fixture(scope="module")
def mount(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mount]:
    """Mounts something on a new folder, and takes it away at the end."""
    mounted: list[Path] = []

    def do(*arguments: str) -> Path:
        folder = tmp_path_factory.mktemp("mount")
        _mount(*arguments, str(folder))
        mounted.append(folder)
        return folder

    yield do
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")


def remount(folder: Path, options: str) -> None:
    """Change a mount that `mount` made."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_in_the_middle_of_a_checkpoint_costs_that_epoch_only(new_host, config, reference):
    settings = new_host()
    run = RunStore(settings.runs).create(config)
    train(run, crash_at="train-batch:12")
    before = fingerprint(run.checkpoints.folder)
    assert train(run, most_file_bytes=HALF_A_CHECKPOINT) == 1
    assert run.state().state is State.FAILED
    assert "disk is full" in run.state().reason
    assert "last checkpoint is kept" in run.state().reason
    assert fingerprint(run.checkpoints.folder) == before
    assert run.checkpoints.newest_whole() == (2, [])
    assert resume(run, settings) == 0, run.log_tail()
    assert_same_history(run, reference)
    assert_same_scores(run, reference)
    assert leftovers(run) == []


@pytest.fixture(scope="module")
def filled(new_host: NewHost, config: TrainConfig, mount: Mount) -> tuple[Run, Settings]:
    """A run that filled its little disk."""
    settings = new_host(mount("-t", "tmpfs", "-o", f"size={TWO_CHECKPOINTS}", "tmpfs"))
    run = RunStore(settings.runs).create(config)
    assert train(run, LINEAMENT_MIN_FREE_BYTES="0") == 1, run.log_tail()
    return run, settings


@pytest.mark.slow
def test_a_checkpoint_that_would_not_fit_is_not_begun(filled):
    run, _ = filled
    assert run.state().state is State.FAILED
    assert "Free some disk and resume" in run.state().reason
    assert run.checkpoints.newest_whole() == (2, [])
    assert leftovers(run) == []


@pytest.mark.slow
def test_without_a_byte_left_nothing_starts_and_nothing_is_lost(filled):
    run, settings = filled
    checkpoints = fingerprint(run.checkpoints.folder)
    filler = settings.artifacts / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass
    done = command(settings, "runs", "resume", run.id)
    filler.unlink()
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr
    assert run.state().state is State.FAILED
    assert fingerprint(run.checkpoints.folder) == checkpoints


@pytest.mark.slow
def test_once_there_is_disk_again_the_run_goes_on_as_if_nothing_had_been(filled, reference, monkeypatch):
    run, settings = filled
    remount(settings.artifacts, "size=50m")
    monkeypatch.setenv("LINEAMENT_MIN_FREE_BYTES", "0")
    assert resume(run, settings) == 0, run.log_tail()
    assert_same_history(run, reference)
    assert_same_scores(run, reference)


@pytest.mark.slow
def test_a_run_does_not_start_when_the_hosts_reserve_is_gone(new_host, config):
    settings = new_host()
    run = RunStore(settings.runs).create(config)
    assert train(run, LINEAMENT_MIN_FREE_BYTES=str(10**18)) == 1
    assert run.state().state is State.FAILED
    assert "1000000000.00 GB held in reserve" in run.state().reason
    assert "Free some disk" in run.state().reason
    assert run.history() == []
    assert not run.checkpoints.folder.exists()


@pytest.fixture
def read_only(settings: Settings, mount: Mount) -> tuple[Settings, Run]:
    """A host whose artifacts cannot be written any more, with a run that waits."""
    run = JobQueue(settings).submit(TrainConfig())
    folder = mount("--bind", str(settings.artifacts))
    remount(folder, "ro,bind")
    return Settings(artifacts=folder), run


COMMANDS = {
    "train": ("train", "--weights", "random", "--detach"),
    "queue run": ("queue", "run", "--until-empty"),
    "runs resume": ("runs", "resume", "RUN"),
    "runs stop": ("runs", "stop", "RUN"),
    "queue move": ("queue", "move", "RUN", "1"),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_command_says_in_one_line_that_artifacts_cannot_be_written(read_only, tiny_faces, words):
    settings, run = read_only
    data = ("--data", str(tiny_faces)) if words[0] == "train" else ()
    done = command(settings, *(run.id if word == "RUN" else word for word in words), *data)
    assert done.returncode == 1
    assert "Read-only file system" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_there_can_still_be_looked_at(read_only):
    settings, run = read_only
    for words in (("runs", "list"), ("runs", "show", run.id), ("queue", "list")):
        done = command(settings, *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert run.id in done.stdout


def test_submitting_to_a_folder_that_cannot_be_written_is_refused_in_words(read_only):
    settings, _ = read_only
    with pytest.raises(RunError, match="cannot be written") as refusal:
        JobQueue(settings).submit(TrainConfig())
    assert str(settings.artifacts) in str(refusal.value)

"""The lock: one holder at a time, across processes, free as soon as the holder is dead."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from core.errors import RunBusyError
from core.runs import State, TrainConfig
from core.runs.lock import is_locked, release_lock, take_lock
from core.runs.store import RunStore

HOLD = """
import sys, time
from pathlib import Path
from core.runs.lock import take_lock
take_lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""
INHERIT = "print('held', flush=True); import time; time.sleep(600)"


@contextmanager
def process(code, *arguments, **options):
    """A Python process that has said its first line; killed and reaped at the end."""
    child = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True, **options
    )
    try:
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_a_held_lock_is_seen_and_refused_by_others(tmp_path):
    path = tmp_path / "lock"
    assert not is_locked(path)
    handle = take_lock(path)
    assert is_locked(path)
    with pytest.raises(RunBusyError, match=tmp_path.name):
        take_lock(path)
    release_lock(handle)
    assert not is_locked(path)
    release_lock(take_lock(path))


def test_probing_does_not_take_the_lock(tmp_path):
    (tmp_path / "lock").touch()
    assert not is_locked(tmp_path / "lock")
    release_lock(take_lock(tmp_path / "lock"))


def test_another_process_holds_until_it_is_killed(tmp_path):
    path = tmp_path / "lock"
    with process(HOLD, path) as holder:
        assert is_locked(path)
        with pytest.raises(RunBusyError):
            take_lock(path)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert not is_locked(path)
    release_lock(take_lock(path))


def test_a_lock_handed_to_a_child_outlives_the_giver(tmp_path):
    """As the scheduler hands it to the trainer: our copy closes, the child's keeps it."""
    path = tmp_path / "lock"
    handle = take_lock(path)
    os.set_inheritable(handle, True)
    with process(INHERIT, pass_fds=[handle]):
        release_lock(handle)
        assert is_locked(path)
    assert not is_locked(path)


def test_a_lock_is_not_inherited_unasked(tmp_path):
    path = tmp_path / "lock"
    handle = take_lock(path)
    with process(INHERIT, close_fds=False):
        release_lock(handle)
        assert not is_locked(path)


def test_a_crash_is_concluded_from_a_free_lock(tmp_path):
    run = RunStore(tmp_path).create(TrainConfig())
    with run.hold() as held:
        held.set_state(State.RUNNING)
        assert run.state().state is State.RUNNING
    crashed = run.state()
    assert crashed.state is State.CRASHED
    assert "running" in crashed.reason
    assert run.written_state().state is State.RUNNING


@pytest.mark.parametrize("state", [State.QUEUED, State.PAUSED, State.FINISHED, State.STOPPED, State.FAILED])
def test_a_free_lock_means_nothing_for_a_run_at_rest(tmp_path, state):
    run = RunStore(tmp_path).create(TrainConfig())
    with run.hold() as held:
        held.set_state(state)
    assert run.state().state is state


def test_a_killed_trainer_shows_as_crashed_at_once(tmp_path):
    run = RunStore(tmp_path).create(TrainConfig())
    with process(HOLD, run.path / "lock") as trainer:
        state = run.written_state().model_copy(update={"state": State.RUNNING})
        (run.path / "state.json").write_text(state.model_dump_json())
        assert run.state().state is State.RUNNING
        os.kill(trainer.pid, signal.SIGKILL)
        trainer.wait()
        assert run.state().state is State.CRASHED

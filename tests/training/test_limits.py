"""A trainer lets everything else go first, and ends with a reason before it takes the machine's memory."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core.runs import RunStore, State
from core.settings import PROJECT
from core.training.limits import AUTOGROUP
from tests.training.conftest import finish, start

pytestmark = pytest.mark.slow
LEAST = 2**29
"""What `max_trainer_bytes` may be at least."""


def test_a_trainer_that_takes_too_much_memory_fails_with_the_figures(host, tiny, monkeypatch):
    monkeypatch.setenv("LINEAMENT_MAX_TRAINER_BYTES", str(LEAST))
    greedy = tiny.changed(image_size=224, fine_tune="all", dense_units=(2048,), batch_size=32, epochs=50)
    run, trainer = start(host, greedy)
    code, _ = finish(trainer)
    state = run.state()
    assert (code, state.state) == (1, State.FAILED)
    assert "more than the 512 MiB that this host allows" in state.reason
    assert state.pid is None
    assert state.ended_at
    assert "The trainer held" in run.log_tail() or state.reason.startswith("The trainer held")


def test_one_within_its_memory_ends_as_ever(host, tiny, monkeypatch):
    monkeypatch.setenv("LINEAMENT_MAX_TRAINER_BYTES", str(4 * LEAST))
    run, trainer = start(host, tiny)
    assert finish(trainer)[0] == 0
    assert run.state().state is State.FINISHED


def test_a_trainer_stands_back_and_so_does_its_session(host, tiny, monkeypatch):
    monkeypatch.setenv("LINEAMENT_TRAINER_NICE", "7")
    run = RunStore(host.runs).create(tiny.changed(epochs=1000))
    trainer = subprocess.Popen(
        [sys.executable, "-m", "core.training", str(run.path)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while run.progress() is None:
            assert trainer.poll() is None
        assert psutil.Process(trainer.pid).nice() == max(7, os.nice(0))
        if AUTOGROUP.exists():
            assert Path(f"/proc/{trainer.pid}/autogroup").read_text().split()[-1] == "7"
    finally:
        trainer.kill()
        trainer.wait()


def test_one_started_by_hand_leaves_its_shell_as_it_is(host, tiny):
    before = AUTOGROUP.read_text() if AUTOGROUP.exists() else ""
    _, trainer = start(host, tiny.changed(epochs=1))
    assert finish(trainer)[0] == 0
    assert (AUTOGROUP.read_text() if AUTOGROUP.exists() else "") == before

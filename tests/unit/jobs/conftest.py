"""A queue, and trainers that only pretend: real processes with the real lock, but no TensorFlow."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.jobs import JobQueue, Scheduler
from core.runs import ALIVE, Run, State, TrainConfig
from core.settings import Settings

PATIENCE_S = 60
"""How long a test waits for a process before it gives up; far more than any needs."""

PRETENDER = """#!{python}
import os, signal, sys, time
from pathlib import Path
sys.path.insert(0, os.getcwd())
from core.runs import Run, State

run, handle = Run(Path(sys.argv[3])), int(sys.argv[5])
with run.hold(handle) as held:
    held.set_state(State.RUNNING, pid=os.getpid())
    print("pretending to", run.config().target, flush=True)
    if run.config().target == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if run.config().target == "be deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    while run.config().target == "wait" and not run.requested():
        time.sleep(0.01)
    asked = run.requested()
    end = {{None: State.FINISHED, "stop": State.STOPPED, "pause": State.PAUSED}}[asked]
    with (run.path / "history.csv").open("a") as file:
        file.write("epoch,loss,learning_rate\\n0,0.5,0.001\\n1,0.25,0.001\\n")
    held.clear_request()
    if run.config().target == "lose its loss":
        held.set_state(State.STOPPED, "The loss became nan in epoch 1.")
    else:
        held.set_state(end)
"""


@pytest.fixture
def pretenders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start a pretender where a trainer would be started; its config's target says what it does."""
    program = tmp_path / "pretender"
    program.write_text(PRETENDER.format(python=sys.executable))
    program.chmod(0o755)
    started: list[subprocess.Popen] = []

    class Remembered(subprocess.Popen):
        """A process that this test ends: trainers outlive who starts them, pretenders must not."""

        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr("core.jobs.scheduler.sys", SimpleNamespace(executable=str(program)))
    monkeypatch.setattr("core.jobs.scheduler.subprocess.Popen", Remembered)
    yield
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def queue(settings: Settings) -> JobQueue:
    """An empty queue."""
    return JobQueue(settings)


@pytest.fixture
def scheduler(settings: Settings, pretenders: None) -> Scheduler:
    """A scheduler of that queue that starts pretenders."""
    return Scheduler(settings)


def config(what: str = "finish") -> TrainConfig:
    """A configuration whose pretender finishes, waits for a request, dies, is deaf or loses its loss."""
    return TrainConfig(target=what)


def eventually(true: Callable[[], object], what: str = "it") -> None:
    """Wait until `true()` is; fails after a patience that no working machine needs."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)


def ended(run: Run) -> Run:
    """The run, once nothing happens to it any more."""
    eventually(lambda: run.state().state not in ALIVE | {State.QUEUED}, f"the end of {run.id}")
    return run

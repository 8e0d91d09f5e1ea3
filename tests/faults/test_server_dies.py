"""A run outlives its servers: Ctrl-C, `kill -9`, and what a new server makes of it.

Told once as a story with real servers, two of `python -m core queue run` and one of Streamlit, on one host
with two runs, the second queued behind the first. Leaving a `with server` block is `kill -9`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from core.jobs import JobQueue, Scheduler, control
from core.runs import Run, RunState, State, TrainConfig
from core.runs.lock import is_locked
from core.settings import PROJECT, Settings
from tests.faults.conftest import NewHost
from tests.faults.trainers import PATIENCE_S, trainers_of, wait_for_epochs, wait_until

pytestmark = pytest.mark.slow

QUEUE_SERVER = ("-m", "core", "queue", "run")
TICKS_S = 3 * 0.5
"""Time in which a server looks at the queue a few times."""


@dataclass
class Story:
    """What was seen on the way."""

    first: Run
    second: Run
    trainers_under_two_servers: int = 0
    code_of_ctrl_c: int | None = None
    said_at_ctrl_c: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    under_new_server: RunState | None = None
    trainers_under_new_server: int = 0
    second_while_first_trains: RunState | None = None

    def goes_on(self, run: Run, when: str) -> None:
        """Wait for two more epochs of a run, and note how many there are."""
        wait_for_epochs(run, 2)
        self.rows[when] = len(run.history())


@contextmanager
def server(settings: Settings, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A server process in a process group of its own, as a terminal gives it; killed at the end."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env={**os.environ, "LINEAMENT_ARTIFACTS": str(settings.artifacts)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def streamlit() -> tuple[str, ...]:
    """The command of a real server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ("--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1")
    return ("-m", "streamlit", "run", "app.py", *flags)


@pytest.fixture(scope="module")
def story(new_host: NewHost, config: TrainConfig) -> Story:
    """Live through it."""
    settings = new_host()
    queue = JobQueue(settings)
    endless = config.changed(epochs=1000, early_stopping_patience=0)
    told = Story(queue.submit(endless), queue.submit(endless))
    with server(settings, *QUEUE_SERVER) as first:
        wait_for_epochs(told.first, 1)
        with server(settings, *QUEUE_SERVER):
            time.sleep(TICKS_S)
            told.trainers_under_two_servers = len(trainers_of(told.first))
            os.killpg(first.pid, signal.SIGINT)
            told.said_at_ctrl_c, _ = first.communicate(timeout=PATIENCE_S)
            told.code_of_ctrl_c = first.returncode
            told.goes_on(told.first, "after Ctrl-C")
        told.goes_on(told.first, "after kill -9")
    with server(settings, *streamlit()):
        wait_until(lambda: is_served(queue), "Streamlit serves the queue")
        time.sleep(TICKS_S)
        told.goes_on(told.first, "under a new server")
        told.under_new_server = told.first.state()
        told.trainers_under_new_server = len(trainers_of(told.first))
        told.second_while_first_trains = told.second.state()
        control.stop(queue, told.first.id)
        wait_for_epochs(told.second, 1)
        told.rows["before Streamlit dies"] = len(told.second.history())
    told.goes_on(told.second, "after Streamlit died")
    control.stop(queue, told.second.id)
    wait_until(lambda: told.second.state().state is State.STOPPED, "the second run stops")
    return told


def is_served(queue: JobQueue) -> bool:
    """Whether some scheduler leads."""
    return is_locked(queue.folder / "scheduler.lock")


def test_a_second_server_starts_no_second_trainer(story):
    assert story.trainers_under_two_servers == 1


def test_ctrl_c_ends_the_server_and_not_the_run(story):
    assert story.code_of_ctrl_c == 0
    assert "running trainers go on" in story.said_at_ctrl_c
    assert "Traceback" not in story.said_at_ctrl_c
    assert story.rows["after Ctrl-C"] >= 2


def test_a_server_killed_with_kill_9_does_not_take_the_run_along(story):
    assert story.rows["after kill -9"] > story.rows["after Ctrl-C"]
    assert story.rows["after Streamlit died"] > story.rows["before Streamlit dies"]


def test_a_new_server_adopts_the_run_and_starts_no_other_trainer(story):
    assert story.under_new_server.state is State.RUNNING
    assert story.under_new_server.attempt == 1
    assert story.trainers_under_new_server == 1
    assert story.rows["under a new server"] > story.rows["after kill -9"]


def test_what_is_queued_waits_for_the_adopted_run_and_starts_after_it(story):
    assert story.second_while_first_trains.state is State.QUEUED
    assert story.second.state().started_at >= story.first.state().ended_at


def test_a_run_that_lost_its_server_stops_on_request_with_its_scores(story):
    for run in (story.first, story.second):
        assert run.state().state is State.STOPPED
        best, losses = run.metrics().best, [row["val_loss"] for row in run.history()]
        assert best.epoch == losses.index(min(losses)) + 1
        assert best.test_accuracy is not None


def test_a_scheduler_that_ends_leaves_the_folder_to_the_next(settings):
    queue = JobQueue(settings)
    with Scheduler(settings).serving():
        wait_until(lambda: is_served(queue), "the first serves")
    assert not is_served(queue)
    with Scheduler(settings).serving():
        wait_until(lambda: is_served(queue), "the second serves")

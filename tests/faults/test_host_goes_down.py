"""A host that goes down, told with real servers and a real run: SIGTERM while a tab is open, a new start.

A container's host gives ten seconds and then kills all; here the server gets them too.
"""

import signal
import socket
import subprocess
import time
from dataclasses import dataclass

import pytest

from core.jobs import JobQueue, control
from core.jobs.shutdown import GOES_ON
from core.runs import Run, RunState, State, TrainConfig
from tests.faults.conftest import NewHost
from tests.faults.evidence import epochs_ended, leftovers
from tests.faults.test_server_dies import server, streamlit
from tests.faults.trainers import trainers_of, wait_for_epochs, wait_until

pytestmark = pytest.mark.slow

GRACE_S = 10
"""What container hosts commonly give."""
OPEN_A_TAB = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: streamlit\r\nOrigin: http://127.0.0.1:{port}\r\n\r\n"
)


@dataclass
class Story:
    """What was seen on the way."""

    run: Run
    answer_to_the_tab: bytes = b""
    seconds_to_end: float = 0.0
    down: RunState | None = None
    epochs_down: int = 0
    manifest_epoch_down: int = 0
    up: RunState | None = None


@pytest.fixture(scope="module")
def story(new_host: NewHost, config: TrainConfig) -> Story:
    """Live through it."""
    settings = new_host()
    queue = JobQueue(settings)
    told = Story(queue.submit(config.changed(epochs=1000, early_stopping_patience=0)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINEAMENT_PAUSE_ON_SHUTDOWN", "true")
        command = streamlit()
        with server(settings, *command) as first:
            wait_for_epochs(told.run, 2)
            with _tab(command) as tab:
                told.answer_to_the_tab = tab.recv(64)
                told.seconds_to_end = _terminated(first)
            told.down = told.run.state()
            wait_until(lambda: not trainers_of(told.run), "the trainer ends", GRACE_S)
            told.epochs_down = len(told.run.history())
            told.manifest_epoch_down = told.run.checkpoints.manifest().last_epoch
        with server(settings, *streamlit()):
            wait_until(lambda: len(told.run.history()) >= told.epochs_down + 2, "it goes on")
            told.up = told.run.state()
            control.stop(queue, told.run.id)
            wait_until(lambda: told.run.state().state is State.STOPPED, "it stops")
    return told


def _tab(command: tuple[str, ...]) -> socket.socket:
    """A browser tab's connection, as far as a server that goes down has to do with it."""
    port = int(next(word for word in command if "port=" in word).split("=")[1])
    tab = socket.create_connection(("127.0.0.1", port), timeout=30)
    tab.sendall(OPEN_A_TAB.format(port=port).encode())
    return tab


def _terminated(process: "subprocess.Popen[str]") -> float:
    """Tell a server to end, and kill it as its host would; how long it took, s."""
    before = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
    return time.monotonic() - before


def test_the_server_ends_in_the_time_that_a_container_has_though_a_tab_is_open(story):
    assert story.answer_to_the_tab.startswith(b"HTTP/1.1 101")
    assert story.seconds_to_end < GRACE_S


def test_its_trainer_has_paused_by_then_and_says_why(story):
    assert (story.down.state, story.down.reason) == (State.PAUSED, GOES_ON)


def test_all_whole_epochs_are_kept(story):
    assert story.manifest_epoch_down == story.epochs_down >= 2
    assert not leftovers(story.run)


def test_the_run_goes_on_when_the_host_is_up_and_repeats_no_whole_epoch(story):
    assert (story.up.state, story.up.attempt) == (State.RUNNING, 2)
    assert set(epochs_ended(story.run).values()) == {1}
    assert [row["epoch"] for row in story.run.history()] == list(range(len(story.run.history())))

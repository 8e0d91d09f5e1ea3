"""`python -m core queue run` that is told to end: its trainer pauses first, where the host says so."""

import signal

import pytest

from core.jobs import JobQueue, control
from core.runs import State
from tests.faults.conftest import NewHost
from tests.faults.test_server_dies import QUEUE_SERVER, server
from tests.faults.trainers import PATIENCE_S, wait_for_epochs, wait_until

pytestmark = pytest.mark.slow


def test_a_queue_that_is_told_to_end_pauses_its_run_and_the_next_goes_on_with_it(
    new_host: NewHost, config, monkeypatch
):
    monkeypatch.setenv("LINEAMENT_PAUSE_ON_SHUTDOWN", "true")
    settings = new_host()
    queue = JobQueue(settings)
    run = queue.submit(config.changed(epochs=1000, early_stopping_patience=0))
    with server(settings, *QUEUE_SERVER) as first:
        wait_for_epochs(run, 1)
        first.send_signal(signal.SIGTERM)
        said, _ = first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 0
    assert "running trainers pause until it is served again" in said
    assert run.state().state is State.PAUSED
    with server(settings, *QUEUE_SERVER):
        wait_until(lambda: run.state().state is State.RUNNING, "it goes on")
        assert run.state().attempt == 2
        control.stop(queue, run.id)
        wait_until(lambda: run.state().state is State.STOPPED, "it stops")

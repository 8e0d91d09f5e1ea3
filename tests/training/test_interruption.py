"""A trainer that is told to end pauses, and its reason says whether a person or the machine wanted it."""

import os
import signal

import pytest

from core.runs import RunStore, TrainConfig
from core.runs.state import TOLD_TO_END
from core.training.interruption import KILLED, Interrupted, Listener


@pytest.fixture
def run(tmp_path):
    """A run; what happens on SIGTERM is put back afterwards."""
    before = signal.getsignal(signal.SIGTERM)
    yield RunStore(tmp_path).create(TrainConfig())
    signal.signal(signal.SIGTERM, before)


def why(listener: Listener) -> tuple[str, str]:
    """What the listener raises."""
    with pytest.raises(Interrupted) as interrupted:
        listener.check()
    return interrupted.value.request, interrupted.value.reason


def test_the_machines_end_pauses_with_a_reason_that_nothing_else_gives(run):
    listener = Listener(run)
    listener.check()
    os.kill(os.getpid(), signal.SIGTERM)
    assert why(listener) == ("pause", TOLD_TO_END)


def test_the_second_step_of_killing_a_run_is_not_taken_for_it(run):
    """Else a run that a person killed would go on with the next start of a demo."""
    listener = Listener(run)
    run.request("stop")
    os.kill(os.getpid(), signal.SIGTERM)
    assert why(listener) == ("pause", KILLED)
    assert KILLED != TOLD_TO_END

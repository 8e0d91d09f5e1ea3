"""Ending a trainer that does not answer, and what a second start of a running run does."""

import signal
from dataclasses import dataclass

import psutil
import pytest

from core.errors import RunError
from core.jobs import JobQueue, control
from core.runs import Run, RunState, State, TrainConfig
from tests.faults.conftest import NewHost
from tests.faults.trainers import serving, train, trainers_of, wait_for_epochs

GRACE_S = 5.0
"""A killed trainer needs the processor to be gone, and stands back: on a busy machine it waits for it."""


@dataclass
class Story:
    """One run, started a second time by hand, frozen, killed, resumed and ended when it answers."""

    run: Run
    second_start: int
    attempt_after_second_start: int
    trainers_after_second_start: int
    committed_at_death: int
    ladder: list[control.KillStep]
    after_ladder: RunState
    ladder_that_answers: list[control.KillStep]


@pytest.fixture(scope="module")
def story(new_host: NewHost, config: TrainConfig) -> Story:
    """Live through it."""
    settings = new_host(kill_grace_seconds=GRACE_S)
    run = JobQueue(settings).submit(config.changed(epochs=1000, early_stopping_patience=0))
    with serving(settings) as queue:
        wait_for_epochs(run, 1)
        second_start = train(run)
        wait_for_epochs(run, 1)
        attempt, trainers = run.state().attempt, len(trainers_of(run))
        [trainer] = trainers_of(run)
        trainer.send_signal(signal.SIGSTOP)
        committed = run.checkpoints.manifest().last_epoch
        ladder = list(control.kill(queue, run.id))
        after = run.state()
        control.resume(queue, run.id)
        wait_for_epochs(run, 1)
        patient = JobQueue(settings.model_copy(update={"kill_grace_seconds": 120.0}))
        answers = list(control.kill(patient, run.id))
    return Story(run, second_start, attempt, trainers, committed, ladder, after, answers)


@pytest.mark.slow
def test_a_second_trainer_started_by_hand_is_refused_and_the_run_unharmed(story):
    assert story.second_start == 1
    assert "is in use by another process" in story.run.log_tail(2**20)
    assert (story.attempt_after_second_start, story.trainers_after_second_start) == (1, 1)


@pytest.mark.slow
def test_a_trainer_that_ignores_everything_is_killed_and_each_rung_is_told(story):
    words = [step.words for step in story.ladder]
    assert len(words) == 4
    assert "Asked the trainer to stop" in words[0]
    assert "SIGTERM" in words[1]
    assert "SIGKILL" in words[2]
    assert "ended on SIGKILL" in words[3]
    assert [step.ended for step in story.ladder] == [False, False, False, True]


@pytest.mark.slow
def test_a_killed_run_counts_as_crashed_and_goes_on_from_its_checkpoint(story):
    assert story.after_ladder.state is State.CRASHED
    epochs = [row["epoch"] for row in story.run.history()]
    assert len(epochs) > story.committed_at_death >= 1
    assert epochs == list(range(len(epochs)))


@pytest.mark.slow
def test_a_trainer_that_answers_is_not_signalled(story):
    assert [step.ended for step in story.ladder_that_answers] == [False, True]
    assert story.ladder_that_answers[-1].words == "The trainer answered."
    assert story.run.state().state is State.STOPPED
    assert story.run.metrics() is not None


def test_there_is_nothing_to_kill_in_a_run_that_waits(settings):
    queue = JobQueue(settings)
    run = queue.submit(TrainConfig())
    with pytest.raises(RunError, match="nothing to kill"):
        list(control.kill(queue, run.id))
    assert run.requested() is None


def test_a_process_that_only_has_the_trainers_old_number_is_left_alone(settings):
    """Pids are used again: the run says this very process trains it, and its lock is held elsewhere."""
    queue = JobQueue(settings.model_copy(update={"kill_grace_seconds": 0.05}))
    run = queue.submit(TrainConfig())
    with run.hold() as held:
        held.set_state(State.RUNNING, pid=psutil.Process().pid)
        *_, last = control.kill(queue, run.id)
    assert not last.ended
    assert "not found" in last.words

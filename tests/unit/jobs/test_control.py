"""What a person can ask of a run, and what is refused: stop, pause, resume, extend, kill."""

import subprocess

import pytest

from core.errors import ConfigError, QueueFullError, RunBusyError, RunError
from core.jobs import JobQueue, control
from core.runs import Run, State, TrainConfig
from core.runs.checkpoints import RESUME_PARTS
from core.settings import Settings
from tests.unit.jobs.conftest import config, ended, eventually


def at_rest(queue: JobQueue, state: State, *, epochs_done: int = 1) -> Run:
    """A run that came to that state, with a checkpoint of each epoch done."""
    run = queue.store.create(TrainConfig(epochs=3))
    with run.hold() as held:
        held.set_state(state)
    for epoch in range(1, epochs_done + 1):
        run.checkpoints.save(epoch, True, {part: lambda path: path.touch() for part in RESUME_PARTS})
    return run


def running(scheduler, what: str = "wait") -> Run:
    """A run whose pretender has said that it runs."""
    run = scheduler.queue.submit(config(what))
    scheduler.tick()
    eventually(lambda: f"pretending to {what}" in run.log_tail(), "the start")
    return run


@pytest.mark.parametrize(("ask", "end"), [(control.stop, State.STOPPED), (control.pause, State.PAUSED)])
def test_a_running_run_does_as_it_is_asked(scheduler, ask, end):
    run = running(scheduler)
    ask(scheduler.queue, run.id)
    assert ended(run).state().state is end


def test_stopping_a_waiting_run_takes_it_out_of_the_queue(queue):
    run = queue.submit(config())
    control.stop(queue, run.id)
    assert run.state().state is State.STOPPED
    assert queue.open_runs() == []


@pytest.mark.parametrize("ask", [control.stop, control.pause])
@pytest.mark.parametrize("state", [State.FINISHED, State.PAUSED, State.STOPPED, State.FAILED])
def test_a_run_at_rest_cannot_be_stopped_or_paused(queue, ask, state):
    run = at_rest(queue, state)
    with pytest.raises(RunError, match=f"{run.id} is {state}"):
        ask(queue, run.id)
    assert run.requested() is None


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.FAILED, State.RUNNING])
def test_a_run_that_can_go_on_is_queued_again(queue, state):
    """Written as running with a free lock means that it crashed."""
    run = at_rest(queue, state)
    run.request("pause")
    waiting = queue.submit(config())
    control.resume(queue, run.id)
    assert run.state().state is State.QUEUED
    assert run.requested() is None
    assert queue.waiting() == [waiting.id, run.id]


@pytest.mark.parametrize("state", [State.FINISHED, State.QUEUED])
def test_a_run_with_nothing_to_resume_is_refused(queue, state):
    run = at_rest(queue, state)
    with pytest.raises(RunError, match=state):
        control.resume(queue, run.id)
    assert run.state().state is state


def test_a_failure_before_the_first_checkpoint_asks_for_a_new_run(queue):
    run = at_rest(queue, State.FAILED, epochs_done=0)
    with pytest.raises(RunError, match="before its first checkpoint"):
        control.resume(queue, run.id)


def test_a_living_run_is_not_resumed(scheduler):
    run = running(scheduler)
    with pytest.raises(RunBusyError):
        control.resume(scheduler.queue, run.id)
    assert run.state().state is State.RUNNING


def test_a_full_queue_leaves_the_run_as_it_was(settings):
    queue = JobQueue(Settings(artifacts=settings.artifacts, max_queued=1))
    queue.submit(config())
    run = at_rest(queue, State.PAUSED)
    with pytest.raises(QueueFullError):
        control.resume(queue, run.id)
    assert run.state().state is State.PAUSED
    with pytest.raises(QueueFullError):
        control.extend(queue, run.id, 2)
    assert run.state().state is State.PAUSED
    assert run.config().epochs == 3


def test_a_finished_run_is_extended_by_more_epochs(queue):
    run = at_rest(queue, State.FINISHED)
    control.extend(queue, run.id, 4)
    assert run.config().epochs == 7
    assert queue.waiting() == [run.id]


@pytest.mark.parametrize("epochs", [0, -1, 998])
def test_an_extension_out_of_bounds_changes_nothing(queue, epochs):
    run = at_rest(queue, State.FINISHED)
    with pytest.raises(ConfigError, match="epochs"):
        control.extend(queue, run.id, epochs)
    assert run.config().epochs == 3
    assert run.state().state is State.FINISHED


def test_a_waiting_run_is_not_extended(queue):
    run = queue.submit(config())
    with pytest.raises(RunError, match="queued"):
        control.extend(queue, run.id, 1)


def words(settings: Settings, run: Run) -> list[str]:
    """All that killing the run says."""
    quick = Settings(artifacts=settings.artifacts, kill_grace_seconds=0.5)
    return [step.words for step in control.kill(JobQueue(quick), run.id)]


def test_a_run_that_answers_is_not_killed(scheduler, settings):
    run = running(scheduler)
    patient = Settings(artifacts=settings.artifacts, kill_grace_seconds=60)
    steps = list(control.kill(JobQueue(patient), run.id))
    assert [step.ended for step in steps] == [False, True]
    assert run.state().state is State.STOPPED


def test_a_deaf_trainer_is_killed_and_can_be_resumed(scheduler, settings):
    run = running(scheduler, "be deaf")
    said = " ".join(words(settings, run))
    assert said.index("Asked") < said.index("SIGTERM") < said.index("ended on SIGKILL")
    assert run.state().state is State.CRASHED
    control.resume(scheduler.queue, run.id)
    assert run.state().state is State.QUEUED


def test_a_stranger_with_the_trainers_pid_is_not_killed(scheduler, settings):
    run = running(scheduler, "be deaf")
    with subprocess.Popen(["sleep", "600"]) as stranger:
        state = run.written_state().model_copy(update={"pid": stranger.pid})
        (run.path / "state.json").write_text(state.model_dump_json())
        assert "could not be ended" in words(settings, run)[-1]
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("state", [State.FINISHED, State.PAUSED, State.QUEUED])
def test_there_is_nothing_to_kill_in_a_run_at_rest(queue, settings, state):
    run = at_rest(queue, state)
    with pytest.raises(RunError, match=state):
        words(settings, run)
    assert run.requested() is None

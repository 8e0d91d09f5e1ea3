"""A host that goes down pauses its trainers, and they go on when it is up; what a person paused does not."""

import pytest

from core.jobs import JobQueue, Scheduler, control
from core.jobs.shutdown import GOES_ON, is_pausing, pause_trainers, resume_paused
from core.runs import Run, State
from core.runs.state import TOLD_TO_END
from core.settings import Settings
from tests.unit.jobs.conftest import config, ended, eventually


@pytest.fixture
def host(settings, pretenders) -> Settings:
    """A host whose runs pause with it."""
    return settings.model_copy(update={"pause_on_shutdown": True})


def training(queue: JobQueue, what: str = "wait") -> Run:
    """A run that a pretender trains; some scheduler serves the queue."""
    run = queue.submit(config(what))
    eventually(lambda: run.state().state is State.RUNNING, "the start")
    return run


def at_its_end(run: Run, state: State, reason: str = "") -> Run:
    """A run whose trainer has ended, as it would be after it."""
    with run.hold() as held:
        held.set_state(State.RUNNING, attempt=1)
        held.set_state(state, reason)
    return run


def test_a_server_that_ends_pauses_what_trains_and_the_next_goes_on_with_it(host):
    with Scheduler(host).serving():
        run = training(JobQueue(host))
    assert (run.state().state, run.state().reason) == (State.PAUSED, GOES_ON)
    with Scheduler(host).serving():
        eventually(lambda: run.state().state is State.RUNNING, "the second attempt")
        assert run.state().attempt == 2
        run.request("stop")
        ended(run)


def test_nothing_is_started_in_the_place_of_a_pausing_run(host):
    with Scheduler(host).serving():
        first = training(JobQueue(host))
        second = JobQueue(host).submit(config())
    assert first.state().state is State.PAUSED
    assert second.state().state is State.QUEUED


def test_what_was_paused_goes_on_before_what_waits_even_in_a_full_queue(host):
    small = host.model_copy(update={"max_queued": 1})
    with Scheduler(small).serving():
        run = training(JobQueue(small))
        waiting = JobQueue(small).submit(config())
    assert resume_paused(small) == [run.id]
    assert JobQueue(small).waiting() == [run.id, waiting.id]


def test_without_the_setting_trainers_outlive_the_server(settings, pretenders):
    with Scheduler(settings).serving():
        run = training(JobQueue(settings))
    assert run.state().state is State.RUNNING
    run.request("pause")
    assert ended(run).state().reason == ""


def test_what_a_person_paused_stays_paused(host):
    with Scheduler(host).serving():
        by_person, queue = training(JobQueue(host)), JobQueue(host)
        control.pause(queue, by_person.id)
        ended(by_person)
        training(queue)
    assert by_person.id not in resume_paused(host)
    assert by_person.state().state is State.PAUSED


def test_a_person_who_asked_first_is_not_overruled(host, scheduler):
    run = scheduler.queue.submit(config("be deaf"))
    scheduler.tick()
    eventually(lambda: run.state().state is State.RUNNING, "the start")
    run.request("stop")
    assert pause_trainers(host, within_s=0.1) == []
    assert run.requested() == "stop"
    assert resume_paused(host) == []


def test_one_that_a_person_has_gone_on_with_meanwhile_is_theirs(host):
    with Scheduler(host).serving():
        run = training(JobQueue(host))
    with run.hold() as held:
        held.set_state(State.PAUSED, "Paused on request.", attempt=2)
    assert resume_paused(host) == []


def test_one_that_pauses_only_after_the_host_is_up_again_goes_on_then(host, scheduler):
    run = scheduler.queue.submit(config("be deaf"))
    scheduler.tick()
    eventually(lambda: run.state().state is State.RUNNING, "the start")
    assert pause_trainers(host, within_s=0.1) == [run.id]
    assert resume_paused(host) == []
    assert is_pausing(host)
    with Scheduler(host).serving():
        scheduler._children[0].kill()
        scheduler._children[0].wait()
        eventually(lambda: run.state().attempt == 2, "the second attempt")
        assert not is_pausing(host)
        run.request("stop")


def test_a_crash_in_going_down_is_told_from_other_crashes(host, scheduler):
    down, other = (scheduler.queue.submit(config("be deaf")) for _ in range(2))
    scheduler.tick()
    eventually(lambda: down.state().state is State.RUNNING, "the start")
    pause_trainers(host, within_s=0.1)
    scheduler._children[0].kill()
    scheduler._children[0].wait()
    at_its_end(other, State.FAILED, "It failed.")
    assert down.state().state is State.CRASHED
    assert resume_paused(host) == [down.id]
    assert (down.state().state, other.state().state) == (State.QUEUED, State.FAILED)
    assert resume_paused(host) == []


def test_one_that_the_host_told_to_end_by_itself_goes_on(host):
    """As systemd does, which tells server and trainers at once."""
    told = at_its_end(JobQueue(host).submit(config()), State.PAUSED, TOLD_TO_END)
    asked = at_its_end(JobQueue(host).submit(config()), State.PAUSED, "Paused on request.")
    assert resume_paused(host) == [told.id]
    assert asked.state().state is State.PAUSED


def test_a_start_that_was_cut_off_between_state_and_marker_is_made_up_for(host):
    with Scheduler(host).serving():
        run = training(JobQueue(host))
    assert JobQueue(host).open_runs() == []
    with run.hold() as held:
        held.set_state(State.QUEUED)
    assert resume_paused(host) == [run.id]
    assert JobQueue(host).waiting() == [run.id]


def test_a_damaged_note_of_what_was_paused_is_passed_over(host):
    (host.artifacts / "queue").mkdir(parents=True)
    (host.artifacts / "queue" / "paused-by-host").write_bytes(b"\xff{")
    assert resume_paused(host) == []

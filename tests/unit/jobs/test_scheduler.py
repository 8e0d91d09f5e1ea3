"""Runs are started in order, as many as the host allows, and never owned by who started them."""

import threading

import pytest

from core.jobs import JobQueue, Scheduler, train_now
from core.runs import ALIVE, State
from core.runs.lock import take_lock
from core.settings import Settings
from tests.unit.jobs.conftest import config, ended, eventually


def test_a_queued_run_is_started_and_ends(scheduler):
    run = scheduler.queue.submit(config())
    scheduler.tick()
    assert ended(run).state().state is State.FINISHED
    assert run.state().attempt == 1
    assert run.state().started_at
    assert "pretending to finish" in run.log_tail()
    assert scheduler.queue.open_runs() == []


def test_the_host_says_how_many_train_at_once(settings, pretenders):
    scheduler = Scheduler(Settings(artifacts=settings.artifacts, max_running=2))
    a, b, c = (scheduler.queue.submit(config("wait")) for _ in range(3))
    for _ in range(3):
        scheduler.tick()
    assert scheduler.queue.active() == [a.id, b.id]
    assert scheduler.queue.waiting() == [c.id]
    b.request("stop")
    ended(b)
    scheduler.tick()
    assert scheduler.queue.active() == [a.id, c.id]


def test_the_first_in_the_queue_starts_first(scheduler):
    a, b = (scheduler.queue.submit(config()) for _ in range(2))
    scheduler.queue.move(b.id, 0)
    scheduler.tick()
    ended(b)
    assert a.state().state is State.QUEUED


def test_a_run_is_active_from_the_moment_it_is_started(scheduler):
    """Between starting and the trainer's first word a second tick must not start another."""
    run = scheduler.queue.submit(config("wait"))
    scheduler.tick()
    assert run.state().state in ALIVE
    other = scheduler.queue.submit(config("wait"))
    scheduler.tick()
    assert other.state().state is State.QUEUED


def test_a_dead_trainer_makes_room_for_the_next(scheduler):
    dead, following = scheduler.queue.submit(config("die")), scheduler.queue.submit(config())
    scheduler.tick()
    ended(dead)
    assert dead.state().state is State.CRASHED
    scheduler.tick()
    assert ended(following).state().state is State.FINISHED


def test_a_trainer_that_cannot_be_started_fails_its_run_with_the_reason(scheduler, monkeypatch, tmp_path):
    monkeypatch.setattr("core.jobs.scheduler.sys.executable", str(tmp_path / "nowhere"))
    run = scheduler.queue.submit(config())
    scheduler.tick()
    assert run.state().state is State.FAILED
    assert "could not be started" in run.state().reason


def test_a_request_made_to_the_attempt_before_is_forgotten(scheduler):
    run = scheduler.queue.submit(config())
    run.request("stop")
    scheduler.tick()
    assert ended(run).state().state is State.FINISHED


def test_a_damaged_run_does_not_stop_the_others(scheduler):
    damaged, sound = (scheduler.queue.submit(config()) for _ in range(2))
    (damaged.path / "config.json").write_bytes(b"{")
    scheduler.tick()
    eventually(lambda: damaged.state().state is State.CRASHED, "the damaged run's end")
    scheduler.tick()
    assert ended(sound).state().state is State.FINISHED


def test_one_bad_tick_does_not_end_the_service(scheduler, monkeypatch):
    real, failures = Scheduler.tick, iter([RuntimeError("once")])

    def tick(self):
        for failure in failures:
            raise failure
        real(self)

    monkeypatch.setattr(Scheduler, "tick", tick)
    run = scheduler.queue.submit(config())
    with scheduler.serving():
        assert ended(run).state().state is State.FINISHED


def test_a_running_trainer_outlives_the_scheduler(scheduler):
    run = scheduler.queue.submit(config("wait"))
    with scheduler.serving():
        eventually(lambda: run.state().state is State.RUNNING, "the start")
    assert run.state().state is State.RUNNING
    run.request("pause")
    assert ended(run).state().state is State.PAUSED


def test_a_second_scheduler_waits_for_the_first(settings, pretenders):
    first, second = Scheduler(settings), Scheduler(settings)
    with first.serving(), second.serving():
        runs = [first.queue.submit(config()) for _ in range(4)]
        assert [ended(run).state().attempt for run in runs] == [1, 1, 1, 1]


def test_a_successor_takes_over_when_the_leader_is_gone(settings, pretenders):
    with Scheduler(settings).serving():
        pass
    with Scheduler(settings).serving():
        assert ended(JobQueue(settings).submit(config())).state().state is State.FINISHED


def test_serving_until_the_queue_is_empty_ends_by_itself(scheduler):
    runs = [scheduler.queue.submit(config()) for _ in range(2)]
    scheduler.serve(threading.Event(), until_empty=True)
    assert [run.state().state for run in runs] == [State.FINISHED, State.FINISHED]


def test_a_run_in_the_foreground_tells_its_epochs(settings, pretenders):
    queue, rows = JobQueue(settings), []
    run = queue.store.create(config())
    assert train_now(run, queue, rows.append) == 0
    assert [row["epoch"] for row in rows] == [0, 1]
    assert run.state().state is State.FINISHED
    assert queue.open_runs() == []


def test_a_run_in_the_foreground_counts_among_the_running(settings, pretenders):
    """Else a server on the same folder would start one more than the host allows."""
    scheduler, seen = Scheduler(settings), []
    run = scheduler.queue.store.create(config("wait"))
    waiting = scheduler.queue.submit(config())

    def look() -> None:
        eventually(lambda: run.state().state is State.RUNNING, "the start")
        scheduler.tick()
        seen.append((scheduler.queue.active(), waiting.state().state))
        run.request("stop")

    thread = threading.Thread(target=look)
    thread.start()
    train_now(run, scheduler.queue, lambda row: None)
    thread.join()
    assert seen == [([run.id], State.QUEUED)]


def test_a_run_that_somebody_holds_is_left_alone(scheduler):
    run = scheduler.queue.submit(config())
    handle = take_lock(run.path / "lock")
    scheduler.tick()
    assert run.state().state is State.QUEUED
    assert handle


@pytest.mark.parametrize("code", ["die"])
def test_a_dead_trainer_in_the_foreground_is_told_by_its_exit_code(settings, pretenders, code):
    queue = JobQueue(settings)
    run = queue.store.create(config(code))
    assert train_now(run, queue, lambda row: None) != 0
    assert run.state().state is State.CRASHED

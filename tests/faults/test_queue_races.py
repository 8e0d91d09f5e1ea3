"""Many at once: schedulers that race for a job, crowds that submit, readers that look while others write."""

import functools
import multiprocessing
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import LineamentError, QueueFullError
from core.jobs import JobQueue, Scheduler, control, scheduler
from core.runs import HeldRun, Run, State, TrainConfig
from core.settings import Settings
from tests.faults.trainers import wait_until

PROCESSES = 3
CROWD = 50
SPAWN = multiprocessing.get_context("spawn")


def in_processes(work: Callable[..., list[str]], *arguments: object) -> list[list[str]]:
    """What `work(*arguments, i, begin)` returns in each of a few processes; `begin.wait()` lines them up."""
    with SPAWN.Manager() as shared:
        begin = shared.Barrier(PROCESSES)
        with SPAWN.Pool(PROCESSES) as pool:
            calls = [pool.apply_async(work, (*arguments, i, begin)) for i in range(PROCESSES)]
            return [call.get(timeout=120) for call in calls]


def keep_lock(started: list[str], held: HeldRun, _: Settings) -> object:
    """Stands in for a trainer: lives as long as this process, and is noted in `started`."""
    os.dup(held.handle)
    started.append(held.run.id)
    return type("Living", (), {"poll": lambda self: None})()


def race(artifacts: Path, most: int, _: int, begin: object) -> list[str]:
    """Tick without asking who leads; ids of the runs it started."""
    started: list[str] = []
    scheduler.spawn_trainer = functools.partial(keep_lock, started)
    mine = Scheduler(Settings(artifacts=artifacts, max_running=most))
    begin.wait()
    for _ in range(20):
        mine.tick()
    begin.wait()  # nobody's locks go before all have looked
    return started


def serve_together(artifacts: Path, _: int, begin: object) -> list[str]:
    """Serve for a few ticks as a server does; ids of the runs it started."""
    started: list[str] = []
    scheduler.spawn_trainer = functools.partial(keep_lock, started)
    begin.wait()
    with Scheduler(Settings(artifacts=artifacts)).serving():
        time.sleep(4 * scheduler.TICK_S)
        begin.wait()
    return started


def crowd(artifacts: Path, most: int, token: str | None, i: int, begin: object) -> list[str]:
    """Submit from many threads at once; the runs' ids, and "full" for each that was refused."""
    queue = JobQueue(Settings(artifacts=artifacts, max_queued=most))
    mine = CROWD // PROCESSES + (i < CROWD % PROCESSES)

    def submit(j: int) -> str:
        try:
            return queue.submit(TrainConfig(), name=f"{i}-{j}", token=token).id
        except QueueFullError:
            return "full"

    begin.wait()
    with ThreadPoolExecutor(mine) as threads:
        return list(threads.map(submit, range(mine)))


def test_schedulers_that_race_start_each_run_once(settings):
    queue = JobQueue(settings)
    submitted = [queue.submit(TrainConfig()).id for _ in range(12)]
    started = [run_id for ids in in_processes(race, settings.artifacts, 12) for run_id in ids]
    assert Counter(started) == Counter(submitted)
    assert [queue.store.get(run_id).written_state().attempt for run_id in submitted] == [1] * 12


def test_servers_that_share_a_folder_keep_to_what_may_run(settings):
    queue = JobQueue(settings)
    first, *_ = [queue.submit(TrainConfig()).id for _ in range(3)]
    started = in_processes(serve_together, settings.artifacts)
    assert sorted(started) == [[], [], [first]]


def test_fifty_submissions_at_once_are_all_there_in_one_order(settings):
    ids = [run_id for ids in in_processes(crowd, settings.artifacts, CROWD, None) for run_id in ids]
    assert len(set(ids)) == CROWD
    queue = JobQueue(settings)
    order = queue.waiting()
    assert sorted(order) == sorted(ids)
    assert JobQueue(settings).waiting() == order
    names = {summary.id: summary.notes.name for summary in queue.store.list_runs()}
    assert len(set(names.values())) == CROWD
    with pytest.raises(QueueFullError, match=f"{CROWD} runs are waiting"):
        JobQueue(Settings(artifacts=settings.artifacts, max_queued=CROWD)).submit(TrainConfig())


def test_a_crowd_does_not_pass_the_cap(settings):
    answers = Counter(a for some in in_processes(crowd, settings.artifacts, 20, None) for a in some)
    assert answers["full"] == CROWD - 20
    assert len(JobQueue(settings).waiting()) == 20
    assert len(JobQueue(settings).store.ids()) == 20


def test_the_same_token_from_a_crowd_makes_one_run(settings):
    ids = {run_id for ids in in_processes(crowd, settings.artifacts, CROWD, "a form") for run_id in ids}
    assert len(ids) == 1
    assert JobQueue(settings).waiting() == list(ids)


def ended(queue: JobQueue) -> Run:
    """A paused run whose marker nobody has cleared away yet."""
    run = queue.submit(TrainConfig())
    with run.hold() as held:
        held.set_state(State.PAUSED)
    return run


def test_a_run_resumed_while_the_queue_is_being_read_stays_in_it(settings, monkeypatch):
    """The reader sees the ended run, then the resume happens, then the reader clears the marker away."""
    queue, reader = JobQueue(settings), JobQueue(settings)
    run = ended(queue)
    look = JobQueue._state_of

    def look_slowly(self: JobQueue, run_id: str) -> State | None:
        seen = look(self, run_id)
        if self is reader and seen is State.PAUSED:
            control.resume(queue, run_id)
        return seen

    monkeypatch.setattr(JobQueue, "_state_of", look_slowly)
    reader.open_runs()
    assert queue.waiting() == [run.id]


def test_markers_of_ended_runs_are_cleared_away(settings):
    queue = JobQueue(settings)
    run = ended(queue)
    queue.open_runs()
    assert not (queue.folder / f"{run.id}.json").exists()


def test_a_run_that_cannot_be_started_does_not_hold_up_the_others(settings, monkeypatch):
    """Its lock is a folder: it can neither be held nor be told so."""
    queue = JobQueue(settings)
    bad, good = queue.submit(TrainConfig()), queue.submit(TrainConfig())
    (bad.path / "lock").mkdir()
    started: list[str] = []
    monkeypatch.setattr(scheduler, "spawn_trainer", functools.partial(keep_lock, started))
    Scheduler(settings).tick()
    assert started == [good.id]


def test_a_queued_run_that_is_deleted_does_not_hold_up_the_others(settings):
    queue = JobQueue(settings)
    gone, kept = queue.submit(TrainConfig()), queue.submit(TrainConfig())
    shutil.rmtree(gone.path)
    assert queue.waiting() == [kept.id]
    with pytest.raises(LineamentError, match="no run"):
        queue.cancel(gone.id)


def test_a_damaged_queued_run_waits_until_it_is_mended(settings, monkeypatch):
    """A file that cannot be read now may be readable later: its place is kept."""
    queue = JobQueue(settings)
    run = queue.submit(TrainConfig())
    state = (run.path / "state.json").read_bytes()
    (run.path / "state.json").write_bytes(b"")
    monkeypatch.setattr(time, "time", functools.partial(_later, time.time))
    assert queue.waiting() == []
    (run.path / "state.json").write_bytes(state)
    assert queue.waiting() == [run.id]


def _later(now: Callable[[], float]) -> float:
    return now() + 3600


def test_garbage_among_the_markers_does_not_stop_the_queue(settings):
    queue = JobQueue(settings)
    run = queue.submit(TrainConfig())
    for name, content in {"x.json": b"{", "20260101-000000-aaaaaa.json": b"", "y.json": b"[]"}.items():
        (queue.folder / name).write_bytes(content)
    (queue.folder / f"{run.id}.json").write_bytes(b"\xff")
    assert queue.waiting() == [run.id]
    wait_until(lambda: queue.submit(TrainConfig()).id in queue.waiting(), "the next one")

"""The clock set back: order, durations and listing do not depend on its going forward."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from core.atomic import write_json
from core.jobs import JobQueue, control
from core.runs import Run, RunState, RunStore, State, TrainConfig, ids, state
from core.runs.records import Notes
from tests.bench.ended_runs import make_ended_run

YEARS = timedelta(days=3 * 365)


class Clock(datetime):
    """The wall clock, off by `off`."""

    off = timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.off


@pytest.fixture
def set_clock(monkeypatch):
    """Sets the clock of runs, ids and `time.time` by a difference from now; running time is untouched."""
    true_time = time.time
    monkeypatch.setattr(Clock, "off", timedelta())
    monkeypatch.setattr(ids, "datetime", Clock)
    monkeypatch.setattr(state, "datetime", Clock)
    monkeypatch.setattr(time, "time", lambda: true_time() + Clock.off.total_seconds())

    def set_to(off: timedelta) -> None:
        monkeypatch.setattr(Clock, "off", off)

    return set_to


def test_the_queue_keeps_its_order_when_the_clock_goes_back(settings, set_clock):
    queue = JobQueue(settings)
    submitted = []
    for off in (YEARS, timedelta(), -YEARS, timedelta(seconds=-1)):
        set_clock(off)
        submitted.append(queue.submit(TrainConfig()).id)
    assert submitted[2] < submitted[0]
    assert queue.waiting() == submitted
    queue.move(submitted[3], 0)
    assert queue.waiting() == [submitted[3], *submitted[:3]]


def test_seconds_spent_never_go_back(settings, set_clock):
    run = RunStore(settings.runs).create(TrainConfig())
    with run.hold() as held:
        held.set_state(State.STARTING)
        seconds = [held.set_state(State.RUNNING).seconds]
        for off in (-YEARS, YEARS, timedelta()):
            set_clock(off)
            seconds.append(held.set_state(State.RUNNING).seconds)
        seconds.append(held.set_state(State.FINISHED).seconds)
    assert seconds == sorted(seconds)
    assert 0 <= seconds[0] <= seconds[-1] < YEARS.total_seconds()


def test_runs_from_the_future_are_listed_with_the_others(settings):
    store = RunStore(settings.runs)
    old = make_ended_run(store)
    future = from_the_future(store)
    assert [summary.id for summary in store.list_runs()] == [future.id, old.id]
    assert store.list_runs()[0].state.state is State.FINISHED


def from_the_future(store: RunStore) -> Run:
    """A run that ended, by its own account, before it began, and neither has been yet."""
    ahead = datetime.now(UTC) + YEARS
    run = store.create(TrainConfig(), run_id=ids.new_run_id(ahead))
    before = (ahead - timedelta(days=1)).isoformat()
    odd = RunState(
        state=State.FINISHED, queued_at=ahead.isoformat(), started_at=ahead.isoformat(), ended_at=before
    )
    write_json(run.path / "state.json", odd.model_dump(mode="json"))
    return run


def test_a_change_to_a_remembered_run_is_seen_though_its_folder_is_from_the_future(settings):
    store = RunStore(settings.runs)
    run = make_ended_run(store)
    ahead = time.time_ns() + 10**18
    os.utime(run.path, ns=(ahead, ahead))
    store.list_runs()
    run.write_notes(Notes(name="renamed"))
    assert store.list_runs()[0].title == "renamed"


def test_a_run_queued_in_the_future_can_be_cancelled_and_resumed_now(settings, set_clock):
    queue = JobQueue(settings)
    set_clock(YEARS)
    run = queue.submit(TrainConfig())
    set_clock(timedelta())
    queue.cancel(run.id)
    control.resume(queue, run.id)
    assert queue.waiting() == [run.id]


def test_a_token_holds_when_the_clock_goes_back(settings, set_clock):
    queue = JobQueue(settings)
    set_clock(YEARS)
    first = queue.submit(TrainConfig(), token="a form")
    set_clock(timedelta())
    assert queue.submit(TrainConfig(), token="a form").id == first.id


def test_a_queued_run_keeps_its_marker_when_the_clock_jumps_ahead(settings, set_clock):
    """As `rtc` drift corrected at boot: the marker looks years old at once."""
    queue = JobQueue(settings)
    run = queue.submit(TrainConfig())
    set_clock(YEARS)
    assert queue.waiting() == [run.id]

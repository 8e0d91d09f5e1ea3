"""A run at a glance has its alarms, remembered with the rest of it."""

import pytest

from core.runs import RunStore, State, TrainConfig
from core.runs.alarms import Alarm, raise_alarm

ALARM = Alarm("overfitting", 3, "The validation loss rose.", "Try more dropout.")


@pytest.fixture
def store(tmp_path) -> RunStore:
    """A store with one running run."""
    store = RunStore(tmp_path / "runs")
    store.create(TrainConfig())
    return store


def test_a_run_without_alarms_has_none(store):
    assert store.list_runs()[0].alarms == ()


def test_an_alarm_is_seen_as_soon_as_it_is_raised_and_stays(store):
    run = store.get(store.ids()[0])
    with run.hold() as held:
        held.set_state(State.RUNNING)
        assert store.list_runs()[0].alarms == ()
        raise_alarm(run, ALARM)
        assert store.list_runs()[0].alarms == (ALARM,)
        held.set_state(State.FINISHED)
    for _ in range(2):
        assert store.list_runs()[0].alarms == (ALARM,)


def test_alarms_that_cannot_be_read_are_passed_over(store):
    run = store.get(store.ids()[0])
    (run.path / "alarms.jsonl").write_bytes(b'\xff\n{"kind": 3}\n[]\n')
    assert store.list_runs()[0].alarms == ()
    raise_alarm(run, ALARM)
    assert store.list_runs()[0].alarms == (ALARM,)

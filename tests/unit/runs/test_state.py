"""Who writes `state.json`, what it keeps, and how requests travel."""

from datetime import datetime

import pytest

from core.errors import RunBusyError, RunDamagedError
from core.runs import ALIVE, OPEN, RESUMABLE, Run, State, TrainConfig
from core.runs.records import Notes
from core.runs.store import RunStore


@pytest.fixture
def run(tmp_path) -> Run:
    """A queued run."""
    return RunStore(tmp_path).create(TrainConfig(epochs=5), name="first")


def test_a_new_run_is_queued_with_its_time(run):
    state = run.state()
    assert state.state is State.QUEUED
    assert datetime.fromisoformat(state.queued_at).utcoffset().total_seconds() == 0
    assert (state.started_at, state.ended_at, state.seconds, state.attempt) == (None, None, 0.0, 0)


def test_crashed_and_damaged_are_never_alive_and_a_crash_can_be_resumed():
    assert not {State.CRASHED, State.DAMAGED} & OPEN
    assert ALIVE < OPEN
    assert not OPEN & RESUMABLE
    assert State.CRASHED in RESUMABLE
    assert State.FINISHED not in RESUMABLE


def test_ending_writes_the_time_and_keeps_what_was_there(run):
    with run.hold() as held:
        held.set_state(State.STARTING, attempt=1, started_at="2026-01-31T14:25:01.000+00:00")
        held.set_state(State.RUNNING)
        assert run.written_state().ended_at is None
        held.set_state(State.FINISHED)
    state = run.state()
    assert state.attempt == 1
    assert state.started_at == "2026-01-31T14:25:01.000+00:00"
    assert state.ended_at is not None
    assert state.queued_at is not None


def test_seconds_count_only_time_alive_and_add_up(run, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("core.runs.run.time.monotonic", lambda: clock[0])

    def wait(seconds: float) -> None:
        clock[0] += seconds

    for _ in range(2):
        with run.hold() as held:
            wait(100)
            held.set_state(State.STARTING)
            wait(3)
            held.set_state(State.RUNNING)
            wait(4)
            held.set_state(State.PAUSED)
            wait(1000)
    assert run.written_state().seconds == 14.0


def test_two_cannot_hold_one_run(run):
    with run.hold(), pytest.raises(RunBusyError, match=run.id):
        run.hold()
    run.hold().__exit__()


def test_a_request_is_seen_replaced_and_cleared(run):
    assert run.requested() is None
    run.request("stop")
    assert run.requested() == "stop"
    run.request("pause")
    assert run.requested() == "pause"
    with run.hold() as held:
        held.clear_request()
        held.clear_request()
    assert run.requested() is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"request": "explode"}', b'{"request": ["stop"]}', b"{}"]
)
def test_a_request_that_cannot_be_understood_is_none(run, content):
    (run.path / "control.json").write_bytes(content)
    assert run.requested() is None


def test_notes_are_kept_and_default_to_nothing(run):
    assert run.notes() == Notes(name="first")
    run.write_notes(Notes(name="second", tags=("a", "b"), star=True, note="ü"))
    assert run.notes() == Notes(name="second", tags=("a", "b"), star=True, note="ü")
    (run.path / "notes.json").unlink()
    assert run.notes() == Notes()


def test_unknown_keys_of_a_newer_version_are_passed_over(run):
    (run.path / "notes.json").write_text('{"name": "x", "colour": "red"}')
    assert run.notes().name == "x"


def test_a_run_before_its_first_epoch_has_no_results(run):
    assert run.history() == []
    assert run.progress() is None
    assert run.metrics() is None
    assert run.environment() is None
    assert run.log_tail() == ""
    assert not run.predictions_path.exists()


@pytest.mark.parametrize("name", ["config.json", "state.json"])
def test_a_missing_file_is_named(run, name):
    (run.path / name).unlink()
    with pytest.raises(RunDamagedError, match=rf"{name} of {run.id} is missing"):
        run.config() if name == "config.json" else run.state()

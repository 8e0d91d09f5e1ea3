"""Making, finding and listing runs; one bad folder never hides the others."""

import json
import os
import shutil

import pytest

from core.errors import UnknownRunError
from core.runs import Run, RunStore, State, TrainConfig
from core.runs.records import EpochScore, Metrics, Notes, SplitCount
from core.runs.summary import read_summary

GARBAGE = {
    "empty": b"",
    "torn": b'{"state": "fin',
    "not utf-8": b"\xff\xfe\x00\x01",
    "a list": b"[]",
    "null": b"null",
    "wrong types": b'{"state": 3, "target": 3, "name": 3, "epochs": "x", "versions": 3}',
    "deep": b"[" * 100_000,
}
FILES = ("config.json", "state.json", "notes.json", "metrics.json", "environment.json")


@pytest.fixture
def store(tmp_path) -> RunStore:
    """A store that does not exist on disk yet."""
    return RunStore(tmp_path / "runs")


def ended(store: RunStore, state: State = State.FINISHED, **config) -> Run:
    """A run with that end behind it."""
    run = store.create(TrainConfig(**config))
    with run.hold() as held:
        held.set_state(state)
    return run


def score(accuracy: float) -> Metrics:
    """Metrics with that test accuracy."""
    epoch = EpochScore(epoch=1, test_accuracy=accuracy)
    return Metrics(target="Male", best=epoch, last=epoch, splits={"test": SplitCount(n=10, positives=4)})


def test_no_runs_folder_means_no_runs(store):
    assert store.ids() == []
    assert store.list_runs() == []


def test_a_created_run_is_found_with_its_config_and_name(store):
    run = store.create(TrainConfig(epochs=7), name="first")
    [summary] = store.list_runs()
    assert summary.id == run.id == store.get(run.id).id
    assert (summary.config.epochs, summary.title, summary.state.state) == (7, "first", State.QUEUED)
    assert not summary.has_model


def test_runs_are_listed_newest_first(store):
    ids = ["20260101-000000-aaaaaa", "20260102-000000-aaaaaa", "20251231-235959-zzzzzz"]
    for run_id in ids:
        store.create(TrainConfig(), run_id=run_id)
    assert [summary.id for summary in store.list_runs()] == sorted(ids, reverse=True)


def test_a_run_that_could_not_be_made_leaves_nothing(store, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.atomic.write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        store.create(TrainConfig())
    assert list(store.runs.iterdir()) == []


def test_drafts_strangers_and_links_are_not_listed(store, tmp_path):
    run = store.create(TrainConfig())
    shutil.copytree(run.path, store.runs / f".new-{run.id}")
    shutil.copytree(run.path, store.runs / "my notes")
    (store.runs / "README.md").touch()
    assert store.ids() == [run.id]


def test_a_link_among_the_runs_does_not_break_the_list(store, tmp_path):
    run = store.create(TrainConfig())
    (tmp_path / "elsewhere").mkdir()
    (store.runs / "20260101-000000-aaaaaa").symlink_to(tmp_path / "elsewhere")
    assert run.id in [summary.id for summary in store.list_runs()]


def test_a_file_named_like_a_run_does_not_break_the_list(store):
    run = store.create(TrainConfig())
    (store.runs / "20260101-000000-aaaaaa").touch()
    assert run.id in [summary.id for summary in store.list_runs()]


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
@pytest.mark.parametrize("name", FILES)
def test_damage_is_listed_with_its_reason_beside_the_others(store, name, garbage):
    sound, broken = ended(store), ended(store)
    (broken.path / name).write_bytes(garbage)
    found = {summary.id: summary for summary in store.list_runs()}
    assert found[sound.id].state.state is State.FINISHED
    assert found[broken.id].state.state is State.DAMAGED
    assert name in found[broken.id].state.reason
    assert found[broken.id].config is None


@pytest.mark.parametrize("name", ["config.json", "state.json"])
def test_a_missing_file_is_damage(store, name):
    run = ended(store)
    (run.path / name).unlink()
    [summary] = store.list_runs()
    assert summary.state.state is State.DAMAGED
    assert name in summary.state.reason


@pytest.mark.parametrize("name", [*FILES, "history.csv"])
def test_a_folder_in_the_place_of_a_file_is_damage(store, name):
    run = ended(store)
    (run.path / name).unlink(missing_ok=True)
    (run.path / name).mkdir()
    [summary] = store.list_runs()
    assert summary.state.state is State.DAMAGED
    assert summary.state.reason


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_history_of_garbage_hides_nothing_else(store, garbage):
    run = ended(store)
    (run.path / "history.csv").write_bytes(garbage + b"\n")
    [summary] = store.list_runs()
    assert (summary.state.state, summary.history) == (State.FINISHED, [])


def test_a_mended_run_is_listed_again(store):
    run = ended(store)
    content = (run.path / "config.json").read_bytes()
    (run.path / "config.json").unlink()
    assert store.list_runs()[0].state.state is State.DAMAGED
    (run.path / "config.json").write_bytes(content)
    assert store.list_runs()[0].state.state is State.FINISHED


def test_an_ended_run_is_read_once(store, monkeypatch):
    run = ended(store)
    store.list_runs()
    monkeypatch.setattr("core.runs.store.read_summary", lambda run: pytest.fail(f"read {run.id} again"))
    assert [summary.id for summary in store.list_runs()] == [run.id]


def test_a_change_to_an_ended_run_is_seen(store):
    run = ended(store)
    store.list_runs()
    os.utime(run.path, ns=(0, 0))
    run.write_notes(Notes(name="renamed"))
    assert store.list_runs()[0].title == "renamed"
    os.utime(run.path, ns=(0, 0))
    (run.path / ".tmp-metrics").write_text(score(0.9).model_dump_json())
    (run.path / ".tmp-metrics").rename(run.path / "metrics.json")
    assert store.list_runs()[0].metrics.best.test_accuracy == 0.9


def test_an_open_run_is_never_remembered(store):
    run = store.create(TrainConfig())
    with run.hold() as held:
        held.set_state(State.RUNNING)
        for epoch in range(3):
            with (run.path / "history.csv").open("a") as file:
                file.write("epoch,loss\n" if epoch == 0 else "")
                file.write(f"{epoch},0.5\n")
            assert len(store.list_runs()[0].history) == epoch + 1


def test_a_run_that_goes_on_is_read_again(store):
    run = ended(store, State.PAUSED)
    assert store.list_runs()[0].state.state is State.PAUSED
    with run.hold() as held:
        held.set_state(State.RUNNING)
        assert store.list_runs()[0].state.state is State.RUNNING
    assert store.list_runs()[0].state.state is State.CRASHED


def test_a_deleted_run_is_gone_from_the_list_and_the_memory(store):
    kept, gone = ended(store), ended(store)
    store.list_runs()
    shutil.rmtree(gone.path)
    assert [summary.id for summary in store.list_runs()] == [kept.id]
    assert store.summary(gone.id) is None
    assert gone.id not in store._memory.summaries
    with pytest.raises(UnknownRunError, match=gone.id):
        store.get(gone.id)


@pytest.mark.parametrize("hostile", ["..", "/etc", "a/../b", ""])
def test_the_store_opens_nothing_by_path(store, hostile):
    store.create(TrainConfig())
    for look in (store.get, store.summary):
        with pytest.raises(UnknownRunError):
            look(hostile)


def test_a_run_written_by_hand_is_read(store):
    """The folder is a public format: docs/run-folder.md."""
    folder = store.runs / "20260101-000000-aaaaaa"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"schema_version": 1, "target": "Young"}))
    (folder / "state.json").write_text(json.dumps({"state": "finished"}))
    summary = read_summary(store.get(folder.name))
    assert (summary.config.target, summary.state.state) == ("Young", State.FINISHED)

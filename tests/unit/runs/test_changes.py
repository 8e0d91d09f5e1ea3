"""Changes tell themselves: what is made, changed or deleted is named, and what is not known is said."""

import errno
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from core.runs import Run, RunStore, State, TrainConfig
from core.runs import changes as module
from core.runs.changes import RunChanges
from core.runs.files import append_json
from core.runs.records import Notes
from core.runs.trash import Trash

PATIENCE_S = 30
"""Far more than any machine that works needs."""


@pytest.fixture
def store(tmp_path) -> RunStore:
    """A store that knows nothing of changes."""
    return RunStore(tmp_path / "runs")


@pytest.fixture
def run(store) -> Run:
    """A run that was there before."""
    return store.create(TrainConfig())


@pytest.fixture
def changes(store) -> Iterator[RunChanges]:
    """What hears of the changes under `store`, from whenever its folder is there."""
    hearing = RunChanges(store.runs).start()
    yield hearing
    hearing.stop()


@pytest.fixture
def watched(run, changes) -> RunChanges:
    """The same, once it vouches."""
    eventually(changes.vouches)
    return changes


def eventually(true: Callable[[], object]) -> None:
    """Wait until `true()` is."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def told(changes: RunChanges, version: int, run_id: str) -> None:
    """Wait until a run is among those that changed after `version`, by name and by a new version."""
    eventually(lambda: run_id in (changes.since(version) or ()))
    eventually(lambda: changes.version() > version)


def test_a_change_is_named_and_nothing_else(store, run, watched):
    version = watched.version()
    other = store.create(TrainConfig())
    told(watched, version, other.id)
    eventually(lambda: not watched._pending)
    version = watched.version()
    run.write_notes(Notes(name="renamed"))
    told(watched, version, run.id)
    assert watched.since(version) == {run.id}
    eventually(lambda: watched.since(watched.version()) == set())


def test_what_was_before_the_watch_is_not_known(watched):
    assert watched.since(0) is None
    assert watched.since(watched.version()) == set()


def test_a_run_that_is_made_and_one_that_is_removed_are_told(store, run, watched):
    version = watched.version()
    made = store.create(TrainConfig())
    told(watched, version, made.id)
    version = watched.version()
    shutil.rmtree(run.path)
    told(watched, version, run.id)


def test_a_new_run_is_heard_from_its_first_change_on(store, watched):
    version = watched.version()
    made = store.create(TrainConfig())
    told(watched, version, made.id)
    version = watched.version()
    append_json(made.path / "progress.jsonl", {"step": 1})
    told(watched, version, made.id)


def test_a_trainer_that_dies_without_a_word_is_told(run, watched):
    with run.hold() as held:
        held.set_state(State.RUNNING)
        time.sleep(0.01)
        eventually(lambda: not watched._pending)
        version = watched.version()
    told(watched, version, run.id)


def test_deleting_and_restoring_are_told_and_what_is_in_the_trash_is_not(store, run, watched, tmp_path):
    other, trash = store.create(TrainConfig()), Trash(store, tmp_path / "trash")
    with run.hold() as held:
        held.set_state(State.FINISHED)
    version = watched.version()
    trash.delete(run.id)
    told(watched, version, run.id)
    eventually(lambda: not watched._pending)
    version = watched.version()
    (trash.folder / run.id / "notes.json").write_text("{}")
    other.write_notes(Notes(name="other"))
    told(watched, version, other.id)
    assert run.id not in watched.since(version)
    trash.restore(run.id)
    told(watched, version, run.id)
    eventually(lambda: not watched._pending)
    version = watched.version()
    run.write_notes(Notes(name="back"))
    told(watched, version, run.id)


def test_half_written_files_and_checkpoints_are_not_told(store, run, watched):
    other = store.create(TrainConfig())
    eventually(lambda: not watched._pending)
    version = watched.version()
    (run.path / "checkpoints").mkdir()
    told(watched, version, run.id)
    eventually(lambda: not watched._pending)
    version = watched.version()
    (run.path / ".tmp-abc").write_text("half")
    (run.path / "checkpoints" / "epoch-0001.weights.h5").write_text("weights")
    other.write_notes(Notes(name="other"))
    told(watched, version, other.id)
    assert run.id not in watched.since(version)


def test_a_run_that_is_appended_to_all_the_time_makes_few_versions(run, watched, monkeypatch):
    eventually(lambda: not watched._pending)
    monkeypatch.setattr(module, "CALM_S", 3600.0)
    version = watched.version()
    for step in range(50):
        append_json(run.path / "progress.jsonl", {"step": step})
    eventually(lambda: run.id in watched.since(version) and run.id in watched._pending)
    assert watched.version() <= version + 1
    assert watched.since(watched.version()) == {run.id}
    monkeypatch.setattr(module, "CALM_S", 0.0)
    eventually(lambda: not watched._pending)
    assert watched.version() >= version + 1


def test_a_folder_that_is_not_there_yet_is_watched_once_it_is(store, changes):
    assert not changes.vouches()
    run = store.create(TrainConfig())
    eventually(changes.vouches)
    version = changes.version()
    run.write_notes(Notes(name="renamed"))
    told(changes, version, run.id)


@pytest.mark.parametrize("how", ["deleted", "moved away"])
def test_a_folder_that_is_made_again_is_watched_again(store, run, watched, tmp_path, how):
    version = watched.version()
    shutil.rmtree(store.runs) if how == "deleted" else store.runs.rename(tmp_path / "old")
    eventually(lambda: not watched.vouches())
    eventually(lambda: watched.since(version) is None)
    made = store.create(TrainConfig())
    eventually(watched.vouches)
    version = watched.version()
    made.write_notes(Notes(name="renamed"))
    told(watched, version, made.id)


class NoWatches:
    """What the system answers when it has no watches left."""

    def __init__(self, *_):
        raise OSError(errno.ENOSPC, "inotify watch limit reached")


def test_without_watches_it_glances_and_vouches_for_nothing(store, run, monkeypatch, caplog):
    monkeypatch.setattr(module, "GLANCE_S", 0.01)
    with caplog.at_level(logging.WARNING):
        hearing = RunChanges(store.runs, NoWatches).start()
        try:
            eventually(lambda: hearing.version() > 0)
            assert hearing.since(0) is None
            version = hearing.version()
            run.write_notes(Notes(name="renamed"))
            told(hearing, version, run.id)
            version = hearing.version()
            append_json(run.path / "progress.jsonl", {"step": 1})
            told(hearing, version, run.id)
            version = hearing.version()
            shutil.rmtree(run.path)
            told(hearing, version, run.id)
            assert not hearing.vouches()
        finally:
            hearing.stop()
    [said] = [record.message for record in caplog.records]
    assert "inotify watch limit" in said
    assert "max_user_watches" in said


def test_after_a_loss_everything_may_have_changed(store, run):
    watches = []

    class Losing:
        """A watch that can be told to lose."""

        def __init__(self, _runs, on_change, on_loss):
            self.on_loss = on_loss
            watches.append(self)

        def close(self):
            """Nothing to end."""

    hearing = RunChanges(store.runs, Losing).start()
    try:
        eventually(hearing.vouches)
        version = hearing.version()
        watches[0].on_loss()
        eventually(lambda: len(watches) == 2 and hearing.vouches())
        assert hearing.since(version) is None
    finally:
        hearing.stop()


def test_nothing_is_left_running_after_the_end(run):
    before = threading.active_count()
    other = RunChanges(run.path.parent).start()
    eventually(other.vouches)
    assert threading.active_count() > before
    other.stop()
    assert threading.active_count() == before
    assert not other.vouches()


def test_a_list_that_hears_of_changes_is_right(store, run, watched):
    hearing, other = RunStore(store.runs, watched), RunStore(store.runs)
    with run.hold() as held:
        held.set_state(State.FINISHED)
    assert [summary.state.state for summary in hearing.list_runs()] == [State.FINISHED]
    Run(run.path).write_notes(Notes(name="by somebody else"))
    eventually(lambda: hearing.list_runs()[0].title == "by somebody else")
    made = other.create(TrainConfig())
    assert [summary.id for summary in hearing.list_runs()] == sorted([run.id, made.id], reverse=True)
    shutil.rmtree(made.path)
    assert [summary.id for summary in hearing.list_runs()] == [run.id]

"""The trash: deleting and restoring a run is one rename, a run that works is refused, nothing is half."""

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import RunBusyError, RunError, UnknownRunError
from core.runs import Run, RunStore, State, TrainConfig
from core.runs.bulk import each_of
from core.runs.trash import MARK, Trash
from tests.unit.ui.fabricated import hold_running, write_run

ID = "20260101-000000-aaaaaa"


@pytest.fixture
def trash(settings) -> Trash:
    """An empty trash that does not exist on disk yet."""
    return Trash(RunStore(settings.runs), settings.trash)


def contents(run: Run) -> dict[str, bytes]:
    """Every file of a run but the empty lock, by its path in the folder."""
    files = (path for path in run.path.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(run.path)): path.read_bytes() for path in files}


def backdate(trash: Trash, run_id: str, days: float) -> None:
    """Make a deleted run one that was deleted `days` days ago."""
    path = trash.folder / run_id / MARK
    when = datetime.now(UTC) - timedelta(days=days)
    path.write_text(json.dumps({**json.loads(path.read_text()), "deleted_at": when.isoformat()}))


def test_a_deleted_run_is_gone_from_the_list_and_kept_in_the_trash(settings, trash):
    run = write_run(settings, "first")
    size = sum(map(len, contents(run).values()))
    before = datetime.now(UTC)
    trash.store.list_runs()
    trash.delete(run.id)
    assert trash.store.list_runs() == []
    assert run.id not in trash.store._memory.summaries
    assert not run.path.exists()
    [deleted] = trash.list_deleted()
    assert (deleted.id, deleted.title, deleted.bytes) == (run.id, "first", size)
    assert before <= deleted.deleted_at <= datetime.now(UTC)


def test_a_restored_run_is_what_it_was(settings, trash):
    run = write_run(settings, "first")
    before = contents(run)
    trash.delete(run.id)
    assert trash.restore(run.id).id == run.id
    assert contents(run) == before
    assert trash.list_deleted() == []
    assert [summary.title for summary in trash.store.list_runs()] == ["first"]


@pytest.mark.parametrize("state", [State.STARTING, State.RUNNING, State.STOPPING])
def test_a_run_that_trains_is_refused_and_says_to_stop_it(settings, trash, state):
    with hold_running(settings) as held:
        held.set_state(state)
        with pytest.raises(RunBusyError, match="Stop it first"):
            trash.delete(held.run.id)
        assert not (held.run.path / MARK).exists()
    trash.delete(held.run.id)  # its trainer is dead: it has crashed


def test_a_run_that_waits_is_refused(trash):
    run = trash.store.create(TrainConfig())
    with pytest.raises(RunBusyError, match="waits in the queue"):
        trash.delete(run.id)
    assert run.path.is_dir()


def test_a_run_that_cannot_be_read_can_be_deleted(settings, trash):
    run = write_run(settings)
    (run.path / "state.json").write_bytes(b"\xff{")
    (run.path / "config.json").unlink()
    trash.delete(run.id)
    assert [deleted.title for deleted in trash.list_deleted()] == [run.id]


def test_whoever_waits_for_the_lock_of_a_deleted_run_cannot_start_it(settings, trash):
    run = write_run(settings, state=State.PAUSED)
    with run.hold():
        failed = {}
        thread = threading.Thread(target=lambda: failed.update(each_of([run.id], trash.delete).failed))
        thread.start()
        thread.join()
    assert list(failed) == [run.id]
    trash.delete(run.id)
    with pytest.raises(RunError):
        run.hold()


def test_an_id_that_is_taken_again_is_not_restored_over(settings, trash):
    run = write_run(settings, "old")
    copy = trash.store.runs / f".new-{run.id}"
    shutil.copytree(run.path, copy)
    trash.delete(run.id)
    copy.rename(run.path)
    with pytest.raises(RunError, match="already"):
        trash.restore(run.id)
    with pytest.raises(RunError, match="already"):
        trash.delete(run.id)
    assert run.notes().name == "old"
    assert len(trash.list_deleted()) == 1


def test_deleting_for_good_follows_no_links(settings, trash, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "faces.bin").write_bytes(b"faces")
    run = write_run(settings)
    (run.path / "link").symlink_to(precious)
    (run.path / "file").symlink_to(precious / "faces.bin")
    trash.delete(run.id)
    assert trash.list_deleted()[0].bytes < 100_000
    trash.delete_for_good(run.id)
    assert list(trash.folder.iterdir()) == []
    assert (precious / "faces.bin").read_bytes() == b"faces"


@pytest.mark.parametrize("hostile", ["..", ".", "", "/etc", "a/../b", f"../runs/{ID}", f".gone-{ID}"])
def test_no_path_is_taken_for_an_id(settings, trash, hostile):
    write_run(settings)
    for act in (trash.delete, trash.restore, trash.delete_for_good, trash.get):
        with pytest.raises(UnknownRunError, match="not a run id"):
            act(hostile)


def test_a_link_in_the_trash_is_neither_listed_nor_removed(settings, trash, tmp_path):
    precious = write_run(settings)
    trash.folder.mkdir()
    (trash.folder / ID).symlink_to(precious.path)
    assert trash.list_deleted() == []
    for act in (trash.restore, trash.delete_for_good):
        with pytest.raises(UnknownRunError, match="link"):
            act(ID)
    trash.empty()
    assert precious.state().state is State.FINISHED


def test_a_run_that_was_never_deleted_is_not_in_the_trash(settings, trash):
    run = write_run(settings)
    for act in (trash.restore, trash.delete_for_good, trash.get):
        with pytest.raises(UnknownRunError, match=f"no deleted run {run.id}"):
            act(run.id)
    with pytest.raises(UnknownRunError):
        trash.delete(ID)


def test_the_last_deleted_is_listed_first(settings, trash):
    ids = [write_run(settings, str(i)).id for i in range(3)]
    for run_id, days in zip(ids, (1, 3, 2), strict=True):
        trash.delete(run_id)
        backdate(trash, run_id, days)
    assert [deleted.title for deleted in trash.list_deleted()] == ["0", "2", "1"]


def test_only_what_is_older_than_the_setting_is_emptied(settings, trash):
    old, young = (write_run(settings).id for _ in range(2))
    for run_id, days in ((old, 30.1), (young, 29.9)):
        trash.delete(run_id)
        backdate(trash, run_id, days)
    assert trash.empty_expired(0).done == []
    assert trash.empty_expired(30).done == [old]
    assert [deleted.id for deleted in trash.list_deleted()] == [young]
    assert trash.empty().done == [young]
    assert list(trash.folder.iterdir()) == []


@pytest.mark.parametrize("mark", [b"", b"{", b'{"deleted_at": "yesterday", "bytes": -1}', b"[]", None])
def test_without_a_sound_mark_the_time_of_the_move_counts(settings, trash, mark):
    run = write_run(settings)
    before = datetime.now(UTC) - timedelta(seconds=1)
    trash.delete(run.id)
    path = trash.folder / run.id / MARK
    path.unlink() if mark is None else path.write_bytes(mark)
    [deleted] = trash.list_deleted()
    assert before <= deleted.deleted_at <= datetime.now(UTC) + timedelta(seconds=1)
    assert deleted.bytes > 0
    assert trash.empty_expired(1).done == []


def test_what_an_interrupted_removal_left_goes_with_the_next_emptying(settings, trash):
    run = write_run(settings)
    trash.delete(run.id)
    (trash.folder / run.id).rename(trash.folder / f".gone-00000000-{run.id}")
    assert trash.list_deleted() == []
    trash.empty()
    assert list(trash.folder.iterdir()) == []


def test_many_are_deleted_and_each_that_failed_tells_why(settings, trash):
    sound, waiting = write_run(settings), trash.store.create(TrainConfig())
    outcome = each_of([sound.id, waiting.id, ID, "..", sound.id], trash.delete)
    assert outcome.done == [sound.id]
    assert list(outcome.failed) == [waiting.id, ID, ".."]
    assert "queue" in outcome.failed[waiting.id]


def test_a_disk_that_refuses_is_told_as_such(settings, trash, monkeypatch):
    run = write_run(settings)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.atomic.write_bytes", full)
    with pytest.raises(RunError, match=r"could not be deleted .*No space"):
        trash.delete(run.id)
    assert run.state().state is State.FINISHED


def test_a_study_shows_a_deleted_run_as_deleted(settings, trash):
    run = write_run(settings, "first")
    trash.delete(run.id)
    shown = trash.summary(run.id)
    assert (shown.state.state, shown.title, shown.metrics) == (State.DELETED, "first", None)
    assert f"restore {run.id}" in shown.state.reason
    trash.delete_for_good(run.id)
    assert trash.summary(run.id).state.reason == "It was deleted for good."

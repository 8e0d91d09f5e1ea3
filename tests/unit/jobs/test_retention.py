"""Cleaning removes what is old and has ended, tells what and how much; what is open or starred stays."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.atomic import write_json
from core.data.upload import own
from core.jobs import JobQueue
from core.jobs.retention import remove, surplus
from core.runs import Run, RunStore, State
from core.runs.features import FeatureStore
from core.runs.lock import take_lock
from core.runs.notes import edit_notes
from core.runs.pack import SUMS
from core.runs.trash import MARK, Trash
from core.settings import Settings
from tests.unit.runs.test_feature_space import KEY, written
from tests.unit.ui.fabricated import CONFIG, hold_running, write_run

MONTH = timedelta(days=30)
LONG_AGO = datetime.now(UTC) - timedelta(days=40)


def age(path: Path) -> Path:
    """Make a file or folder, with all in it, look unchanged for long."""
    for file in (path, *path.rglob("*")):
        os.utime(file, (LONG_AGO.timestamp(),) * 2)
    return path


def old_run(settings: Settings, name: str = "", state: State = State.FINISHED) -> Run:
    """A run that ended long ago."""
    run = write_run(settings, name, state=state)
    changed = run.written_state().model_copy(update={"ended_at": LONG_AGO.isoformat()})
    write_json(run.path / "state.json", changed.model_dump(mode="json"))
    return run


def names(settings: Settings, **options) -> dict[str, str]:
    """What would go: kind by name."""
    return {item.name: item.kind for item in surplus(settings, MONTH, **options)}


@pytest.mark.parametrize("state", [State.FINISHED, State.STOPPED, State.FAILED, State.PAUSED])
def test_old_ended_runs_go_and_young_ones_stay(settings, state):
    old, young = old_run(settings, state=state), write_run(settings, state=state)
    assert names(settings) == {old.id: "run"}
    gone, failed = remove(surplus(settings, MONTH))
    assert [item.name for item in gone] == [old.id]
    assert failed == {}
    assert RunStore(settings.runs).ids() == [young.id]
    assert Trash(RunStore(settings.runs), settings.trash).list_deleted() == []


def test_what_waits_or_trains_stays_however_old_it_is(settings):
    waiting = JobQueue(settings).submit(CONFIG)
    with hold_running(settings) as training:
        for run in (waiting, training.run):
            age(run.path)
        assert names(settings) == {}


def test_one_that_is_queued_again_between_the_look_and_the_removal_stays(settings):
    run = old_run(settings, state=State.PAUSED)
    found = surplus(settings, MONTH)
    with run.hold() as held:
        held.set_state(State.QUEUED)
    gone, failed = remove(found)
    assert gone == []
    assert "waits in the queue" in failed[run.id]
    assert RunStore(settings.runs).ids() == [run.id]


def test_a_starred_run_stays_where_that_is_asked(settings):
    run = old_run(settings)
    edit_notes(RunStore(settings.runs), run.id, star=True)
    assert names(settings, keep_starred=True) == {}
    assert names(settings) == {run.id: "run"}


def test_a_crashed_or_damaged_run_is_as_old_as_its_folder(settings):
    crashed, damaged, young = old_run(settings), old_run(settings), old_run(settings)
    for run in (crashed, young):
        state = run.written_state().model_copy(update={"state": State.RUNNING, "ended_at": None})
        write_json(run.path / "state.json", state.model_dump(mode="json"))
    (damaged.path / "state.json").write_text("{")
    age(crashed.path), age(damaged.path)
    assert set(names(settings)) == {crashed.id, damaged.id}
    assert remove(surplus(settings, MONTH))[1] == {}
    assert RunStore(settings.runs).ids() == [young.id]


def test_a_run_that_the_host_supplies_stays_since_the_next_start_would_bring_it_back(settings, tmp_path):
    run = old_run(settings)
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / SUMS).write_text(f"{'0' * 64}  runs/{run.id}/config.json\n")
    assert names(settings.model_copy(update={"hosted_runs": tmp_path / "pack"})) == {}


def test_the_trash_goes_by_when_a_run_was_deleted(settings):
    trash = Trash(RunStore(settings.runs), settings.trash)
    long_gone, just_gone = old_run(settings), old_run(settings)
    for run in (long_gone, just_gone):
        trash.delete(run.id)
    mark = {"deleted_at": LONG_AGO.isoformat(), "bytes": 5}
    (settings.trash / long_gone.id / MARK).write_text(json.dumps(mark))
    assert names(settings) == {long_gone.id: "deleted run"}
    remove(surplus(settings, MONTH))
    assert [run.id for run in trash.list_deleted()] == [just_gone.id]


def test_features_go_by_their_last_use_and_stay_while_they_are_computed(settings):
    store = FeatureStore(settings.features, max_bytes=settings.max_feature_bytes)
    unused = written(store, used=LONG_AGO.timestamp())
    used = written(store, used=time.time(), layer="block4_pool")
    assert names(settings) == {unused.folder.name: "features"}
    with store.lock(KEY, lambda: None):
        assert "are being computed" in remove(surplus(settings, MONTH))[1][unused.folder.name]
    assert unused.folder.exists()
    remove(surplus(settings, MONTH))
    assert not unused.folder.exists()
    assert used.folder.exists()


LEFTOVERS = (
    "runs/.new-20260131-142501-k3x9ab/config.json",
    "trash/.gone-abcd1234-20260131-142501-k3x9ab/config.json",
    "datasets/own/.new-own-faces-1/img/1.jpg",
    "datasets/own/.gone-own-faces-2/img/1.jpg",
    "datasets/.celeba-100.unfinished/progress.json",
    "weights/.tmp-12.weights.h5",
    "exports/20260131-142501-k3x9ab-keras.zip",
    "queue/tokens/abc",
)


@pytest.mark.parametrize("name", LEFTOVERS)
def test_old_leftovers_go_young_ones_stay(settings, name):
    file = settings.artifacts / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"12345")
    assert names(settings) == {}
    top = file.parent if file.parent.name.startswith(".") else file
    top = file.parents[1] if file.parent.name == "img" else top
    age(top)
    [item] = surplus(settings, MONTH)
    assert item.bytes == 5
    remove([item])
    assert not top.exists()


def test_a_draft_in_which_something_still_changes_stays(settings):
    draft = settings.runs / ".new-20260131-142501-k3x9ab"
    draft.mkdir(parents=True)
    age(draft)
    (draft / "config.json").write_bytes(b"")
    os.utime(draft, (LONG_AGO.timestamp(),) * 2)
    assert names(settings) == {}


def test_a_download_that_somebody_is_at_stays(settings):
    work = settings.datasets / ".celeba-100.unfinished"
    work.mkdir(parents=True)
    handle = take_lock(work / "lock")
    age(work)
    assert names(settings) == {}
    os.close(handle)
    assert names(settings) == {work.name: "broken download"}


def test_an_upload_that_nobody_kept_goes_and_a_kept_one_stays(settings):
    for name in ("own-left-1", "own-kept-2"):
        folder = own.own_folder(name, settings)
        folder.mkdir(parents=True)
        (folder / "1.jpg").write_bytes(b"x")
    (own.own_folder("own-left-1", settings) / own.STAGED).write_bytes(b"")
    age(settings.datasets)
    assert names(settings) == {"own-left-1": "upload nobody kept"}
    remove(surplus(settings, MONTH))
    assert [path.name for path in own.own_folder("x", settings).parent.iterdir()] == ["own-kept-2"]


def test_a_link_among_the_leftovers_goes_and_what_it_leads_to_stays(settings, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "1.jpg").write_bytes(b"x" * 100)
    (settings.artifacts / "exports").mkdir(parents=True)
    link = settings.artifacts / "exports" / "link.zip"
    link.symlink_to(tmp_path / "mine")
    os.utime(link, (LONG_AGO.timestamp(),) * 2, follow_symlinks=False)
    [item] = surplus(settings, MONTH)
    assert item.bytes < 100 + len(str(tmp_path))
    remove([item])
    assert not link.is_symlink()
    assert (tmp_path / "mine" / "1.jpg").exists()


def test_what_everything_else_lives_on_is_never_touched(settings):
    kept = [
        "datasets/synthetic-v1/img/1.png",
        "datasets/marks/x.json",
        "datasets/index/x.parquet",
        "weights/vgg16-random-v1.weights.h5",
        "studies/x.json",
        "queue/scheduler.lock",
        "precision.json",
    ]
    for name in kept:
        (settings.artifacts / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.artifacts / name).write_bytes(b"x")
    age(settings.artifacts)
    assert names(settings) == {}

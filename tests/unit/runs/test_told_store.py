"""A store that is told of changes looks at no other run, and looks at all when nobody vouches."""

import shutil

import pytest

from core.runs import Run, RunStore, State, TrainConfig
from core.runs import store as module
from core.runs.notes import edit_notes
from core.runs.records import Notes


class Told:
    """Changes that a test tells."""

    def __init__(self):
        self.now, self.changed, self.sure = 1, set(), True

    def version(self) -> int:
        """What a list remembers."""
        return self.now

    def since(self, version: int) -> set[str] | None:
        """What the test wants it to be."""
        return None if version < 1 else self.changed

    def vouches(self) -> bool:
        """Whether `since` can be relied on."""
        return self.sure


@pytest.fixture
def told() -> Told:
    """Changes that a test tells; none so far."""
    return Told()


@pytest.fixture
def store(tmp_path, told) -> RunStore:
    """A store that listens to `told`, with two ended runs, listed once."""
    store = RunStore(tmp_path / "runs", told)
    for name in ("a", "b"):
        with store.create(TrainConfig(), name=name).hold() as held:
            held.set_state(State.FINISHED)
    store.list_runs()
    return store


def looked_at(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids whose folders a list looks at."""
    looks = []
    summary = store._summary
    monkeypatch.setattr(store, "_summary", lambda run_id: looks.append(run_id) or summary(run_id))
    assert len(store.list_runs()) == 2
    return looks


def names(store: RunStore) -> list[str]:
    """What the listed runs are called."""
    return sorted(summary.notes.name for summary in store.list_runs())


def test_nothing_is_looked_at_while_nothing_changed(store, monkeypatch):
    assert looked_at(store, monkeypatch) == []


def test_only_what_changed_is_looked_at(store, told, monkeypatch):
    changed = store.ids()[1]
    told.changed = {changed}
    assert looked_at(store, monkeypatch) == [changed]


def test_a_change_is_read_even_when_the_folders_time_says_nothing(store, told):
    run = store.get(store.ids()[0])
    (run.path / "notes.json").write_text(Notes(name="c").model_dump_json())
    told.changed = {run.id}
    assert "c" in names(store)


def test_all_are_looked_at_when_nobody_vouches(store, told, monkeypatch):
    told.sure = False
    assert len(looked_at(store, monkeypatch)) == 2


def test_all_are_looked_at_when_changes_may_be_missing(store, told, monkeypatch):
    monkeypatch.setattr(told, "since", lambda version: None)
    assert len(looked_at(store, monkeypatch)) == 2


def test_all_are_looked_at_again_after_a_while(store, monkeypatch):
    monkeypatch.setattr(module, "TRUST_S", 0.0)
    assert len(looked_at(store, monkeypatch)) == 2


def test_an_open_run_is_read_at_every_look(store, told):
    run = store.create(TrainConfig(), name="open")
    told.changed = {run.id}
    assert names(store) == ["a", "b", "open"]
    told.changed = set()
    run.write_notes(Notes(name="still open"))
    assert names(store) == ["a", "b", "still open"]


def test_runs_that_come_and_go_untold_are_seen(store):
    gone = store.ids()[0]
    made = RunStore(store.runs).create(TrainConfig(), name="c")
    assert names(store) == ["a", "b", "c"]
    shutil.rmtree(store.runs / gone)
    assert len(names(store)) == 2
    shutil.rmtree(store.runs)
    assert names(store) == []
    RunStore(store.runs).create(TrainConfig(), name="d", run_id=made.id)
    assert names(store) == ["d"]


def test_an_edit_of_ones_own_is_seen_before_it_is_told(store):
    edit_notes(store, store.ids()[0], name="c")
    assert "c" in names(store)


def test_without_anybody_to_tell_it_a_store_is_right(store):
    quiet = RunStore(store.runs)
    quiet.list_runs()
    Run(store.runs / store.ids()[0]).write_notes(Notes(name="c"))
    assert "c" in names(quiet)

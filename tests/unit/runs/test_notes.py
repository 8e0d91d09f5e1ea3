"""Names, stars, tags and notes: within limits, and two who edit at once never undo each other."""

import threading

import pytest

from core.errors import ConfigError, RunBusyError, RunError, UnknownRunError
from core.runs import Run, RunStore, TrainConfig
from core.runs.lock import folder_lock
from core.runs.notes import (
    MAX_NAME,
    MAX_NOTE,
    MAX_TAG,
    MAX_TAGS,
    clean_name,
    clean_note,
    clean_tag,
    edit_notes,
    merged_tags,
)
from core.runs.records import Notes


@pytest.fixture
def store(tmp_path) -> RunStore:
    """A store of runs."""
    return RunStore(tmp_path / "runs")


@pytest.fixture
def run(store) -> Run:
    """A run with a name."""
    return store.create(TrainConfig(), name="first")


def test_an_edit_changes_what_is_given_and_nothing_else(store, run):
    edit_notes(store, run.id, star=True, add_tags=["a"])
    edit_notes(store, run.id, note="line\nline")
    after = edit_notes(store, run.id, name=" second ")
    assert after == run.notes() == Notes(name="second", star=True, tags=("a",), note="line\nline")


def test_a_name_can_be_taken_away(store, run):
    assert edit_notes(store, run.id, name="").name == ""


def test_an_edit_is_listed_at_once(store, run):
    store.list_runs()
    edit_notes(store, run.id, name="second")
    assert store.list_runs()[0].title == "second"


def test_an_edit_that_changes_nothing_writes_nothing(store, run):
    before = run.path.stat().st_mtime_ns, (run.path / "notes.json").stat().st_ino
    edit_notes(store, run.id, name="first", remove_tags=["none"])
    assert (run.path.stat().st_mtime_ns, (run.path / "notes.json").stat().st_ino) == before


@pytest.mark.parametrize(
    ("clean", "most"), [(clean_name, MAX_NAME), (clean_tag, MAX_TAG), (clean_note, MAX_NOTE)]
)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(clean, most):
    assert clean("ü" * most) == "ü" * most
    with pytest.raises(ConfigError, match=f"{most + 1:,}"):
        clean("ü" * (most + 1))


@pytest.mark.parametrize("bad", ["\x00", "\x1b[31m", "\x7f", "\u202e", "\u2028", "\ud800", "\x85"])
@pytest.mark.parametrize("clean", [clean_name, clean_tag, clean_note])
def test_control_characters_are_refused_and_named(clean, bad):
    with pytest.raises(ConfigError, match=f"U\\+{ord(bad[0]):04X}"):
        clean(f"a{bad}b")


@pytest.mark.parametrize("bad", ["a\nb", "a\tb", "a\rb"])
def test_names_and_tags_are_one_line_but_notes_are_not(bad):
    for clean in (clean_name, clean_tag):
        with pytest.raises(ConfigError, match="control"):
            clean(bad)
    assert clean_note("a\r\nb\rc\n\td") == "a\nb\nc\n\td"


def test_other_letters_and_pictures_are_welcome():
    name = "Prüfung 顔 👩‍🔬"
    assert clean_name(name) == clean_tag(name) == clean_note(name) == name


def test_a_tag_that_is_only_spaces_is_refused():
    with pytest.raises(ConfigError, match="at least one"):
        clean_tag("  ")


def test_tags_that_differ_in_letter_case_or_spelling_are_one():
    assert merged_tags(["Baseline"], add=["baseline ", "new", "NEW", "u\u0308", "ü"]) == (
        "Baseline",
        "new",
        "ü",
    )
    assert merged_tags(["Baseline", "new"], remove=["BASELINE", "gone"]) == ("new",)


def test_a_tag_both_added_and_removed_is_away():
    assert merged_tags(["a"], add=["b"], remove=["b"]) == ("a",)


def test_one_tag_too_many_is_refused_and_nothing_is_written(store, run):
    edit_notes(store, run.id, add_tags=[f"tag {i}" for i in range(MAX_TAGS)])
    with pytest.raises(ConfigError, match=str(MAX_TAGS + 1)):
        edit_notes(store, run.id, name="other", add_tags=["one more"])
    assert (run.notes().name, len(run.notes().tags)) == ("first", MAX_TAGS)
    edit_notes(store, run.id, add_tags=["TAG 1"])


def test_notes_beyond_the_limits_are_read_and_stay_when_another_field_is_changed(store, run):
    long = Notes(name="x" * 500, tags=tuple(f"t{i}" for i in range(50)))
    run.write_notes(long)
    assert edit_notes(store, run.id, star=True) == long.model_copy(update={"star": True})


def test_two_who_edit_at_once_lose_nothing(store, run):
    def tag(name: str) -> None:
        other = RunStore(store.runs)
        for i in range(5):
            edit_notes(other, run.id, add_tags=[f"{name}{i}"])

    threads = [threading.Thread(target=tag, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.notes().tags) == sorted(f"{name}{i}" for name in "abc" for i in range(5))


def test_a_text_that_changed_under_the_editor_is_not_replaced(store, run):
    seen = run.notes()
    edit_notes(store, run.id, note="theirs", seen=seen)
    with pytest.raises(RunError, match="theirs"):
        edit_notes(store, run.id, note="ours", seen=seen)
    assert edit_notes(store, run.id, name="renamed", star=True, seen=seen).note == "theirs"
    assert edit_notes(store, run.id, note="theirs", seen=seen).note == "theirs"


def test_notes_that_are_being_edited_are_waited_for_and_then_refused(store, run, monkeypatch):
    monkeypatch.setattr("core.runs.lock.EDIT_PATIENCE_S", 0.02)
    with folder_lock(run.path), pytest.raises(RunBusyError, match="Try again"):
        edit_notes(store, run.id, star=True)
    assert edit_notes(store, run.id, star=True).star


def test_a_trainer_at_work_does_not_stand_in_the_way(store, run):
    with run.hold():
        assert edit_notes(store, run.id, name="renamed").name == "renamed"


def test_notes_of_a_run_that_is_not_there_are_refused(store, run):
    for unknown in ("20260101-000000-aaaaaa", "..", ""):
        with pytest.raises(UnknownRunError):
            edit_notes(store, unknown, star=True)


def test_a_disk_that_refuses_is_told_as_such(store, run, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.atomic.write_bytes", full)
    with pytest.raises(RunError, match="No space"):
        edit_notes(store, run.id, star=True)
    assert run.notes() == Notes(name="first")

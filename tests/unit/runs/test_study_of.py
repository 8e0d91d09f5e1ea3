"""Which study a run belongs to, read once until the folder of studies changes."""

from core.runs.studies import StudyStore

A, B, C = (f"20260131-142501-{letter * 6}" for letter in "abc")


def test_no_studies_is_no_answer(tmp_path):
    assert StudyStore(tmp_path / "studies").study_of() == {}


def test_a_run_is_given_its_newest_study(tmp_path, monkeypatch):
    store = StudyStore(tmp_path / "studies")
    ids = iter(["20260101-000000-aaaaaa", "20260102-000000-aaaaaa"])
    monkeypatch.setattr("core.runs.studies.new_run_id", lambda: next(ids))
    store.create("first", "grid", {}, [A, B])
    assert {run_id: study.name for run_id, study in store.study_of().items()} == {A: "first", B: "first"}
    store.create("second", "grid", {}, [B, C])
    named = {run_id: study.name for run_id, study in store.study_of().items()}
    assert named == {A: "first", B: "second", C: "second"}


def test_files_are_not_read_again_while_nothing_changed(tmp_path, monkeypatch):
    store = StudyStore(tmp_path / "studies")
    store.create("first", "grid", {}, [A])
    before = store.study_of()
    before.pop(A)
    monkeypatch.setattr(StudyStore, "list_studies", lambda self: [])
    assert list(store.study_of()) == [A]
    assert StudyStore(store.folder).study_of() == {}


def test_a_study_that_is_removed_is_forgotten(tmp_path):
    store = StudyStore(tmp_path / "studies")
    study = store.create("first", "grid", {}, [A])
    assert store.study_of()[A] == study
    (store.folder / f"{study.id}.json").unlink()
    assert store.study_of() == {}

"""The few functions that turn an id into a file: each refuses what is no id, before it looks at a disk."""

from pathlib import Path

import pytest

from core.access import HOST
from core.data.sources import forget, get_source, register_own
from core.errors import DataError, UnknownRunError
from core.runs import RunStore
from core.runs.ids import is_run_id, run_path
from core.runs.notes import edit_notes
from core.runs.studies import Study, StudyStore
from core.runs.trash import Trash
from tests.attacks.hostile_ids import NOT_IDS, RUN

EVERY = pytest.mark.parametrize(
    "value", [*NOT_IDS.values(), "", "\udcff", "a\udcff/.."], ids=lambda v: repr(v)[:24]
)


@EVERY
def test_no_path_becomes_a_run(settings, outside, value):
    store = RunStore(settings.runs)
    bin_ = Trash(store, settings.trash)
    doors = (
        lambda: run_path(settings.runs, value),
        lambda: store.get(value),
        lambda: store.summary(value),
        lambda: store.to_change(value),
        lambda: edit_notes(store, value, name="mine"),
        lambda: bin_.delete(value),
        lambda: bin_.restore(value),
        lambda: bin_.delete_for_good(value),
        lambda: bin_.get(value),
    )
    for door in doors:
        with pytest.raises(UnknownRunError) as refused:
            door()
        assert len(str(refused.value)) < 300
        str(refused.value).encode()


@EVERY
def test_no_path_becomes_a_study(settings, outside, value):
    with pytest.raises(UnknownRunError) as refused:
        StudyStore(settings.studies, HOST).get(value)
    str(refused.value).encode()


@EVERY
def test_no_path_becomes_a_data_set(settings, outside, value):
    for door in (get_source, forget, lambda source, host: register_own(source, "mine", host)):
        with pytest.raises(DataError) as refused:
            door(value, settings)
        assert len(str(refused.value)) < 300
        str(refused.value).encode()


@pytest.mark.parametrize("root", ["runs", "trash"])
def test_a_run_that_is_a_link_is_neither_read_nor_deleted(settings, outside, root):
    runs: Path = getattr(settings, root)
    runs.mkdir(parents=True)
    (runs / RUN).symlink_to(outside, target_is_directory=True)
    store = RunStore(settings.runs)
    bin_ = Trash(store, settings.trash)
    assert store.list_runs() == []
    assert bin_.list_deleted() == []
    for door in (store.get, bin_.delete, bin_.restore, bin_.delete_for_good):
        with pytest.raises(UnknownRunError):
            door(RUN)
    assert (runs / RUN).is_symlink()


def test_a_run_that_is_deleted_for_good_takes_its_links_along_and_not_what_they_lead_to(settings, tmp_path):
    from core.runs import State, TrainConfig

    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    store = RunStore(settings.runs)
    run = store.create(TrainConfig())
    with run.hold() as held:
        held.set_state(State.STOPPED)
    (run.path / "tensorboard").symlink_to(outside, target_is_directory=True)
    (run.path / "log.txt").symlink_to(outside / "kept.txt")
    bin_ = Trash(store, settings.trash)
    bin_.delete(run.id)
    bin_.delete_for_good(run.id)
    assert (outside / "kept.txt").read_text() == "kept"
    assert not any(path.name.endswith(run.id) for path in settings.trash.iterdir())


def test_a_study_file_that_is_a_link_or_says_it_is_another_is_passed_over(settings, outside):
    settings.studies.mkdir(parents=True)
    other = "20260131-142502-k3x9ab"
    told = Study(id=other, name="another", run_ids=(), created_at="").model_dump_json()
    (settings.studies / f"{RUN}.json").write_text(told)
    (settings.studies / f"{other}.json").symlink_to(outside / "secret.txt")
    assert StudyStore(settings.studies, HOST).list_studies() == []


def test_a_study_names_no_run_by_a_path(settings):
    assert not any(is_run_id(value) for value in NOT_IDS.values())
    with pytest.raises(ValueError, match="no run id"):
        Study(id=RUN, name="", run_ids=("../../etc/passwd",), created_at="")

"""Labels marked wrong are left out of training or learnt the other way; what a run is scored on stays."""

from pathlib import Path

import pytest

from core.access import HOST
from core.data import open_dataset
from core.data.marks import marks_file, set_mark
from core.errors import RunError
from core.runs import TrainConfig
from core.settings import Settings
from core.training.setup import read_faces
from core.training.trainer import _refuse_others
from tests.scored_runs import scored_run
from tests.training.conftest import PATIENCE_S, predictions, start

IN_TRAINING, IN_TEST = ("000001.png", "000002.png"), "000060.png"


@pytest.fixture
def host(tmp_path: Path) -> Settings:
    return Settings(artifacts=tmp_path)


@pytest.fixture
def marked(host: Settings, tiny: TrainConfig) -> Path:
    """The tiny faces with two training labels and one of test marked wrong."""
    faces = open_dataset(tiny.data, settings=host)
    path = marks_file(faces.root, host)
    labels = dict(zip(faces.frame["image_id"], faces.labels("Male").tolist(), strict=True))
    for name in (*IN_TRAINING, IN_TEST):
        set_mark(path, "Male", name, "wrong", labels[name], seen=None, access=HOST)
    return path


def faces_of(config: TrainConfig, host: Settings, folder: Path | None = None):
    return read_faces(config, host, lambda done, total: None, folder)


def test_marks_are_ignored_unless_a_run_asks_for_them(host, tiny, marked):
    faces = faces_of(tiny, host)
    assert faces.marks is None
    assert len(faces.dataset.split_rows("train")) == 40


def test_what_is_left_out_is_left_out_of_training_alone(host, tiny, marked):
    faces = faces_of(tiny.changed(marks="leave_out"), host)
    names = set(faces.dataset.frame["image_id"].iloc[faces.dataset.split_rows("train")])
    assert len(names) == 38
    assert not names & set(IN_TRAINING)
    assert len(faces.dataset.split_rows("test")) == 10
    assert (faces.marks.applied, faces.marks.held_out, faces.marks.wrong) == (2, 1, 3)


def test_what_is_turned_over_is_turned_over_in_training_alone(host, tiny, marked):
    plain, turned = faces_of(tiny, host).dataset, faces_of(tiny.changed(marks="flip"), host).dataset
    differ = plain.frame["Male"] != turned.frame["Male"]
    assert set(plain.frame["image_id"][differ]) == set(IN_TRAINING)


def test_runs_with_and_without_marks_have_the_same_split(host, tiny, marked):
    without, left_out = faces_of(tiny, host), faces_of(tiny.changed(marks="leave_out"), host)
    assert without.split_fingerprint == left_out.split_fingerprint
    assert without.fingerprint == left_out.fingerprint


def test_a_run_goes_on_with_the_marks_that_it_began_with(host, tiny, marked, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    config = tiny.changed(marks="leave_out")
    before = faces_of(config, host, folder).marks
    set_mark(marked, "Male", "000003.png", "wrong", 0, seen=None, access=HOST)
    assert faces_of(config, host, folder).marks == before
    assert faces_of(config, host).marks.applied == before.applied + 1


@pytest.mark.slow
def test_a_run_records_its_marks_and_is_scored_on_all_of_test(host, tiny, marked):
    run, trainer = start(host, tiny.changed(marks="leave_out", epochs=1))
    said, errors = trainer.communicate(timeout=PATIENCE_S)
    assert trainer.returncode == 0, errors
    assert "3 labels of Male are marked wrong: 2 left out of training, 1 of validation and test stay" in said
    made = run.environment().data
    assert (made.marks.use, made.marks.applied, made.splits["train"].n) == ("leave_out", 2, 38)
    assert made.images == 60
    assert (run.path / "marks.json").is_file()
    assert len(predictions(run)) == 10


def test_other_marks_than_the_checkpoint_was_made_with_are_refused(host, tiny, marked):
    made = scored_run(host).environment()
    marks = faces_of(tiny.changed(marks="flip"), host).marks
    other = made.model_copy(update={"data": made.data.model_copy(update={"marks": marks})})
    with pytest.raises(RunError, match="marks on labels changed"):
        _refuse_others(made, other)

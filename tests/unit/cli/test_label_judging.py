"""`dataset labels` tells how good its judge is; `train` and `runs show` tell what became of marked labels."""

from pathlib import Path

import pytest

from core.access import HOST
from core.atomic import write_json
from core.data import open_dataset
from core.data.marks import marks_file, set_mark
from core.evaluation.label_errors import Judge
from core.runs import Run, TrainConfig
from core.runs.label_judge import caution_words, found_words, judge_words
from core.runs.label_marks import marks_sentence
from core.runs.records import MarksRecord
from core.settings import Settings
from tests.unit.ui.fabricated import environment


def record(wrong: int, applied: int, held_out: int, use: str = "flip") -> MarksRecord:
    """What a run records of marks, `wrong` of them wrong."""
    return MarksRecord(
        use=use, fingerprint="a", wrong=wrong, right=0, unsure=0, applied=applied, held_out=held_out
    )


def test_doubts_about_labels_stand_with_how_good_their_judge_is(command, tiny_faces: Path):
    said = command("dataset", "labels", tiny_faces, "--top", "1")
    first, second, *_ = said.out.splitlines()
    assert first.startswith("Male: ") and "of 60 labels" in first and "likely wrong" not in first
    assert second.startswith("Judged by outlines, which agree with the label in ")
    assert "of 60 held-out images; always giving the commoner label agrees in 0.5000." in second
    assert "too few to know how good this judge is" in second
    judge = command("dataset", "labels", tiny_faces, "--top", "1", "--json").json()["judge"]
    assert judge["n"] == 60 and judge["majority"] == 0.5 and judge["trusted"] is False
    assert judge["interval"][0] <= judge["accuracy"] <= judge["interval"][1]


@pytest.mark.parametrize(
    ("judge", "word", "caution"),
    [
        (Judge(2000, 1880, 1134), "likely wrong", ""),
        (Judge(6000, 5285, 3261), "doubtful", "errs too often"),
        (Judge(2000, 1100, 1134), "doubtful", "little better than guessing"),
        (Judge(40, 30, 20), "doubtful", "too few"),
        (Judge(0, 0, 0), "doubtful", "too few"),
    ],
)
def test_a_label_is_called_wrong_only_by_a_judge_that_can_tell(judge: Judge, word: str, caution: str):
    assert found_words(3, judge).endswith(f"labels are {word}")
    assert caution in caution_words(judge)
    assert bool(caution) == bool(caution_words(judge))
    assert judge_words(judge, "outlines").endswith(".")


def test_training_with_marks_where_nothing_is_marked_says_so(command, tiny_faces: Path):
    asked = ("train", "--data", tiny_faces, "--weights", "random", "--image-size", "32", "--detach")
    said = command(*asked, "--marks", "flip")
    assert said.code == 0
    assert "No label of Male is marked wrong among this run's images: flip changes nothing." in said.err
    assert "marked wrong" not in command(*asked).err


def test_training_with_marks_says_how_many_labels_it_turns(command, tiny_faces: Path, tmp_path: Path):
    settings = Settings(artifacts=tmp_path / "artifacts")
    faces = open_dataset(tiny_faces, settings=settings)
    row = int(faces.split_rows("train")[0])
    name, label = faces.frame["image_id"].iat[row], int(faces.labels("Male")[row])
    set_mark(marks_file(faces.root, settings), "Male", name, "wrong", label, seen=None, access=HOST)
    said = command(
        *("train", "--data", tiny_faces, "--weights", "random", "--image-size", "32"),
        *("--detach", "--marks", "leave_out"),
    )
    assert "1 label of Male is marked wrong: 1 left out of training." in said.err


def test_a_run_shows_what_became_of_marked_labels(command, store, saved: Run):
    made = environment()
    marks = record(3, 2, 1)
    marked = made.model_copy(update={"data": made.data.model_copy(update={"marks": marks})})
    write_json(saved.path / "environment.json", marked.model_dump())
    assert (
        "3 labels of Young are marked wrong: 2 turned over in training"
        in command("runs", "show", saved.id).out
    )
    told = command("runs", "show", saved.id, "--json").json()["label_marks"]
    assert told == marks.model_dump()
    other = store.create(TrainConfig(weights="random"))
    assert command("runs", "show", other.id, "--json").json()["label_marks"] is None


def test_labels_of_validation_and_test_that_stay_are_counted():
    said = marks_sentence(record(3, 2, 1, "leave_out"), "Male")
    assert said.startswith("3 labels of Male are marked wrong: 2 left out of training, ")
    assert said.endswith(", 1 of validation and test stay as they came.")

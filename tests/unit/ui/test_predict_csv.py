"""The answers to take away: a row a face, a row a photo without one, and nothing a spreadsheet would run."""

import csv
from io import StringIO

import numpy as np
import pytest
from PIL import Image

from core.data.crops import Crop
from core.runs import RunSummary
from core.runs.summary import read_summary
from core.settings import Settings
from core.ui.predict_answers import Answer
from core.ui.predict_csv import COLUMNS, answers_csv
from core.ui.predict_photos import Photo
from core.ui.predict_reading import Reading
from tests.scored_runs import scored_run


@pytest.fixture
def run(settings: Settings) -> RunSummary:
    return read_summary(scored_run(settings, "a run"))


def photo(name: str) -> Photo:
    return Photo(name, name, b"", "digest", "upload")


def answer(
    name: str,
    label: int | None,
    *,
    number: int = 1,
    warnings: tuple[str, ...] = (),
    is_calibrated: bool = True,
) -> Answer:
    crop = Crop(Image.fromarray(np.zeros((218, 178, 3), np.uint8)), (10, 20, 110, 140), None, "aligned", ())
    figures = {"probability": 0.987654321, "calibrated": 0.9123456, "is_calibrated": is_calibrated}
    return Answer(
        "run", photo(name), Reading(), crop, number, 2, label=label, reason="", warnings=warnings, **figures
    )


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_every_face_has_a_row_with_what_was_said_of_it(run):
    said = answers_csv([answer("a, b.png", 1, warnings=("profile", "low resolution"))], [], {}, run, 0.25)
    (row,) = rows(said)
    assert list(row) == list(COLUMNS)
    assert row["file"] == "a, b.png"
    assert [row[edge] for edge in ("left", "top", "right", "bottom")] == ["10", "20", "110", "140"]
    assert (row["face"], row["crop"], row["label"]) == ("1", "aligned", "man")
    assert (row["probability"], row["calibrated"], row["threshold"]) == ("0.987654", "0.912346", "0.75")
    assert (row["target"], row["run"]) == ("Male", run.id)
    assert row["marks"] == "synthetic faces; random weights"
    assert row["warnings"] == "profile; low resolution"


def test_no_answer_is_told_as_not_sure_and_keeps_its_probability(run):
    (row,) = rows(answers_csv([answer("a.png", None)], [], {}, run, 0.45))
    assert (row["label"], row["probability"]) == ("not sure", "0.987654")


def test_photos_without_an_answer_have_a_row_that_says_why(run):
    (row,) = rows(answers_csv([], [(photo("c.png"), "c.png is empty.")], {}, run, 0.4))
    assert (row["file"], row["error"], row["label"], row["run"]) == ("c.png", "c.png is empty.", "", run.id)


def test_marks_of_a_person_are_in_the_file(run):
    first, second = answer("a.png", 1), answer("a.png", 0, number=2)
    found = rows(answers_csv([first, second], [], {second.key: "woman"}, run, 0.4))
    assert [row["marked_wrong"] for row in found] == ["", "woman"]


def test_what_was_marked_is_told_though_the_model_is_not_sure_any_more(run):
    doubtful = answer("a.png", None)
    (row,) = rows(answers_csv([doubtful], [], {doubtful.key: "man"}, run, 0.45))
    assert (row["label"], row["marked_wrong"]) == ("not sure", "man")


def test_a_number_that_is_not_calibrated_is_not_called_so(run):
    (row,) = rows(answers_csv([answer("a.png", 1, is_calibrated=False)], [], {}, run, 0.4))
    assert (row["probability"], row["calibrated"]) == ("0.987654", "")


def test_a_file_name_cannot_be_a_formula(run):
    said = answers_csv([answer("=1+1.png", 1)], [(photo("@sum"), "+bad")], {}, run, 0.4)
    assert [row["file"] for row in rows(said)] == ["'=1+1.png", "'@sum"]
    assert rows(said)[1]["error"] == "'+bad"

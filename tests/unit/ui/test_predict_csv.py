"""The answers to take away: a row a face, a row a photo without one, and nothing a spreadsheet would run."""

import csv
from io import StringIO

import numpy as np
import pytest
from PIL import Image

from core.data.crops import Crop
from core.runs import RunSummary
from core.runs.store import read_summary
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


def answer(name: str, label: int | None, *, number: int = 1, warnings: tuple[str, ...] = ()) -> Answer:
    crop = Crop(Image.fromarray(np.zeros((218, 178, 3), np.uint8)), (10, 20, 110, 140), None, "aligned", ())
    return Answer(photo(name), Reading(), crop, number, 2, 0.987654321, 0.9123456, label, "", warnings)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_every_face_has_a_row_with_what_was_said_of_it(run):
    said = answers_csv([answer("a, b.png", 1, warnings=("profile", "low resolution"))], [], set(), run, 0.25)
    (row,) = rows(said)
    assert list(row) == list(COLUMNS)
    assert row["file"] == "a, b.png"
    assert [row[edge] for edge in ("left", "top", "right", "bottom")] == ["10", "20", "110", "140"]
    assert (row["face"], row["crop"], row["label"]) == ("1", "aligned", "man")
    assert (row["probability"], row["calibrated"], row["threshold"]) == ("0.987654", "0.912346", "0.25")
    assert (row["target"], row["run"]) == ("Male", run.id)
    assert row["marks"] == "synthetic faces; random weights"
    assert row["warnings"] == "profile; low resolution"


def test_no_answer_is_told_as_not_sure_and_keeps_its_probability(run):
    (row,) = rows(answers_csv([answer("a.png", None)], [], set(), run, 0.45))
    assert (row["label"], row["probability"]) == ("not sure", "0.987654")


def test_photos_without_an_answer_have_a_row_that_says_why(run):
    (row,) = rows(answers_csv([], [(photo("c.png"), "c.png is empty.")], set(), run, 0.4))
    assert (row["file"], row["error"], row["label"], row["run"]) == ("c.png", "c.png is empty.", "", run.id)


def test_marks_of_a_person_are_in_the_file(run):
    first, second = answer("a.png", 1), answer("a.png", 0, number=2)
    found = rows(answers_csv([first, second], [], {second.key}, run, 0.4))
    assert [row["marked_wrong"] for row in found] == ["", "yes"]


def test_a_file_name_cannot_be_a_formula(run):
    said = answers_csv([answer("=1+1.png", 1)], [(photo("@sum"), "+bad")], set(), run, 0.4)
    assert [row["file"] for row in rows(said)] == ["'=1+1.png", "'@sum"]
    assert rows(said)[1]["error"] == "'+bad"

"""No csv that people take away holds a formula, in a cell or a heading; numbers in it stay numbers."""

import csv
import io
import json
import re

import numpy as np
import pandas as pd
import pytest

from core.access import HOST
from core.data import open_dataset
from core.data.marks import marks_file, set_mark
from core.runs import RunStore
from core.runs.export import as_csv, as_json, csv_of, harmless
from core.runs.label_marks import marks_csv
from core.runs.records import Notes
from core.ui.predict_csv import answers_csv
from core.ui.predict_photos import Photo
from tests.faces import make_celeba
from tests.scored_runs import scored_run

FORMULAS = (
    '=HYPERLINK("http://x.test")',
    "+1+cmd|'/C calc'!A0",
    "-1+cmd|'/C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＠SUM(1)",
    "harmless;=1+1",
    "harmless\t=1+1",
    "harmless\n=1+1",
)
STARTS = tuple("=+-@＝＋－＠\t")
NUMBER = re.compile(r"-?[0-9.]+(e[+-][0-9]+)?")
EVERY = pytest.mark.parametrize("formula", FORMULAS, ids=repr)


def formulas(text: str) -> list[str]:
    """The cells that a spreadsheet would run, where cells end at commas, at semicolons, or at tabs."""
    found = []
    for delimiter in (",", ";", "\t"):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        # A line of a cell is looked at as a cell: not every program minds the quotes.
        lines = [line for row in rows for cell in row for line in re.split(r"[\r\n]", cell)]
        found += [line for line in lines if line.startswith(STARTS) and not NUMBER.fullmatch(line)]
    return found


@EVERY
def test_each_of_them_would_run_if_nothing_were_done(formula):
    assert formulas(pd.DataFrame({"x": [formula]}).to_csv(index=False))
    assert harmless(formula) != formula
    assert harmless(formula).replace("'", "") == formula.replace("'", "")


@EVERY
def test_runs_and_their_notes(settings, formula):
    run = scored_run(settings, formula, n=20)
    run.write_notes(Notes(name=formula, tags=(formula,), note=formula))
    runs = RunStore(settings.runs).list_runs()
    assert formulas(as_csv(runs)) == []
    # What programs read is exact.
    assert formula in pd.DataFrame(json.loads(as_json(runs)))["note"].tolist()


@EVERY
def test_predictions_with_their_ids_and_attributes(formula):
    frame = pd.DataFrame({"image_id": [formula], formula: [1], "probability": [-0.25]})
    text = csv_of(frame)
    assert formulas(text) == []
    assert pd.read_csv(io.StringIO(text))["probability"].tolist() == [-0.25]


@EVERY
def test_answers_with_their_files(settings, formula):
    run = RunStore(settings.runs).summary(scored_run(settings, n=20).id)
    given = Photo("photo-1", formula, b"", "0" * 64, "upload")
    assert formulas(answers_csv([], [(given, formula)], {}, run, 0.1)) == []


@pytest.mark.parametrize("formula", [text for text in FORMULAS if text.isprintable()], ids=repr)
def test_marks_on_labels(settings, tmp_path, formula):
    folder = make_celeba(tmp_path / "faces", n=12)
    dataset = open_dataset(folder, settings=settings)
    set_mark(marks_file(dataset.root, settings), "Male", formula, "wrong", 1, seen=None, access=HOST)
    text = marks_csv(dataset, settings)
    assert formulas(text) == []
    assert len(pd.read_csv(io.StringIO(text))) == 1


@pytest.mark.parametrize("value", [-1, -0.5, np.float32(-2.5), -(10**12), float("-inf"), None, True])
def test_numbers_stay_numbers(value):
    assert harmless(value) is value

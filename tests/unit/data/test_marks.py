"""A person's marks on labels: kept whole, edited by several at once, never of another label."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.access import HOST
from core.data import open_dataset
from core.data.marks import (
    Mark,
    counts,
    mark_rows,
    marked_rows,
    marks_file,
    marks_fingerprint,
    read_marks,
    set_mark,
    standing,
)
from core.errors import DataError
from core.runs.label_marks import marks_csv
from core.settings import Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where marks may be kept."""
    return tmp_path / "marks" / "faces.json"


def test_a_mark_is_there_for_whoever_looks_next(path: Path):
    set_mark(path, "Male", "1.jpg", "wrong", 1, seen=None, access=HOST)
    marks = read_marks(path, "Male")
    assert marks["1.jpg"].verdict == "wrong"
    assert marks["1.jpg"].label == 1
    assert read_marks(path, "Young") == {}


def test_a_mark_can_be_changed_and_taken_away(path: Path):
    first = set_mark(path, "Male", "1.jpg", "wrong", 1, seen=None, access=HOST)["1.jpg"]
    second = set_mark(path, "Male", "1.jpg", "unsure", 1, seen=first, access=HOST)["1.jpg"]
    assert set_mark(path, "Male", "1.jpg", None, 1, seen=second, access=HOST) == {}
    assert read_marks(path, "Male") == {}


def test_two_who_mark_at_once_keep_each_others_marks(path: Path):
    def mark(i: int) -> None:
        set_mark(path, ("Male", "Young")[i % 2], f"{i}.jpg", "wrong", 0, seen=None, access=HOST)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(mark, range(60)))
    assert len(read_marks(path, "Male")) + len(read_marks(path, "Young")) == 60


def test_a_mark_that_somebody_else_changed_meanwhile_is_not_replaced(path: Path):
    set_mark(path, "Male", "1.jpg", "right", 1, seen=None, access=HOST)
    with pytest.raises(DataError, match=r"1\.jpg was marked right by somebody else"):
        set_mark(path, "Male", "1.jpg", "wrong", 1, seen=None, access=HOST)
    assert set_mark(path, "Male", "1.jpg", "right", 1, seen=None, access=HOST)["1.jpg"].verdict == "right"


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"format": 9, "targets": {}}', '{"format": 1, "targets": {"Male": {"1.jpg": {"x": 1}}}}'],
)
def test_damaged_marks_are_said_and_left_as_they_are(path: Path, content: str):
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(DataError, match="Put the former file back"):
        set_mark(path, "Male", "2.jpg", "wrong", 1, seen=None, access=HOST)
    assert path.read_text() == content


def test_what_is_no_verdict_is_refused(path: Path):
    with pytest.raises(DataError, match="'maybe' is no mark"):
        set_mark(path, "Male", "1.jpg", "maybe", 1, seen=None, access=HOST)


def test_a_mark_of_a_label_that_has_changed_since_counts_no_more(tiny_faces: Path, settings: Settings):
    dataset = open_dataset(tiny_faces, settings=settings)
    ids, labels = dataset.frame["image_id"].tolist(), dataset.labels("Male").tolist()
    marks = {
        ids[0]: Mark("wrong", labels[0], ""),
        ids[1]: Mark("wrong", 1 - labels[1], ""),
        "gone.jpg": Mark("wrong", 1, ""),
    }
    assert list(standing(marks, dataset, "Male")) == [ids[0]]


def test_marked_rows_are_those_of_one_verdict(tiny_faces: Path, settings: Settings):
    dataset = open_dataset(tiny_faces, settings=settings)
    ids = dataset.frame["image_id"].tolist()
    marks = {ids[5]: Mark("wrong", 1, ""), ids[2]: Mark("wrong", 0, ""), ids[3]: Mark("right", 0, "")}
    assert marked_rows(marks, dataset, "wrong").tolist() == [2, 5]
    assert counts(marks.values()) == {"right": 1, "wrong": 2, "unsure": 0}


def test_the_fingerprint_is_of_what_was_said_and_not_of_when():
    one = {"b": Mark("wrong", 1, "monday"), "a": Mark("right", 0, "monday")}
    same = {"a": Mark("right", 0, "friday"), "b": Mark("wrong", 1, "friday")}
    assert marks_fingerprint(one) == marks_fingerprint(same)
    assert marks_fingerprint(one) != marks_fingerprint({**one, "b": Mark("right", 1, "monday")})


def test_marks_lie_beside_the_index_and_not_in_it(tiny_faces: Path, settings: Settings):
    path = marks_file(tiny_faces, settings)
    assert path.parent == settings.datasets / "marks"


def test_no_cell_of_the_csv_is_a_formula(tiny_faces: Path, settings: Settings):
    dataset = open_dataset(tiny_faces, settings=settings)
    path = marks_file(dataset.root, settings)
    set_mark(path, "Male", "=HYPERLINK(1)", "wrong", 1, seen=None, access=HOST)
    set_mark(path, "Young", "2.jpg", "unsure", 0, seen=None, access=HOST)
    lines = marks_csv(dataset, settings).splitlines()
    assert lines[0] == "target,image_id,label,mark,marked_at"
    assert lines[1].startswith("Male,'=HYPERLINK(1),1,wrong,")
    assert lines[2].startswith("Young,2.jpg,0,unsure,")
    assert len(mark_rows(path, ["Young"])) == 1


def test_the_file_can_be_read_by_anyone(path: Path):
    set_mark(path, "Male", "é 1.jpg", "wrong", 1, seen=None, access=HOST)
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["targets"]["Male"]["é 1.jpg"]["verdict"] == "wrong"

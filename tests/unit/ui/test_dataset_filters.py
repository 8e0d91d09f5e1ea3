"""Filters of the faces: which rows they leave, and how they stand in an address."""

import time

import numpy as np
import pandas as pd
import pytest

from core.data import FaceDataset
from core.ui.dataset_filters import Filters, filter_words, matching_rows, read, written

ATTRIBUTES = ("Male", "Smiling", "Young")


@pytest.fixture
def faces() -> FaceDataset:
    """Eight images, one of each combination; persons 7, 7, 8, 8 …; the last two are test."""
    frame = pd.DataFrame({"image_id": [f"A{i:03d}.jpg" for i in range(8)]}).assign(
        path=lambda f: f["image_id"]
    )
    frame["person_id"] = 7 + np.arange(8) // 2
    frame["split"] = ["train"] * 6 + ["test"] * 2
    for bit, name in enumerate(ATTRIBUTES):
        frame[name] = (np.arange(8) >> bit & 1).astype(np.uint8)
    return FaceDataset("made", None, frame, ATTRIBUTES)


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(), list(range(8))),
        (Filters(present=("Male",)), [1, 3, 5, 7]),
        (Filters(present=("Male", "Young")), [5, 7]),
        (Filters(present=("Male",), absent=("Young",)), [1, 3]),
        (Filters(absent=ATTRIBUTES), [0]),
        (Filters(split="test"), [6, 7]),
        (Filters(split="val"), []),
        (Filters(person=8), [2, 3]),
        (Filters(person=-1), []),
        (Filters(words="a00"), list(range(8))),
        (Filters(words="5.J"), [5]),
        (Filters(words="."), list(range(8))),
        (Filters(present=("Young",), split="train", person=9, words="4"), [4]),
    ],
)
def test_only_images_with_all_that_is_asked_for_are_left(faces, filters: Filters, rows: list[int]):
    assert matching_rows(faces, filters).tolist() == rows


FULL = Filters(("Male",), ("Young", "Smiling"), "test", 12, "00 3")


def test_a_view_in_an_address_is_the_same_view():
    address = {name: [value] if isinstance(value, str) else value for name, value in written(FULL).items()}
    assert read(address, ATTRIBUTES) == (FULL, [])
    assert FULL.count == 6


def test_what_asks_for_nothing_is_not_written():
    assert written(Filters()) == {}
    assert read({}, ATTRIBUTES) == (Filters(), [])


def test_what_cannot_be_is_left_out_and_named():
    asked = {"with": ["Male", "Wings"], "without": ["Male"], "split": ["holdout"], "person": ["-4"]}
    filters, refused = read(asked, ATTRIBUTES)
    assert filters == Filters(present=("Male",))
    assert refused == ["with=Wings", "without=Male", "split=holdout", "person=-4"]


@pytest.mark.parametrize("person", ["1e3", "٣", "99999999999999999", " 4", "4.0"])
def test_a_person_is_a_plain_number(person: str):
    assert read({"person": [person]}, ATTRIBUTES) == (Filters(), [f"person={person}"])


def test_spaces_alone_search_for_nothing():
    assert read({"id": ["   "]}, ATTRIBUTES) == (Filters(), [])
    assert read({"id": [" 3"]}, ATTRIBUTES)[0].words == " 3"


def test_a_long_search_is_cut():
    assert len(read({"id": ["x" * 10_000]}, ATTRIBUTES)[0].words) == 200


def test_filters_are_said_in_words():
    assert filter_words(FULL) == "man, not young, not smiling, split test, person 12, id with 00 3"


def test_thirty_thousand_images_are_filtered_in_no_time():
    rng = np.random.default_rng(0)
    n = 30_000
    frame = pd.DataFrame({"image_id": [f"{i:06d}.jpg" for i in range(n)]}).assign(path="", split="train")
    frame["person_id"] = rng.integers(0, 1_500, n)
    for name in ATTRIBUTES:
        frame[name] = rng.integers(0, 2, n).astype(np.uint8)
    faces = FaceDataset("many", None, frame, ATTRIBUTES)
    start = time.perf_counter()
    found = matching_rows(faces, Filters(("Male", "Smiling"), ("Young",), "train", None, "00"))
    assert time.perf_counter() - start < 0.3
    assert 0 < len(found) < n / 4

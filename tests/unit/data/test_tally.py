"""What was found, summed up: each thing counted once, and only what is known."""

import numpy as np
import pytest

from core.data import Problem, open_dataset
from core.data.problems import COUNTED, Finding, Tally, tally, tally_words
from core.data.problems.finding import of_pairs

SHARED = Problem("shared_persons", "Persons in more than one split: 3.", ("4", "7", "9"))


def found(**given: Finding) -> dict[str, Finding]:
    """Findings of all kinds that a tally needs; those not given are empty."""
    empty = {kind.__name__: Finding(kind.__name__, "", np.empty(0, np.int64)) for kind in COUNTED}
    return empty | given


@pytest.fixture
def dataset(faces, settings):
    """Twenty images, every second one a man."""
    return open_dataset(faces.celeba(), settings=settings)


def test_what_nobody_looked_at_is_not_said_to_be_absent(dataset) -> None:
    counted = tally(dataset.with_frame(dataset.frame, SHARED), None, "Male")
    assert counted == Tally(persons=3, pairs=None, disagreeing=0, poor=0, others=0)
    assert counted.total == 3 and tally_words(counted) == "3 persons in more than one split"


def test_an_image_that_is_poor_in_two_ways_is_one_poor_image(dataset) -> None:
    small_and_dark = found(
        dark=Finding("dark", "", np.array([4, 2])), odd_sized=Finding("odd_sized", "", np.array([4]))
    )
    counted = tally(dataset, small_and_dark, "Male")
    assert counted.poor == counted.total == 2
    assert tally_words(counted) == "2 poor images"


def test_pairs_that_disagree_are_counted_among_the_pairs(dataset) -> None:
    labels = dataset.labels("Male")
    other = int(np.flatnonzero(labels != labels[0])[0])
    same = int(np.flatnonzero(labels == labels[0])[1])
    doubles = found(
        exact_duplicates=of_pairs("exact_duplicates", "", np.array([[0, other]])),
        near_duplicates=of_pairs("near_duplicates", "", np.array([[0, same]])),
    )
    counted = tally(dataset, doubles, "Male")
    assert (counted.pairs, counted.disagreeing, counted.total) == (2, 1, 2)
    assert tally_words(counted) == "2 duplicate pairs, 1 with other labels"


def test_what_opening_found_is_counted_by_its_items(dataset) -> None:
    unreadable = Problem("unreadable", "Images that cannot be decoded: 2.", ("a", "b"))
    carved = Problem("carved", "The partition has no test images.", ())
    counted = tally(dataset.with_frame(dataset.frame, unreadable, carved), found(), "Male")
    assert counted.others == counted.total == 3
    assert tally_words(counted) == ""


def test_the_line_names_all_three() -> None:
    words = "38 persons in more than one split · 48 duplicate pairs, 12 with other labels · 38 poor images"
    assert tally_words(Tally(38, 48, 12, 38, 0)) == words
    assert Tally(38, 48, 12, 38, 0).total == 124
    one = "1 person in more than one split · 1 duplicate pair · 1 poor image"
    assert tally_words(Tally(1, 1, 0, 1, 0)) == one

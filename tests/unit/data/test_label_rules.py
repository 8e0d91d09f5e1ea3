"""Rules from the data's own counts, and the images that break them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import FaceDataset
from core.data.label_rules import contradictions, label_rules


def faces(**columns: np.ndarray) -> FaceDataset:
    """A data set of labels alone; nobody looks at its images."""
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame(
        {
            "image_id": [f"{i}.jpg" for i in range(n)],
            "path": "",
            "person_id": -1,
            "split": "",
            **{name: values.astype(np.uint8) for name, values in columns.items()},
        }
    )
    return FaceDataset("faces", Path("/nowhere"), frame, tuple(columns))


def bearded(n: int = 2000, broken: int = 3) -> FaceDataset:
    """Half are men, a third of them with a goatee; `broken` women have one by mistake."""
    rng = np.random.default_rng(0)
    male = np.arange(n) % 2
    goatee = male * (rng.random(n) < 0.33)
    goatee[: 2 * broken : 2] = 1
    return faces(Male=male, Goatee=goatee, Smiling=rng.integers(0, 2, n))


def test_what_nearly_always_holds_is_a_rule_and_who_breaks_it_is_found():
    dataset = bearded()
    (rule,) = label_rules(dataset)
    assert (rule.given, rule.given_label, rule.then, rule.then_label) == ("Goatee", 1, "Male", 1)
    assert rule.broken == 3
    assert rule.support == int(dataset.labels("Goatee").sum())
    assert rule.low < rule.confidence < 1
    found = contradictions(dataset, [rule])
    assert found.rows.tolist() == [0, 2, 4]
    assert found.rules == ((rule,),) * 3


def test_attributes_that_have_nothing_to_do_with_each_other_make_no_rule():
    rng = np.random.default_rng(1)
    dataset = faces(A=rng.integers(0, 2, 3000), B=rng.integers(0, 2, 3000), C=rng.integers(0, 2, 3000))
    assert label_rules(dataset) == []


def test_what_nearly_all_images_have_is_no_rule():
    rng = np.random.default_rng(2)
    dataset = faces(A=rng.integers(0, 2, 3000), Common=(rng.random(3000) < 0.99))
    assert label_rules(dataset) == []


def test_wrong_labels_do_not_put_the_rule_out_of_force_that_they_break():
    rng = np.random.default_rng(4)
    male = np.arange(2000) % 2
    makeup = (1 - male) * (rng.random(2000) < 0.65)
    flipped = rng.choice(2000, 70, replace=False)
    male[flipped] ^= 1
    dataset = faces(Male=male, Makeup=makeup)
    (rule,) = label_rules(dataset)
    assert 15 < rule.broken < 35
    found = set(contradictions(dataset, [rule], "Male").rows.tolist())
    assert found == {row for row in flipped.tolist() if male[row] and makeup[row]}


def test_a_habit_with_exceptions_is_no_rule():
    rng = np.random.default_rng(5)
    male = np.arange(4000) % 2
    earrings = np.where(male, rng.random(4000) < 0.035, rng.random(4000) < 0.5)
    dataset = faces(Male=male, Earrings=earrings)
    assert label_rules(dataset) == []
    assert len(label_rules(dataset, rarer=0)) == 1


def test_a_few_images_are_no_rule_however_well_it_holds():
    assert label_rules(bearded(n=120, broken=1)) == []


def test_what_nobody_breaks_finds_nothing():
    assert label_rules(bearded(broken=0)) == []


def test_a_rule_and_its_other_side_are_one():
    male = np.arange(2000) % 2
    makeup = 1 - male
    makeup[1:5:2] = 1
    rules = label_rules(faces(Male=male, Makeup=makeup))
    assert len(rules) == 1


def test_who_breaks_several_rules_comes_first():
    rng = np.random.default_rng(3)
    male = np.arange(3000) % 2
    goatee, tie = (male * (rng.random(3000) < 0.4) for _ in range(2))
    goatee[[0, 2]] = 1
    tie[[2, 4]] = 1
    dataset = faces(Male=male, Goatee=goatee, Tie=tie)
    found = contradictions(dataset, label_rules(dataset))
    assert found.rows[0] == 2
    assert len(found.rules[0]) == 2
    assert np.all(np.diff(found.weights) <= 0)


def test_with_a_target_only_its_rules_speak():
    dataset = bearded()
    rules = label_rules(dataset)
    assert len(contradictions(dataset, rules, "Male").rows) == 3
    assert len(contradictions(dataset, rules, "Smiling").rows) == 0


@pytest.mark.parametrize("n", [0, 1])
def test_next_to_no_images_make_no_rule_and_no_error(n: int):
    dataset = faces(A=np.zeros(n), B=np.ones(n))
    assert label_rules(dataset) == []
    assert len(contradictions(dataset, []).rows) == 0

"""What leans on what, and whether splits drift: counted right, said in words, not fooled by persons."""

import time

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from core.data import FaceDataset
from core.data.associations import (
    FEW,
    Leaning,
    leanings_on,
    phi_matrix,
    rates_by,
    split_drift,
    strongest_leanings,
)
from core.data.label_rules import Rule
from core.data.leaning_words import exception_words, leaning_words, percent, predicate, warning_words


def dataset(labels: dict[str, np.ndarray], *, persons=None, split=None) -> FaceDataset:
    """A data set of these labels; no image of it is there."""
    n = len(next(iter(labels.values())))
    frame = pd.DataFrame({name: np.asarray(values, np.uint8) for name, values in labels.items()})
    frame.insert(0, "image_id", [f"{i:06d}.jpg" for i in range(n)])
    frame.insert(1, "path", frame["image_id"])
    frame.insert(2, "person_id", np.full(n, -1) if persons is None else persons)
    frame.insert(3, "split", "" if split is None else split)
    return FaceDataset("made", None, frame, tuple(labels))


def crossed(both: int, first: int, second: int, neither: int, a="Male", b="Bangs") -> FaceDataset:
    """Two attributes of which so many images have both, only the first, only the second, neither."""
    counts = (both, first, second, neither)
    return dataset({a: np.repeat([1, 1, 0, 0], counts), b: np.repeat([1, 0, 1, 0], counts)})


def test_phi_is_the_correlation_of_the_labels():
    rng = np.random.default_rng(0)
    data = dataset({name: rng.random(500) < rate for name, rate in (("a", 0.1), ("b", 0.5), ("c", 0.9))})
    expected = np.corrcoef(data.frame[["a", "b", "c"]].to_numpy(float), rowvar=False)
    np.testing.assert_allclose(phi_matrix(data, ("a", "b", "c")), expected, atol=1e-12)


def test_phi_is_one_where_two_are_the_same_and_none_where_one_never_changes():
    data = dataset({"a": [0, 1, 1, 0], "b": [0, 1, 1, 0], "c": [1, 0, 0, 1], "d": [1, 1, 1, 1]})
    phi = phi_matrix(data, data.attributes)
    assert phi[0, 1] == 1 and phi[0, 2] == -1
    assert np.isnan(phi[3]).all()


def test_rates_are_counted_without_and_with_the_other():
    table = rates_by(crossed(3, 7, 20, 10), "Male").set_index("attribute")
    assert table.loc["Bangs", ["n_0", "positives_0", "n_1", "positives_1"]].tolist() == [30, 20, 10, 3]
    assert "Male" not in table.index


def test_leanings_come_strongest_first_and_keep_their_counts():
    rng = np.random.default_rng(1)
    male = rng.random(2_000) < 0.5
    weak, strong = (
        np.where(rng.random(2_000) < share, male, rng.random(2_000) < 0.5) for share in (0.1, 0.9)
    )
    first, second = leanings_on(dataset({"Male": male, "Bangs": weak, "Smiling": strong}), "Male")
    assert (first.attribute, second.attribute) == ("Smiling", "Bangs")
    assert first.n == (int((~male).sum()), int(male.sum()))
    assert first.rates[1] == pytest.approx(strong[male].mean())


def test_nothing_leans_on_a_class_that_is_nearly_absent():
    few = FEW - 1
    assert leanings_on(crossed(few, 0, 0, 1_000), "Male") == []
    assert strongest_leanings(crossed(few, 0, 0, 1_000), ("Male", "Bangs")) == []
    assert leanings_on(crossed(FEW, 0, 0, 1_000), "Male") != []


def test_of_a_pair_the_rarer_is_told_by_the_commoner_and_each_pair_once():
    (leaning,) = strongest_leanings(crossed(80, 120, 20, 300), ("Male", "Bangs"))
    assert (leaning.attribute, leaning.by) == ("Bangs", "Male")
    assert (leaning.n, leaning.positives) == ((320, 200), (20, 80))


def test_a_leaning_is_said_as_a_person_would():
    made_up = Leaning("Heavy_Makeup", "Male", (1_000, 1_000), (620, 3), -0.6)
    assert leaning_words(made_up) == "Women wear heavy make-up in 62 % of images, men in 0.3 %"
    assert warning_words(made_up).endswith(": a model may learn who wears heavy make-up instead.")
    old = Leaning("Gray_Hair", "Young", (100, 400), (19, 0), -0.4)
    assert leaning_words(old) == "Those who are young have gray hair in 0 % of images, the others in 19 %"
    assert "who is a man instead" in warning_words(Leaning("Male", "Young", (10, 10), (9, 1), -0.8))


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("Wearing_Hat", "wear a hat"),
        ("Smiling", "are smiling"),
        ("No_Beard", "have no beard"),
        ("Bangs", "have bangs"),
        ("Eyeglasses", "wear eyeglasses"),
    ],
)
def test_an_attribute_is_something_people_have_are_or_wear(attribute: str, words: str):
    assert predicate(attribute) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (("Male", 1, "Heavy_Makeup", 0, 2739, 9), "man with heavy make-up: 9 of 2,739 men"),
        (("No_Beard", 0, "Male", 1, 973, 4), "woman with a beard: 4 of 973 faces with a beard"),
        (("Bangs", 1, "Goatee", 0, 99, 5), "face with bangs and with a goatee: 5 of 99 faces with bangs"),
        (("Smiling", 1, "Bangs", 0, 99, 7), "smiling face with bangs: 7 of 99 smiling faces"),
        (("Young", 0, "Blond_Hair", 0, 418, 11), "not young face with blond hair: 11 of 418 not young faces"),
        (("Wearing_Hat", 0, "Male", 0, 90, 1), "man without a hat: 1 of 90 faces without a hat"),
    ],
)
def test_who_breaks_a_rule_is_named_by_both_labels(rule: tuple, words: str):
    assert exception_words(Rule(*rule, low=0.97, rate=0.5)) == words


def test_a_share_that_is_not_none_or_all_never_looks_like_it():
    assert [percent(rate) for rate in (0, 0.0004, 0.003, 0.62, 0.975, 0.9999, 1)] == [
        "0 %",
        "under 0.1 %",
        "0.3 %",
        "62 %",
        "97.5 %",
        "over 99.9 %",
        "100 %",
    ]


SPLIT = np.repeat(["train", "val", "test"], [4_000, 1_000, 1_000])


def test_drift_of_single_images_is_the_test_of_two_proportions():
    labels = np.concatenate([np.arange(4_000) < 2_000, np.arange(1_000) < 560, np.arange(1_000) < 500])
    table = split_drift(dataset({"Bangs": labels}, split=SPLIT)).set_index("split")
    expected = chi2_contingency([[2_000, 2_000], [560, 440]], correction=False).pvalue
    assert table.loc["val", "difference"] == pytest.approx(0.06)
    assert table.loc["val", "p_value"] == pytest.approx(expected, rel=0.1)
    assert table.loc["test", "p_value"] == pytest.approx(1)


def test_a_person_with_many_images_is_not_taken_for_drift():
    """Splits by person of labels that belong to the person: chance alone, and called so 19 times of 20."""
    false = {True: 0, False: 0}
    for seed in range(100):
        rng = np.random.default_rng(seed)
        persons = np.repeat(np.arange(300), 20)
        data = dataset({"Male": (rng.random(300) < 0.4)[persons]}, persons=persons, split=SPLIT)
        alone = data.with_frame(data.frame.assign(person_id=-1))
        for known, faces in ((True, data), (False, alone)):
            false[known] += (split_drift(faces)["p_value"] < 0.05).sum()
    assert 0.02 < false[True] / 200 < 0.09
    assert false[False] / 200 > 0.4


def test_no_split_means_no_drift_and_a_constant_label_has_no_p():
    assert split_drift(crossed(1, 2, 3, 4)).empty
    table = split_drift(dataset({"Bangs": np.ones(6_000)}, split=SPLIT))
    assert table["p_value"].isna().all() and np.allclose(table["difference"], 0)


def test_thirty_thousand_images_of_forty_attributes_take_no_time():
    rng = np.random.default_rng(0)
    labels = {f"a{i}": rng.random(30_000) < 0.3 for i in range(40)}
    data = dataset(labels, persons=rng.integers(0, 1_500, 30_000), split=np.resize(SPLIT, 30_000))
    start = time.perf_counter()
    strongest_leanings(data, data.attributes)
    leanings_on(data, "a0")
    split_drift(data)
    assert time.perf_counter() - start < 2

"""Who is trained on, who is held out, and that the same question always gets the same answer."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data import NO_PERSON, SPLITS, FaceDataset, with_split
from core.errors import DataError


def dataset(labels, *, persons=None, split=None, **more) -> FaceDataset:
    """A data set without files: `Male` is `labels`."""
    n = len(labels)
    frame = pd.DataFrame(
        {
            "image_id": [f"{i}.jpg" for i in range(n)],
            "path": [f"{i}.jpg" for i in range(n)],
            "person_id": np.full(n, NO_PERSON) if persons is None else persons,
            "split": [""] * n if split is None else split,
            "Male": np.asarray(labels, np.uint8),
            **more,
        }
    )
    attributes = ("Male", *more)
    return FaceDataset("faces", Path("faces"), frame, attributes, official_split=split is not None)


def mixed(n, rate=0.3, seed=0):
    return (np.random.default_rng(seed).random(n) < rate).astype(np.uint8)


def counts(data) -> list[int]:
    return [len(rows) for _, rows in data.splits()]


def official(n):
    return ["train"] * (n * 6 // 10) + ["val"] * (n * 2 // 10) + ["test"] * (n * 2 // 10)


@pytest.mark.parametrize("n", [10, 57, 200, 5000])
def test_without_a_partition_the_split_is_80_10_10(n):
    made = with_split(dataset(np.arange(n) % 2), "Male", seed=0)
    assert np.abs(np.array(counts(made)) - np.array([0.8, 0.1, 0.1]) * n).max() <= 1
    assert sum(counts(made)) == n and made.problems == ()


def test_each_split_keeps_the_share_of_the_target():
    made = with_split(dataset(mixed(2000, 0.05)), "Male", seed=3)
    rates = made.frame.groupby("split")["Male"].mean()
    assert np.abs(rates - made.labels("Male").mean()).max() < 0.01


def test_a_persons_images_stay_together_and_the_classes_balanced():
    rng = np.random.default_rng(1)
    persons = rng.integers(0, 150, 1500)
    persons[:200] = NO_PERSON
    labels = np.where(persons == NO_PERSON, mixed(1500), persons % 3 == 0)
    made = with_split(dataset(labels, persons=persons), "Male", seed=0)
    known = made.frame[made.frame["person_id"] != NO_PERSON]
    assert (known.groupby("person_id")["split"].nunique() == 1).all()
    assert np.abs(np.array(counts(made)) / 1500 - [0.8, 0.1, 0.1]).max() < 0.02
    assert made.frame.groupby("split")["Male"].mean().sub(labels.mean()).abs().max() < 0.1


def test_images_of_unknown_persons_are_not_taken_for_one_person():
    assert min(counts(with_split(dataset(mixed(100)), "Male", seed=0))) == 10


def test_the_same_seed_gives_the_same_split_and_another_gives_another():
    data = dataset(mixed(300))
    first, again, other = (with_split(data, "Male", seed=seed, limit=100) for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert first.frame["image_id"].tolist() != other.frame["image_id"].tolist()


def test_a_split_of_our_own_can_be_made_anew_from_a_split_one():
    data = dataset(mixed(300))
    once = with_split(data, "Male", seed=1)
    pd.testing.assert_frame_equal(
        with_split(once, "Male", seed=2).frame, with_split(data, "Male", seed=2).frame
    )


def test_the_official_partition_is_left_as_it_is():
    data = dataset(mixed(100), split=official(100))
    made = with_split(data, "Male", seed=9)
    assert made.frame["split"].tolist() == official(100) and made.problems == ()


@pytest.mark.parametrize("lacking", [["val"], ["test"], ["val", "test"]])
def test_what_the_official_partition_lacks_is_carved_from_training_and_said(lacking):
    split = ["train" if name in lacking else name for name in official(1000)]
    data = dataset(mixed(1000), persons=np.arange(1000) // 2, split=split)
    made = with_split(data, "Male", seed=0)
    trained = split.count("train")
    for name in lacking:
        assert abs(len(made.split_rows(name)) - trained / 10) <= 2
    kept = np.array(split) != "train"
    assert (made.frame["split"].to_numpy()[kept] == np.array(split)[kept]).all()
    assert made.frame.groupby("person_id")["split"].nunique().max() == 1
    (problem,) = made.problems
    assert problem.kind == "carved_split" and problem.items == tuple(lacking)


def test_a_partition_without_training_images_is_refused():
    with pytest.raises(DataError, match="no training images"):
        with_split(dataset(mixed(20), split=["val"] * 10 + ["test"] * 10), "Male", seed=0)


@pytest.mark.parametrize("split", [None, official(1000)], ids=["own", "official"])
@pytest.mark.parametrize("limit", [10, 100, 333])
def test_under_a_limit_splits_and_classes_keep_their_shares(split, limit):
    data = dataset(mixed(1000), split=split)
    whole, made = with_split(data, "Male", seed=0), with_split(data, "Male", seed=0, limit=limit)
    assert len(made) == limit
    expected = np.array(counts(whole)) * limit / 1000
    assert np.abs(np.array(counts(made)) - expected).max() <= 1
    for name, rows in made.splits():
        share = whole.labels("Male")[whole.split_rows(name)].mean() * len(rows)
        assert abs(made.labels("Male")[rows].sum() - share) <= 1


def test_images_stay_in_their_split_and_order_under_a_limit():
    data = dataset(mixed(1000))
    whole = with_split(data, "Male", seed=0).frame.set_index("image_id")["split"]
    made = with_split(data, "Male", seed=0, limit=200).frame
    assert (whole[made["image_id"]].to_numpy() == made["split"].to_numpy()).all()
    assert made["image_id"].str.removesuffix(".jpg").astype(int).is_monotonic_increasing


def test_a_smaller_limit_takes_from_a_larger_one():
    data = dataset(mixed(1000))
    small, large = (set(with_split(data, "Male", seed=0, limit=n).frame["image_id"]) for n in (100, 200))
    assert small < large


def test_a_limit_beyond_the_data_set_changes_nothing():
    data = dataset(mixed(100))
    assert len(with_split(data, "Male", seed=0, limit=5000)) == 100


def test_the_smallest_limit_leaves_both_classes_to_train_on():
    made = with_split(dataset(mixed(1000, 0.02), split=official(1000)), "Male", seed=0, limit=4)
    assert counts(made) == [2, 1, 1] and set(made.labels("Male")[made.split_rows("train")]) == {0, 1}


@pytest.mark.parametrize("limit", [3, 0, -1])
def test_a_limit_too_small_is_refused_with_the_least_one(limit):
    with pytest.raises(DataError, match=rf"limit of {limit} images is too small .* 4 or more"):
        with_split(dataset(mixed(100)), "Male", seed=0, limit=limit)


@pytest.mark.parametrize("label", [0, 1])
def test_a_target_with_one_class_is_refused_with_counts_and_what_to_choose(label):
    data = dataset(np.full(30, label), Young=mixed(30), Bald=np.zeros(30, np.uint8))
    with pytest.raises(DataError, match=f"{30 * label} images with it, {30 - 30 * label} without") as caught:
        with_split(data, "Male", seed=0)
    assert "Choose an attribute with both: Young." in str(caught.value)


def test_one_class_among_the_training_images_is_refused():
    labels = np.repeat([0, 1], [60, 40])
    with pytest.raises(DataError, match="single class among the training images: 0 with it, 60 without"):
        with_split(dataset(labels, split=official(100)), "Male", seed=0)


def test_an_unknown_target_is_refused_with_those_there_are():
    with pytest.raises(DataError, match=r"no attribute 'Hat'\. Choose one of: Male, Young\."):
        with_split(dataset(mixed(30), Young=mixed(30)), "Hat", seed=0)


@pytest.mark.parametrize("persons", [None, np.repeat([1, 2], 20)], ids=["three images", "two persons"])
def test_too_little_for_three_splits_is_refused(persons):
    labels = [0, 1, 0] if persons is None else np.repeat([0, 1], 20)
    with pytest.raises(DataError, match="too small to split"):
        with_split(dataset(labels, persons=persons), "Male", seed=0)


def test_every_image_is_in_a_split():
    assert set(with_split(dataset(mixed(100)), "Male", seed=0).frame["split"]) == set(SPLITS)


def test_auto_is_the_official_split_where_there_is_one_else_by_person():
    persons = np.arange(100) // 4
    with_official = dataset(mixed(100), persons=persons, split=official(100))
    without = dataset(mixed(100), persons=persons)
    for data, kind in ((with_official, "official"), (without, "person")):
        auto = with_split(data, "Male", seed=3).frame["split"]
        assert auto.equals(with_split(data, "Male", seed=3, kind=kind).frame["split"])


@pytest.mark.parametrize(("kind", "shared"), [("person", False), ("random", True)])
def test_only_a_random_split_parts_a_persons_images(kind, shared):
    data = dataset(mixed(400), persons=np.arange(400) // 4, split=official(400))
    split = with_split(data, "Male", seed=0, kind=kind)
    assert (split.frame.groupby("person_id")["split"].nunique() > 1).any() == shared
    assert counts(split) == [320, 40, 40] and not split.official_split


def test_an_official_split_that_is_asked_for_and_absent_is_refused():
    with pytest.raises(DataError, match="no official partition, and the split asked for is 'official'"):
        with_split(dataset(mixed(100)), "Male", seed=0, kind="official")

"""A data set in numbers."""

import json

import pytest

from core.data import ATTRIBUTES, check_images, open_dataset
from core.data.summary import describe, rates_by_split, shown_split


def test_describe_tells_what_is_there_and_is_plain_json(faces, settings):
    root = faces.celeba()
    (root / "img_align_celeba" / "000001.jpg").write_bytes(b"broken")
    dataset = check_images(open_dataset(root, settings=settings))
    found = json.loads(json.dumps(describe(dataset)))
    assert (found["name"], found["path"]) == ("faces", str(root))
    assert (found["images"], found["readable"], found["persons"]) == (20, 19, 10)
    assert found["attributes"] == [*ATTRIBUTES, "Bald"]
    assert found["rates"]["Male"] == pytest.approx(10 / 19)
    assert found["splits"] == {"train": 11, "val": 4, "test": 4}
    assert found["official_split"] is True and found["synthetic"] is False
    (problem,) = found["problems"]
    assert problem["kind"] == "unreadable" and problem["items"] == ["000001.jpg"] and problem["message"]


def test_before_a_check_nothing_is_claimed_readable(faces, settings):
    assert describe(open_dataset(faces.celeba(), settings=settings))["readable"] is None


def test_without_an_official_split_the_one_that_training_makes_is_shown_and_said(faces, settings):
    dataset = open_dataset(faces.celeba(partition=False, identity=False), settings=settings)
    found = describe(dataset)
    assert found["splits"] == {"train": 16, "val": 2, "test": 2} and found["persons"] == 0
    assert "training on Male with seed 0" in found["split_note"]
    assert shown_split(dataset)[0].frame["split"].ne("").all()


def test_where_no_split_can_be_made_the_reason_is_said(faces, settings):
    table = faces.table().assign(Male=1)
    dataset = open_dataset(faces.celeba(table=table, partition=False), settings=settings)
    found = describe(dataset)
    assert found["splits"] == {"train": 0, "val": 0, "test": 0} and "single class" in found["split_note"]
    assert rates_by_split(dataset).empty


def test_rates_by_split_count_images_and_positives(faces, settings):
    dataset = open_dataset(faces.celeba(), settings=settings)
    table = rates_by_split(dataset)
    assert table.columns.tolist() == ["attribute", "split", "n", "positives", "rate"]
    assert table["attribute"].drop_duplicates().tolist() == list(dataset.attributes)
    assert table["split"].tolist() == ["train", "val", "test"] * len(dataset.attributes)
    male = table[table["attribute"] == "Male"]
    assert male["n"].tolist() == [12, 4, 4] and male["positives"].tolist() == [6, 2, 2]
    assert male["rate"].tolist() == [0.5, 0.5, 0.5]

"""The index remembers how each image looks, and takes nothing over from another version of itself."""

import json

import pytest
from PIL import Image

from core.data import open_dataset
from core.data.index import Facts, file_facts, known_facts


@pytest.fixture
def dataset(faces, settings):
    return open_dataset(faces.celeba(), settings=settings)


def test_each_image_has_its_size_brightness_and_tiny_copy(dataset) -> None:
    Image.new("RGB", (30, 50), (200, 200, 200)).save(dataset.path(3), "JPEG")
    facts = file_facts(dataset)
    assert list(facts.columns) == list(Facts._fields) and len(facts) == 20
    row = facts.iloc[3]
    assert (row["width"], row["height"]) == (30, 50)
    assert row["brightness"] == pytest.approx(200, abs=2) and row["sharpness"] == pytest.approx(0, abs=1)
    assert len(row["tiny"]) == 256 and set(row["tiny"]) <= set(range(198, 203))


def test_what_was_remembered_is_the_same_as_what_was_found(dataset) -> None:
    assert file_facts(dataset).equals(file_facts(dataset))


def test_facts_come_in_the_order_of_the_rows(dataset) -> None:
    facts = file_facts(dataset)
    turned = dataset.with_frame(dataset.frame.iloc[::-1])
    assert file_facts(turned)["sha256"].tolist() == facts["sha256"].tolist()[::-1]


def test_known_facts_read_no_image(dataset, monkeypatch) -> None:
    assert known_facts(dataset) is None
    facts = file_facts(dataset)
    monkeypatch.setattr("core.data.index._examine", lambda path: pytest.fail(f"read {path}"))
    assert known_facts(dataset).equals(facts)
    dataset.path(4).write_bytes(b"changed")
    assert known_facts(dataset) is None


def test_an_index_of_the_older_kind_is_left_alone_and_made_anew(dataset) -> None:
    dataset.facts_file.parent.mkdir(parents=True)
    old = dataset.facts_file.with_suffix(".json")
    old.write_text(json.dumps({"reader": "1", "files": {}}))
    assert len(file_facts(dataset)) == 20 and dataset.facts_file.is_file()

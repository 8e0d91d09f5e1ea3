"""Fingerprints follow content: bytes, labels, split; not places or times."""

import os
import shutil

import pytest

from core.data import (
    check_images,
    fingerprint,
    labels_fingerprint,
    open_dataset,
    split_fingerprint,
    with_split,
)
from core.errors import DataError


def test_a_copy_elsewhere_with_other_times_has_the_same_fingerprint(faces, settings, tmp_path):
    root = faces.celeba()
    copy = shutil.copytree(root, tmp_path / "copy")
    for path in (copy / "img_align_celeba").iterdir():
        os.utime(path, (1, 1))
    assert fingerprint(open_dataset(root, settings=settings)) == fingerprint(
        open_dataset(copy, settings=settings)
    )


def test_one_changed_byte_changes_the_fingerprint(faces, settings):
    root = faces.celeba()
    before = fingerprint(open_dataset(root, settings=settings))
    path = root / "img_align_celeba" / "000001.jpg"
    path.write_bytes(path.read_bytes() + b"\0")
    after = fingerprint(open_dataset(root, settings=settings))
    assert before != after and len(before) == len(after) == 64


def test_fewer_images_have_another_fingerprint(faces, settings):
    dataset = open_dataset(faces.celeba(), settings=settings)
    assert fingerprint(dataset) != fingerprint(dataset.with_frame(dataset.frame.iloc[1:]))


def test_hashes_are_not_computed_again_after_a_check(faces, settings, monkeypatch):
    dataset = check_images(open_dataset(faces.celeba(), settings=settings))
    monkeypatch.setattr("core.data.index._examine", lambda path: pytest.fail(f"read {path} again"))
    fingerprint(dataset)


def test_a_file_that_went_away_is_refused_by_name(faces, settings):
    root = faces.celeba()
    dataset = open_dataset(root, settings=settings)
    (root / "img_align_celeba" / "000007.jpg").unlink()
    with pytest.raises(DataError, match=r"changed while it was read: 000007\.jpg cannot be read"):
        fingerprint(dataset)


def test_labels_and_split_have_fingerprints_of_their_own(faces, settings):
    dataset = open_dataset(faces.celeba(), settings=settings)
    other = dataset.with_frame(dataset.frame.assign(Male=1 - dataset.frame["Male"]))
    assert fingerprint(dataset) == fingerprint(other)
    assert labels_fingerprint(dataset, "Male") != labels_fingerprint(other, "Male")
    assert labels_fingerprint(dataset, "Young") == labels_fingerprint(other, "Young")
    assert split_fingerprint(dataset) == split_fingerprint(other)
    swapped = dataset.with_frame(dataset.frame.assign(split=dataset.frame["split"].iloc[::-1].to_numpy()))
    assert split_fingerprint(dataset) != split_fingerprint(swapped)


def test_another_seed_gives_another_split_fingerprint(faces, settings):
    dataset = open_dataset(faces.celeba(count=60, partition=False), settings=settings)
    first, again, other = (split_fingerprint(with_split(dataset, "Male", seed=seed)) for seed in (0, 0, 1))
    assert first == again != other

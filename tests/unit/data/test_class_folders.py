"""Two folders of images become one binary attribute."""

import os

import pytest

from core.data import open_dataset
from core.errors import DataError

NAMES = ["a b.jpg", "ü.jpg", "c.jpg"]


def folders(faces, root, *names):
    for name in names:
        faces.images(root / name, NAMES)
    return root


@pytest.mark.parametrize(
    ("names", "positive"),
    [(("men", "women"), "men"), (("Female", "Male"), "Male"), (("WOMEN", "Men"), "Men")],
)
def test_men_and_women_become_male(faces, settings, tmp_path, names, positive):
    dataset = open_dataset(folders(faces, tmp_path / "set", *names), settings=settings)
    assert dataset.attributes == ("Male",) and len(dataset) == 6
    assert (
        dataset.frame["image_id"].str.startswith(f"{positive}/").tolist()
        == (dataset.labels("Male") == 1).tolist()
    )
    assert not dataset.official_split and dataset.problems == () and dataset.image(5).size == (8, 10)


def test_any_other_pair_is_named_after_the_second_folder(faces, settings, tmp_path):
    dataset = open_dataset(folders(faces, tmp_path / "set", "dogs", "Cats"), settings=settings)
    assert dataset.attributes == ("dogs",)
    assert dataset.frame.loc[dataset.frame["dogs"] == 1, "image_id"].str.startswith("dogs/").all()


def test_hidden_and_imageless_folders_are_no_classes(faces, settings, tmp_path):
    root = folders(faces, tmp_path / "set", "men", "women", "__MACOSX", ".thumbnails")
    (root / "notes").mkdir()
    (root / "notes" / "credits.csv").write_text("who\nme\n")
    (root / "credits.csv").write_bytes(b"who\nZo\xeb\n")
    assert open_dataset(root, settings=settings).attributes == ("Male",)


def test_images_beside_the_folders_are_counted_and_named(faces, settings, tmp_path):
    root = folders(faces, tmp_path / "set", "men", "women")
    faces.images(root, ["loose.jpg"])
    dataset = open_dataset(root, settings=settings)
    assert len(dataset) == 6 and [problem.kind for problem in dataset.problems] == ["unlabelled"]
    assert dataset.problems[0].items == ("loose.jpg",)


def test_three_folders_are_refused_by_name(faces, settings, tmp_path):
    root = folders(faces, tmp_path / "set", "cats", "dogs", "eels")
    with pytest.raises(
        DataError, match=r"folders of images: 3 \(cats/, dogs/, eels/\), and a binary label takes two"
    ):
        open_dataset(root, settings=settings)


def test_one_folder_is_refused(faces, settings, tmp_path):
    root = folders(faces, tmp_path / "set", "men")
    (root / "women").mkdir()
    with pytest.raises(DataError, match=r"folders of images: 1 \(men/\)"):
        open_dataset(root, settings=settings)


def test_a_folder_named_like_a_column_of_the_frame_is_refused(faces, settings, tmp_path):
    root = folders(faces, tmp_path / "set", "other", "split")
    with pytest.raises(DataError, match="The folder 'split'"):
        open_dataset(root, settings=settings)


def test_a_file_name_that_is_not_utf8_is_refused(faces, settings, tmp_path):
    root = folders(faces, tmp_path / "set", "men", "women")
    try:
        (root / "men" / os.fsdecode(b"Zo\xeb.jpg")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    with pytest.raises(DataError, match="is not UTF-8"):
        open_dataset(root, settings=settings)

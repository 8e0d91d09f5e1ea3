"""CelebA as published and csv files beside images: what each layout becomes."""

import unicodedata

import numpy as np
import pandas as pd
import pytest

from core.data import ATTRIBUTES, NO_PERSON, open_dataset
from core.errors import DataError


def kinds(dataset):
    return [problem.kind for problem in dataset.problems]


@pytest.mark.parametrize("text", [True, False], ids=["txt", "csv"])
def test_celeba_as_published_opens_whole(faces, settings, text):
    table = faces.table()
    dataset = open_dataset(faces.celeba(text=text), settings=settings)
    assert dataset.frame["image_id"].tolist() == table["image_id"].tolist()
    assert dataset.frame["split"].tolist() == ["train"] * 12 + ["val"] * 4 + ["test"] * 4
    assert dataset.frame["person_id"].tolist() == [i // 2 + 1 for i in range(20)]
    assert dataset.official_split and not dataset.synthetic and dataset.problems == ()
    for name in dataset.attributes:
        np.testing.assert_array_equal(dataset.labels(name), (table[name] == 1).to_numpy())
    assert dataset.image(3).size == (8, 10)


def test_labels_of_zero_and_one_mean_the_same_as_minus_one_and_one(faces, settings):
    one = open_dataset(faces.celeba(table=faces.table(no=-1)), settings=settings)
    other = open_dataset(faces.celeba(table=faces.table(no=0)), settings=settings)
    pd.testing.assert_frame_equal(one.frame, other.frame)


def test_the_reports_ten_attributes_come_first_then_the_others_in_file_order(faces, settings):
    root = faces.celeba(table=faces.table(extra=("Wavy_Hair", "Bald")))
    assert open_dataset(root, settings=settings).attributes == (*ATTRIBUTES, "Wavy_Hair", "Bald")


def test_the_frame_has_the_promised_types(faces, settings):
    frame = open_dataset(faces.celeba(), settings=settings).frame
    assert frame.dtypes[["image_id", "path", "split"]].astype(str).tolist() == ["str"] * 3
    assert frame["person_id"].dtype == np.int64 and frame["Male"].dtype == np.uint8
    assert frame.index.equals(pd.RangeIndex(20))


@pytest.mark.parametrize(
    "images", ["img_align_celeba/img_align_celeba", "Img/img_align_celeba", "images", "."]
)
def test_images_are_found_where_people_unpack_them(faces, settings, images):
    dataset = open_dataset(faces.celeba(images=images), settings=settings)
    assert all(dataset.path(i).is_file() for i in range(len(dataset)))
    assert dataset.problems == ()


def test_tables_are_found_in_celebas_own_subfolders(faces, settings):
    root = faces.celeba(text=True)
    for folder, name in (("Anno", "list_attr_celeba.txt"), ("Anno", "identity_CelebA.txt")):
        (root / folder).mkdir(exist_ok=True)
        (root / name).rename(root / folder / name)
    (root / "Eval").mkdir()
    (root / "list_eval_partition.txt").rename(root / "Eval" / "list_eval_partition.txt")
    dataset = open_dataset(root, settings=settings)
    assert dataset.official_split and dataset.frame["person_id"].iat[19] == 10


def test_without_partition_and_persons_none_are_invented(faces, settings):
    dataset = open_dataset(faces.celeba(partition=False, identity=False), settings=settings)
    assert not dataset.official_split
    assert set(dataset.frame["split"]) == {""} and set(dataset.frame["person_id"]) == {NO_PERSON}


def test_a_slice_opens_with_the_whole_partition_and_identity_files(faces, settings):
    root = faces.celeba(text=True)
    for name, line in (
        ("list_eval_partition.txt", "999999.jpg 2\n"),
        ("identity_CelebA.txt", "999999.jpg 7\n"),
    ):
        with (root / name).open("a") as file:
            file.write(line)
    assert len(open_dataset(root, settings=settings)) == 20


@pytest.mark.parametrize("first", ["image_id", "filename"])
@pytest.mark.parametrize("images", ["faces", "."])
def test_the_30k_subset_opens_with_its_csv_beside_the_images_or_their_folder(
    faces, settings, tmp_path, first, images
):
    table = faces.table(no=0)
    root = faces.images(tmp_path / "subset" / images, table["image_id"].tolist()).parent
    root = root if images != "." else tmp_path / "subset"
    table.rename(columns={"image_id": first}).to_csv(root / "CelebA30k.csv", index=False)
    dataset = open_dataset(root, settings=settings)
    assert len(dataset) == 20 and dataset.attributes == (*ATTRIBUTES, "Bald")
    assert not dataset.official_split and dataset.problems == () and dataset.path(0).is_file()


def test_two_csv_files_of_labels_are_not_guessed_between(faces, settings, tmp_path):
    table = faces.table()
    root = faces.images(tmp_path / "two", table["image_id"].tolist())
    table.to_csv(root / "a.csv", index=False)
    table.to_csv(root / "b.csv", index=False)
    with pytest.raises(DataError, match=r"2 csv files of labels: a\.csv, b\.csv\. Keep one"):
        open_dataset(root, settings=settings)


def test_images_in_several_folders_are_not_guessed_between(faces, settings, tmp_path):
    table = faces.table()
    for name in ("one", "two"):
        faces.images(tmp_path / "set" / name, table["image_id"].tolist())
    table.to_csv(tmp_path / "set" / "labels.csv", index=False)
    with pytest.raises(DataError, match=r"2 folders .* hold images \(one, two\)"):
        open_dataset(tmp_path / "set", settings=settings)


def test_a_packed_archive_is_named_when_there_are_no_images(faces, settings, tmp_path):
    faces.table().to_csv(tmp_path / "list_attr_celeba.csv", index=False)
    (tmp_path / "img_align_celeba.zip").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"no images .*Unpack img_align_celeba\.zip"):
        open_dataset(tmp_path, settings=settings)


def test_missing_images_are_counted_and_five_are_named(faces, settings):
    root = faces.celeba()
    for i in range(1, 8):
        (root / "img_align_celeba" / f"{i:06d}.jpg").unlink()
    with pytest.raises(
        DataError, match=r"7 of the 20 images listed in list_attr_celeba\.csv are missing"
    ) as caught:
        open_dataset(root, settings=settings)
    assert "000005.jpg, …" in str(caught.value) and "000006.jpg" not in str(caught.value)


def test_images_without_a_row_are_counted_and_named_not_hidden(faces, settings):
    root = faces.celeba()
    faces.images(root / "img_align_celeba", ["extra b.jpg", "extra a.PNG"])
    (root / "img_align_celeba" / "._000001.jpg").write_bytes(b"mac")
    (root / "img_align_celeba" / "notes.txt").write_text("no image")
    dataset = open_dataset(root, settings=settings)
    assert len(dataset) == 20 and kinds(dataset) == ["unlabelled"]
    assert (
        dataset.problems[0].items == ("extra a.PNG", "extra b.jpg") and ": 2." in dataset.problems[0].message
    )


def test_images_whose_person_is_not_told_are_counted_and_stay(faces, settings):
    root = faces.celeba()
    lines = (root / "identity_CelebA.txt").read_text().splitlines(keepends=True)
    (root / "identity_CelebA.txt").write_text("".join(lines[:-1]))
    dataset = open_dataset(root, settings=settings)
    assert kinds(dataset) == ["unknown_person"] and dataset.problems[0].items == ("000020.jpg",)
    assert dataset.frame["person_id"].iat[19] == NO_PERSON and dataset.frame["person_id"].iat[18] == 10


def test_persons_in_two_official_splits_are_counted_and_named(faces, settings):
    root = faces.celeba()
    text = (root / "identity_CelebA.txt").read_text()
    (root / "identity_CelebA.txt").write_text(text.replace("000020.jpg 10", "000020.jpg 1"))
    dataset = open_dataset(root, settings=settings)
    assert kinds(dataset) == ["shared_persons"] and dataset.problems[0].items == ("1",)


def test_names_with_spaces_and_accents_open_however_the_accents_are_composed(faces, settings, tmp_path):
    table = faces.table()
    names = [unicodedata.normalize("NFC", f"Zoë à {i}.jpg") for i in range(20)]
    faces.images(tmp_path / "set", [unicodedata.normalize("NFD", name) for name in names])
    table.assign(image_id=names).to_csv(tmp_path / "set" / "étiquettes.csv", index=False)
    dataset = open_dataset(tmp_path / "set", settings=settings)
    assert dataset.frame["image_id"].tolist() == names and dataset.problems == ()
    assert dataset.image(0).size == (8, 10)


def test_a_byte_order_mark_is_no_part_of_the_first_column(faces, settings):
    root = faces.celeba()
    path = root / "list_attr_celeba.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(open_dataset(root, settings=settings)) == 20
    path.rename(root / "labels.csv")
    assert len(open_dataset(root, settings=settings)) == 20


def test_windows_line_ends_and_a_blank_last_line_are_taken(faces, settings):
    path = faces.celeba() / "list_attr_celeba.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert len(open_dataset(path.parent, settings=settings)) == 20


def test_a_name_that_looks_like_a_missing_value_is_a_name(faces, settings):
    table = faces.table()
    table.loc[0, "image_id"] = "NA"
    assert open_dataset(faces.celeba(table=table), settings=settings).frame["image_id"].iat[0] == "NA"


def test_opening_decodes_no_image(faces, settings):
    root = faces.celeba()
    (root / "img_align_celeba" / "000001.jpg").write_bytes(b"no image at all")
    assert len(open_dataset(root, settings=settings)) == 20

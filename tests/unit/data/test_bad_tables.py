"""Every way in which a table can be wrong is refused, with the file, the value and the fix."""

import pytest

from core.data import open_dataset
from core.errors import DataError


def edit(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def refused(root, settings) -> str:
    with pytest.raises(DataError) as caught:
        open_dataset(root, settings=settings)
    return str(caught.value)


def with_cell(faces, value, *, row=4, column="Smiling"):
    table = faces.table().astype({column: object})
    table.loc[row, column] = value
    return faces.celeba(table=table)


@pytest.mark.parametrize("value", ["2", "-2", "0.5", "yes", "True", "nan", "inf"])
def test_a_label_that_is_none_is_refused_with_row_column_and_value(faces, settings, value):
    message = refused(with_cell(faces, value), settings)
    for part in ("list_attr_celeba.csv", f"'{value}'", "row 5 (000005.jpg)", "column Smiling", "-1 or 1"):
        assert part in message


@pytest.mark.parametrize("value", ["", "  "])
def test_a_blank_label_is_refused_as_blank(faces, settings, value):
    assert "a blank cell in row 5 (000005.jpg), column Smiling" in refused(with_cell(faces, value), settings)


def test_a_column_of_true_and_false_is_not_taken_for_numbers(faces, settings):
    table = faces.table()
    message = refused(faces.celeba(table=table.assign(Young=table["Young"] == 1)), settings)
    assert "column Young" in message and ("'True'" in message or "'False'" in message)


def test_minus_one_and_zero_in_one_file_are_refused(faces, settings):
    message = refused(with_cell(faces, 0), settings)
    assert "both -1" in message and "0 (column Smiling)" in message and "throughout" in message


def test_an_absent_attribute_is_named(faces, settings):
    root = faces.celeba(table=faces.table().drop(columns=["Bangs", "Young"]))
    assert "list_attr_celeba.csv has no column Bangs, Young. Add it" in refused(root, settings)


def test_an_image_listed_twice_is_refused(faces, settings):
    root = faces.celeba()
    edit(root / "list_attr_celeba.csv", "000002.jpg", "000001.jpg")
    assert "lists 1 images more than once: 000001.jpg" in refused(root, settings)


@pytest.mark.parametrize(
    "name", ["../secret.jpg", "/etc/passwd", "sub/000001.jpg", "..\\secret.jpg", "..", "."]
)
def test_a_name_that_leaves_the_folder_is_refused(faces, settings, name):
    root = faces.celeba()
    edit(root / "list_attr_celeba.csv", "000003.jpg", name)
    message = refused(root, settings)
    assert "Row 3 of list_attr_celeba.csv" in message and repr(name) in message


def test_a_row_without_a_name_is_refused(faces, settings):
    root = faces.celeba()
    edit(root / "list_attr_celeba.csv", "000003.jpg", "")
    assert "Row 3 of list_attr_celeba.csv has no image name" in refused(root, settings)


def test_a_row_with_too_many_cells_is_refused(faces, settings):
    root = faces.celeba()
    edit(root / "list_attr_celeba.csv", "000007.jpg,", "000007.jpg,1,")
    message = refused(root, settings)
    assert "malformed" in message and "line 8" in message


def test_rows_that_all_have_one_cell_too_many_are_refused(faces, settings):
    root = faces.celeba()
    edit(root / "list_attr_celeba.csv", ".jpg,", ".jpg,1,", count=-1)
    assert "more cells than the 12 columns" in refused(root, settings)


def test_a_row_with_too_few_cells_is_refused(faces, settings):
    root = faces.celeba()
    path = root / "list_attr_celeba.csv"
    lines = path.read_text().splitlines()
    lines[7] = "000007.jpg,1,1"
    path.write_text("\n".join(lines))
    assert "a blank cell in row 7 (000007.jpg)" in refused(root, settings)


@pytest.mark.parametrize("name", ["list_attr_celeba.csv", "list_eval_partition.csv", "identity_CelebA.txt"])
def test_bytes_that_are_not_utf8_are_refused(faces, settings, name):
    root = faces.celeba()
    path = root / name
    path.write_bytes(path.read_bytes().replace(b"000009.jpg", b"Zo\xeb.jpg"))
    message = refused(root, settings)
    assert f"{name} is not" in message and "UTF-8" in message


def test_a_header_that_is_not_utf8_is_refused(faces, settings):
    path = faces.celeba() / "list_attr_celeba.csv"
    path.write_bytes(path.read_bytes().replace(b"Bald", b"B\xe9ld"))
    assert "list_attr_celeba.csv is not a UTF-8 csv" in refused(path.parent, settings)


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        ("image_id,", "picture,", "The first column of list_attr_celeba.csv is 'picture'. Name it image_id"),
        ("Bald,", ",", "Column 2 of list_attr_celeba.csv has no name"),
        ("Bald,", "Male,", "has the column Male twice"),
        ("Bald,", "split,", "has a column 'split', which is no attribute"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(faces, settings, old, new, fragment):
    root = faces.celeba()
    edit(root / "list_attr_celeba.csv", old, new)
    assert fragment in refused(root, settings)


@pytest.mark.parametrize(
    ("content", "fragment"), [("", "is missing"), ("image_id,Male\n", "lists no images")]
)
def test_a_table_without_rows_is_refused(faces, settings, content, fragment):
    root = faces.celeba()
    (root / "list_attr_celeba.csv").write_text(content)
    assert fragment in refused(root, settings)


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        ("20\n", "", "Its first line should be the number of images"),
        ("20\n", "21\n", "announces 21 images and lists 20"),
        ("000004.jpg ", "my face.jpg ", "malformed"),
        ("000001.jpg ", "my face.jpg ", "more cells than the 12 columns"),
    ],
)
def test_celebas_text_that_is_not_as_published_is_refused(faces, settings, old, new, fragment):
    root = faces.celeba(text=True)
    edit(root / "list_attr_celeba.txt", old, new)
    message = refused(root, settings)
    assert "list_attr_celeba.txt" in message and fragment in message


@pytest.mark.parametrize("value", ["3", "-1", "train", ""])
def test_a_partition_other_than_0_1_2_is_refused(faces, settings, value):
    root = faces.celeba()
    edit(root / "list_eval_partition.csv", "000002.jpg,0", f"000002.jpg,{value}")
    message = refused(root, settings)
    assert "list_eval_partition.csv" in message and "row 2 (000002.jpg)" in message and "0 (train)" in message


def test_images_without_a_partition_are_counted_and_named(faces, settings):
    root = faces.celeba()
    edit(root / "list_eval_partition.csv", "000002.jpg,0\n", "")
    assert "1 images have no row in list_eval_partition.csv: 000002.jpg. Add them" in refused(root, settings)


def test_a_partition_with_other_columns_is_refused(faces, settings):
    root = faces.celeba()
    (root / "list_eval_partition.csv").write_text("image_id,partition,more\n000001.jpg,0,1\n")
    assert "list_eval_partition.csv has 3 columns" in refused(root, settings)


@pytest.mark.parametrize("value", ["-1", "Ada", "1.5"])
def test_a_person_that_is_no_number_is_refused(faces, settings, value):
    root = faces.celeba()
    edit(root / "identity_CelebA.txt", "000002.jpg 1", f"000002.jpg {value}")
    message = refused(root, settings)
    assert "identity_CelebA.txt" in message and f"'{value}'" in message

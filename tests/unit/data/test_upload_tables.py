"""Tables of people's own: any column names, separator, encoding and coding; read right, or refused by row."""

import time

import numpy as np
import pandas as pd
import pytest

from core.data import NO_PERSON, open_dataset
from core.data.readers.any_table import survey
from core.data.readers.codings import attribute_name, coding_of
from core.data.readers.files_below import FilesBelow, images_below
from core.data.readers.mapping import (
    LabelColumn,
    binary_labels,
    image_column,
    label_of,
    made_mapping,
    read_mapping,
    write_mapping,
)
from core.errors import DataError

NAMES = [f"{i:02d}.jpg" for i in range(1, 13)]
ROWS = [f"{name},{'mf'[i % 2]},{'yes' if i % 3 else 'no'},p{i // 2}" for i, name in enumerate(NAMES)]
TEXT = "\n".join(["photo,sex,glasses,who", *ROWS]) + "\n"


@pytest.fixture
def root(faces, tmp_path):
    faces.images(tmp_path / "set" / "pictures", NAMES)
    return tmp_path / "set"


def write(root, text=TEXT, name="people.csv", encoding="utf-8"):
    (root / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return root / name


def mapped(root, settings, *, table="people.csv", targets=("sex",), positive=(), **columns):
    """Survey a table, map it, and open it as the pages do."""
    seen = survey(root / table)
    labels = [label_of(seen.column(target, table), table, positive) for target in targets]
    image = columns.pop("image", "") or image_column(seen, FilesBelow(images_below(root)))
    write_mapping(root, made_mapping(table, seen, image=image, labels=labels, **columns))
    return open_dataset(root, settings=settings)


def refused(root, settings, **how) -> str:
    with pytest.raises(DataError) as caught:
        mapped(root, settings, **how)
    return str(caught.value)


def test_columns_of_other_names_are_read_by_their_mapping(root, settings):
    write(root)
    dataset = mapped(root, settings, targets=("sex", "glasses"), person="who")
    assert dataset.attributes == ("Male", "glasses")
    assert dataset.labels("Male").tolist() == [1, 0] * 6
    assert dataset.labels("glasses").tolist() == [int(i % 3 > 0) for i in range(12)]
    assert dataset.frame["path"].iat[0] == "pictures/01.jpg" and dataset.image(0).size == (8, 10)
    assert dataset.frame["person_id"].tolist() == [i // 2 for i in range(12)]
    assert not dataset.official_split and not dataset.problems


@pytest.mark.parametrize(
    ("cells", "positive", "words"),
    [
        (("yes", "no", "1", "0", "-1", "true"), ("yes",), "has '1' in row 3"),
        (("yes", "no", "y"), ("yes",), "has 'y' in row 3"),
        (("no", "yes", "0"), ("no",), "has '0' in row 3"),
    ],
)
def test_a_value_that_means_the_same_as_the_chosen_one_is_not_taken_for_a_no(
    root, settings, cells, positive, words
):
    rows = [f"{name},{cells[i % len(cells)]}" for i, name in enumerate(NAMES)]
    write(root, "\n".join(["photo,sex", *rows]) + "\n")
    told = refused(root, settings, positive=positive)
    assert words in told
    assert "means the same" in told


def test_values_that_mean_the_same_may_be_chosen_together(root, settings):
    cells = ("yes", "no", "1", "0")
    rows = [f"{name},{cells[i % 4]}" for i, name in enumerate(NAMES)]
    write(root, "\n".join(["photo,sex", *rows]) + "\n")
    dataset = mapped(root, settings, positive=("yes", "1"))
    assert dataset.labels(dataset.attributes[0]).tolist() == [1, 0] * 6


def test_one_of_several_values_is_a_yes_against_the_rest(root, settings):
    cells = ("blond", "brown", "black")
    rows = [f"{name},{cells[i % 3]}" for i, name in enumerate(NAMES)]
    write(root, "\n".join(["photo,sex", *rows]) + "\n")
    assert mapped(root, settings, positive=("blond",)).labels("sex_blond").sum() == 4


def test_the_image_column_is_found_by_its_files_wherever_it_stands(root):
    write(root, "n,photo\n1,01.jpg\n2,pictures/02.jpg\n")
    assert image_column(survey(root / "people.csv"), FilesBelow(images_below(root))) == "photo"


@pytest.mark.parametrize(
    "cells",
    [NAMES, [f"pictures/{n}" for n in NAMES], [f".\\pictures\\{n}" for n in NAMES], [n[:2] for n in NAMES]],
)
def test_an_image_may_be_named_with_its_folder_or_without_its_ending(root, settings, cells):
    write(root, "photo,sex\n" + "".join(f"{cell},{'mf'[i % 2]}\n" for i, cell in enumerate(cells)))
    assert mapped(root, settings, image="photo").frame["path"].tolist() == [f"pictures/{n}" for n in NAMES]


@pytest.mark.parametrize("cell", ["../../secret.jpg", "/etc/passwd", "C:\\x.jpg", "pictures/../../x.jpg"])
def test_a_cell_never_reaches_a_file_outside(root, settings, cell):
    (root.parent / "secret.jpg").write_bytes(b"x")
    write(root, f"photo,sex\n01.jpg,m\n{cell},f\n02.jpg,f\n")
    dataset = mapped(root, settings)
    assert len(dataset) == 2
    assert dataset.problems[0].kind == "absent_images" and dataset.problems[0].items == (cell,)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_separators_and_encodings_are_told_by_looking(root, settings, separator, encoding):
    text = TEXT.replace(",", separator).replace("glasses", "Gläser")
    write(root, text, encoding=encoding)
    dataset = mapped(root, settings, targets=("sex", "Gläser"))
    assert dataset.attributes == ("Male", "Gläser") and len(dataset) == 12


def test_quoted_cells_may_hold_separators_quotes_and_newlines(root, settings):
    rows = "".join(f'"{name}","a ""note"", with\nlines",{"mf"[i % 2]}\n' for i, name in enumerate(NAMES))
    write(root, f"photo,note,sex\n{rows}")
    assert mapped(root, settings).labels("Male").tolist() == [1, 0] * 6


def test_windows_line_ends_spaces_and_capitals_change_nothing(root, settings):
    write(root, TEXT.replace(",m,", ", M ,").replace("\n", "\r\n"))
    assert mapped(root, settings).labels("Male").tolist() == [1, 0] * 6


@pytest.mark.parametrize(
    ("values", "yes", "no"),
    [
        ({"yes", "no"}, "yes", "no"),
        ({"y", "n"}, "y", "n"),
        ({"true", "false"}, "true", "false"),
        ({"1", "0"}, "1", "0"),
        ({"1", "-1"}, "1", "-1"),
        ({"m", "f"}, "m", "f"),
        ({"t", "f"}, "t", "f"),
        ({"yes", "no", "1", "0"}, "1", "no"),
    ],
)
def test_codings_that_speak_for_themselves(values, yes, no):
    coding = coding_of(values)
    assert yes in coding.positive and no in coding.negative and values <= coding.positive | coding.negative


@pytest.mark.parametrize(
    "values", [{"1", "0", "-1"}, {"yes", "no", "maybe"}, {"f"}, {"a", "b"}, {"m", "0"}, set()]
)
def test_codings_that_do_not(values):
    assert coding_of(values) is None


def test_an_attribute_is_named_after_what_its_yes_means():
    assert attribute_name("sex", ["m"]) == attribute_name("gender", ["man"]) == "Male"
    assert attribute_name("sex", ["f"]) == "Female"
    assert attribute_name("glasses", ["1"]) == "glasses"
    assert attribute_name("hair", ["blond"]) == "hair_blond"


def test_all_binary_columns_are_found_at_once_the_reports_first(root):
    write(root, "photo,fun,Smiling,sex,age\n01.jpg,1,-1,f,33\n02.jpg,0,1,m,41\n")
    labels = binary_labels(survey(root / "people.csv"), "people.csv")
    assert [label.attribute for label in labels] == ["Male", "Smiling", "fun"]


def test_one_value_of_several_can_be_the_positive_one(root, settings):
    write(
        root,
        "photo,hair\n" + "".join(f"{n},{['blond', 'brown', 'black'][i % 3]}\n" for i, n in enumerate(NAMES)),
    )
    dataset = mapped(root, settings, targets=("hair",), positive=("Blond",))
    assert dataset.attributes == ("hair_blond",) and dataset.labels("hair_blond").tolist() == [1, 0, 0] * 4
    message = refused(root, settings, targets=("hair",), positive=("red",))
    assert "no value 'red'" in message and "'blond' 4" in message


def test_a_value_that_is_neither_is_named_with_its_row(root, settings):
    write(root, TEXT.replace("07.jpg,m", "07.jpg,?"))
    message = refused(root, settings)
    assert "people.csv has '?' in row 7, column 'sex'" in message and "'f' 6" in message


def test_a_value_that_came_after_the_mapping_is_named_with_its_row(root, settings):
    write(root)
    mapped(root, settings)
    write(root, TEXT.replace("07.jpg,m", "07.jpg,Q"))
    with pytest.raises(DataError, match=r"has 'Q' in row 7, column 'sex', and 1 such cells; 'm' means yes"):
        open_dataset(root, settings=settings)


def test_blank_labels_and_rows_without_a_file_are_left_out_and_counted(root, settings):
    write(root, TEXT.replace("07.jpg,m", "07.jpg, ").replace("08.jpg", "88.jpg"))
    dataset = mapped(root, settings)
    assert len(dataset) == 10
    found = {problem.kind: problem.items for problem in dataset.problems}
    assert found == {
        "absent_images": ("88.jpg",),
        "blank_labels": ("07.jpg",),
        "unlabelled": ("pictures/08.jpg",),
    }


def test_a_split_and_its_persons_are_read(root, settings):
    splits = ["train", "Training", "0", "val", "dev", "valid", "1", "test", "TEST", "2", "train", "train"]
    rows = "".join(f"{n},{'mf'[i % 2]},{s},{i}\n" for i, (n, s) in enumerate(zip(NAMES, splits, strict=True)))
    write(root, f"photo,sex,set,who\n{rows}")
    dataset = mapped(root, settings, split="set", person="who")
    assert dataset.official_split
    assert dataset.frame["split"].value_counts().to_dict() == {"train": 5, "val": 4, "test": 3}
    write(root, f"photo,sex,set,who\n{rows}".replace("valid", "rest"))
    assert "'rest' in row 6, column 'set'" in refused(root, settings, split="set")


def test_a_row_without_a_person_is_one_of_its_own(root, settings):
    write(root, TEXT.replace("p0", ""))
    dataset = mapped(root, settings, person="who")
    assert dataset.frame["person_id"].tolist()[:2] == [NO_PERSON] * 2
    assert dataset.problems[0].kind == "unknown_person"


def test_an_image_that_two_rows_name_is_refused(root, settings):
    write(root, TEXT + "pictures/03.jpg,m,yes,p9\n")
    assert "Row 13 of people.csv names 'pictures/03.jpg'" in refused(root, settings)


def test_a_name_that_several_files_have_is_refused(faces, root, settings):
    faces.images(root / "more", ["01.jpg"])
    write(root)
    assert "Row 1 of people.csv names '01.jpg', which several files are called" in refused(root, settings)


def test_when_no_image_is_there_both_names_are_shown(root, settings):
    write(root, "photo,sex\nx1,m\nx2,f\n")
    message = refused(root, settings)
    assert "'x1', 'x2'" in message and "'pictures/01.jpg'" in message


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "is empty"),
        ("photo,sex\n", "lists no images (0 rows)"),
        ("photo,sex,sex\n01.jpg,m,f\n", "the column 'sex' twice"),
        ("photo,sex\n01.jpg,m\n02.jpg,f,f\n", "line 3"),
        ("photo,sex\n01.jpg,m,f\n02.jpg,f,f\n", "more cells than the 2 columns"),
        ('photo,sex\n01.jpg,"m\n02.jpg,f\n', "malformed"),
        (b"photo,sex\n\0\0\0\n", "is no text"),
        (",".join(f"c{i}" for i in range(1_001)) + "\n", "1,001 columns"),
    ],
)
def test_a_malformed_table_is_refused(root, settings, text, fragment):
    write(root, text)
    message = refused(root, settings)
    assert "people.csv" in message and fragment in message


def test_a_column_that_is_not_there_is_named_with_those_that_are(root, settings):
    write(root)
    assert "no column 'Sex'. Choose one of: photo, sex, glasses, who" in refused(
        root, settings, targets=("Sex",)
    )


def test_one_column_cannot_serve_twice(root, settings):
    write(root)
    assert "'sex' of people.csv is chosen twice" in refused(root, settings, person="sex")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"table": "people.csv"}', '{"table": "a", "image": "b", "labels": [], "x": 1}']
)
def test_a_damaged_mapping_is_refused(root, settings, text):
    write(root)
    (root / "mapping.json").write_text(text)
    with pytest.raises(DataError, match=r"mapping\.json"):
        open_dataset(root, settings=settings)


def test_a_mapping_cannot_name_a_table_elsewhere(root, settings):
    write(root.parent, name="people.csv")
    label = LabelColumn(column="sex", attribute="Male", positive=("m",), negative=("f",))
    seen = survey(root.parent / "people.csv")
    for table in ("../people.csv", str(root.parent / "people.csv")):
        write_mapping(root, made_mapping(table, seen, image="photo", labels=[label]))
        with pytest.raises(DataError, match="is not in"):
            open_dataset(root, settings=settings)


def test_a_mapping_is_read_as_it_was_written(root):
    write(root)
    seen = survey(root / "people.csv")
    mapping = made_mapping("people.csv", seen, image="photo", labels=binary_labels(seen, "t"), person="who")
    write_mapping(root, mapping)
    assert read_mapping(root) == mapping


def test_a_million_rows_are_surveyed_and_read_right(root, settings):
    count = 1_000_000
    table = pd.DataFrame({"photo": np.char.add(np.arange(100, count + 100).astype("U7"), ".jpg")})
    table.loc[999_990:, "photo"] = NAMES[:10]
    table["sex"] = np.where(np.arange(count) % 2, "f", "m")
    table.to_csv(root / "people.csv", index=False)
    started = time.perf_counter()
    dataset = mapped(root, settings)
    assert time.perf_counter() - started < 60
    assert len(dataset) == 10 and dataset.labels("Male").tolist() == [1, 0] * 5
    assert len(dataset.problems[0].items) == 999_990

"""What the Dataset page shows: faces with their labels, balance, rates, problems; and how it refuses."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data import open_dataset
from core.data.sources import register_folder
from core.settings import Settings
from core.ui.dataset_faces import face_words, ladder_rows, ladder_words, random_rows
from core.ui.dataset_statistics import balance_frame, rates_table
from tests.app.pages import page
from tests.faces import make_celeba, make_class_folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_celeba(tmp_path / "faces")


@pytest.fixture
def opened(host: Settings, folder: Path) -> AppTest:
    """The page on a registered folder of sixty images."""
    source = register_folder(folder, host)
    app = page("dataset")
    app.query_params["source"] = source.id
    return app.run()


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def face_numbers(app: AppTest) -> list[int]:
    """The numbers under the faces shown."""
    captions = [caption.value for caption in app.caption if r"\#" in caption.value]
    return [int(caption.split(r"\#")[1].split()[0]) for caption in captions]


def choose_faces(app: AppTest, words: str) -> AppTest:
    return app.segmented_control[0].set_value(words).run()


def test_it_opens_with_the_source_twelve_faces_and_the_balance(opened: AppTest) -> None:
    assert not opened.exception
    assert opened.selectbox[0].value.startswith("faces-")
    assert opened.selectbox(key="target").value == "Male"
    assert "60 images · official split" in texts(opened)
    assert len(opened.get("image")) == len(face_numbers(opened)) == 12
    assert len(opened.get("vega_lite_chart")) == 2


def test_the_source_stands_in_the_address(opened: AppTest) -> None:
    assert opened.query_params["source"] == opened.selectbox[0].value


def test_each_face_has_its_number_id_and_labels(opened: AppTest) -> None:
    choose_faces(opened, "Image 3, 30")
    assert face_numbers(opened) == [3, 30]
    assert any(r"000030\.png" in caption.value and "**man**" in caption.value for caption in opened.caption)


def test_shuffle_shows_other_faces_and_nothing_else_does(opened: AppTest) -> None:
    before = face_numbers(opened)
    assert face_numbers(opened.run()) == before
    (shuffle,) = [button for button in opened.button if button.label == "Shuffle"]
    assert face_numbers(shuffle.click().run()) != before


def test_a_number_shows_that_face_with_all_its_labels(opened: AppTest) -> None:
    choose_faces(opened, "A number")
    opened.number_input[0].set_value(60).run()
    assert opened.number_input[0].max == 60
    assert len(opened.get("image")) == 1
    assert r"**\#60 000060\.png**" in texts(opened)
    assert "Split: test" in texts(opened)


def test_another_target_changes_the_balance_and_the_first_word(opened: AppTest) -> None:
    opened.selectbox(key="target").set_value("Smiling").run()
    assert not opened.exception
    assert any("**smiling**" in caption.value for caption in opened.caption)
    assert not any("**man**" in caption.value for caption in opened.caption)


def test_synthetic_faces_are_marked(host: Settings, folder: Path) -> None:
    (folder / "synthetic.json").write_text("{}")
    register_folder(folder, host)
    app = page("dataset")
    app.query_params["source"] = register_folder(folder, host).id
    assert "Synthetic faces" in texts(app.run())


def test_real_faces_are_not_marked_synthetic(opened: AppTest) -> None:
    assert "Synthetic" not in texts(opened)


def test_an_image_that_does_not_decode_is_counted_and_named(host: Settings, folder: Path) -> None:
    (folder / "img_align_celeba" / "000007.png").write_bytes(b"not an image")
    app = page("dataset")
    app.query_params["source"] = register_folder(folder, host).id
    app.run()
    assert not app.exception
    assert "59 images" in texts(app)
    assert "1 problem" in texts(app)
    assert [tab.label for tab in app.tabs] == ["Faces", "Statistics", "Problems (1)"]
    assert any("000007.png" in frame.value.to_string() for frame in app.dataframe)


def test_a_folder_can_be_added_and_is_shown_at_once(opened: AppTest, tmp_path: Path) -> None:
    other = make_celeba(tmp_path / "others", n=24)
    opened.text_input[0].input(str(other))
    (add,) = [button for button in opened.button if button.label == "Add"]
    add.click().run()
    assert not opened.exception
    assert opened.selectbox[0].value.startswith("others-")
    assert "24 images" in texts(opened)


def test_a_target_that_the_next_source_lacks_gives_way(opened: AppTest, tmp_path: Path) -> None:
    opened.selectbox(key="target").set_value("Smiling").run()
    opened.text_input[0].input(str(make_class_folders(tmp_path / "two")))
    (add,) = [button for button in opened.button if button.label == "Add"]
    add.click().run()
    assert not opened.exception
    assert opened.selectbox(key="target").value == "Male"


def test_a_folder_outside_the_data_roots_is_refused_in_words(opened: AppTest) -> None:
    opened.text_input[0].input("/etc")
    (add,) = [button for button in opened.button if button.label == "Add"]
    add.click().run()
    assert not opened.exception
    assert "not under a folder that this host opens data from" in opened.error[0].value.replace("\\", "")


def test_a_folder_without_labels_is_refused_in_words(host: Settings, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    app = page("dataset")
    app.query_params["source"] = register_folder(tmp_path / "bare", host).id
    app.run()
    assert not app.exception
    assert len(app.error) == 1


def test_a_target_with_one_class_is_said_and_the_faces_are_shown_all_the_same(
    host: Settings, folder: Path
) -> None:
    labels = pd.read_csv(folder / "list_attr_celeba.csv").assign(Bangs=-1)
    labels.to_csv(folder / "list_attr_celeba.csv", index=False)
    app = page("dataset")
    app.query_params["source"] = register_folder(folder, host).id
    app.run().selectbox(key="target").set_value("Bangs").run()
    assert not app.exception
    assert "Bangs has a single class" in app.warning[0].value.replace("\\", "")
    assert len(face_numbers(app)) == 12


def test_a_set_too_small_to_split_is_shown_all_the_same(host: Settings, tmp_path: Path) -> None:
    app = page("dataset")
    app.query_params["source"] = register_folder(make_class_folders(tmp_path / "two", each=1), host).id
    app.run()
    assert not app.exception
    assert "too small to split" in app.warning[0].value
    assert len(face_numbers(app)) == 2


def test_an_unknown_source_in_the_address_is_said(host: Settings, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("core.data.open._sample", lambda settings, on_progress: folder)
    app = page("dataset")
    app.query_params["source"] = "gone"
    app.run()
    assert not app.exception
    assert "gone" in app.warning[0].value
    assert app.selectbox[0].value == "sample"


def test_numbers_beyond_the_set_are_not_offered() -> None:
    assert ladder_words(2) == ""
    assert ladder_words(2_000) == "Image 3, 30, 300"
    assert ladder_rows(30_000) == [2, 29, 299, 2999, 29_999]


def test_a_random_sample_has_no_face_twice_and_follows_its_seed() -> None:
    rows = random_rows(100, seed=4)
    assert len(set(rows)) == 12
    assert rows == random_rows(100, seed=4) != random_rows(100, seed=5)
    assert sorted(random_rows(5, seed=0)) == [0, 1, 2, 3, 4]


def test_the_target_comes_first_in_a_faces_words(host: Settings, folder: Path) -> None:
    dataset = open_dataset(folder, settings=host)
    frame = dataset.frame.assign(**dict.fromkeys(dataset.attributes, 0)).assign(Smiling=1, Male=1)
    assert face_words(dataset.with_frame(frame), 0, "Smiling") == ["smiling", "man"]
    assert face_words(dataset.with_frame(frame), 0, "Bangs") == ["no bangs", "man", "smiling"]


def test_the_balance_counts_both_classes_of_each_split(host: Settings, folder: Path) -> None:
    frame = balance_frame(open_dataset(folder, settings=host), "Male").set_index(["split", "words"])
    assert frame.loc[("train", "man"), "n"] == 20
    assert frame.loc[("val", "woman"), "share"] == 0.5
    assert frame["n"].sum() == 60


def test_the_table_of_rates_is_headed_with_n() -> None:
    rates = pd.DataFrame(
        {"attribute": ["Male"] * 2, "split": ["train", "test"], "n": [1600, 200], "positives": [800, 50]}
    ).assign(rate=[0.5, 0.25])
    table = rates_table(rates)
    assert list(table.columns) == ["attribute", "train (n = 1,600)", "test (n = 200)"]
    assert table.iloc[0].tolist() == ["Male", 0.5, 0.25]

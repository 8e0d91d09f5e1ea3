"""What the Dataset page shows: faces with their labels, balance, rates, problems; and how it refuses."""

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data import FaceDataset, open_dataset
from core.data.sources import register_folder
from core.settings import Settings
from core.ui.dataset_faces import face_words, ladder_rows, ladder_words, random_rows
from core.ui.dataset_statistics import balance_frame, drift_table, drift_words, majority_words, rates_table
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


LOOKS = {"Random": "random", "In order": "order", "Image 3, 30": "images", "A number": "number"}


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def face_numbers(app: AppTest) -> list[int]:
    """The numbers on the buttons under the faces shown."""
    return [int(button.label.removeprefix(r"\#")) for button in app.button if r"\#" in button.label]


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    return button.click().run()


def open_tab(app: AppTest, name: str) -> AppTest:
    app.session_state["dataset tab"] = name
    return app.run()


def choose_faces(app: AppTest, words: str) -> AppTest:
    """By the words on the control."""
    control = app.segmented_control(key="which faces")
    return control.set_value(LOOKS[words]).run()


def test_it_opens_with_the_source_twelve_faces_and_the_balance(opened: AppTest) -> None:
    assert not opened.exception
    assert opened.selectbox[0].value.startswith("faces-")
    assert opened.selectbox(key="target").value == "Male"
    assert "60 images · official split" in texts(opened)
    assert len(opened.get("image")) == len(face_numbers(opened)) == 12
    assert len(opened.get("vega_lite_chart")) >= 1
    assert "Always answering" in texts(opened)


def test_the_source_stands_in_the_address(opened: AppTest) -> None:
    assert opened.query_params["source"] == opened.selectbox[0].value


def test_each_face_has_its_number_id_and_labels(opened: AppTest) -> None:
    choose_faces(opened, "Image 3, 30")
    assert face_numbers(opened) == [3, 30]
    assert any(r"000030\.png" in caption.value and "**man**" in caption.value for caption in opened.caption)


def test_shuffle_shows_other_faces_and_nothing_else_does(opened: AppTest) -> None:
    before = face_numbers(opened)
    assert face_numbers(opened.run()) == before
    assert face_numbers(press(opened, "Shuffle")) != before


def test_a_number_shows_that_face_with_all_its_labels(opened: AppTest) -> None:
    choose_faces(opened, "A number")
    number = next(field for field in opened.number_input if field.label.startswith("Number"))
    assert number.max == 60
    number.set_value(60).run()
    assert len(opened.get("image")) == 1
    assert r"**\#60 000060\.png**" in texts(opened)
    assert "Split: test" in texts(opened)


def test_all_faces_come_a_page_at_a_time_in_file_order(opened: AppTest) -> None:
    choose_faces(opened, "In order")
    assert face_numbers(opened) == list(range(1, 25))
    (page_of_faces,) = opened.get("pagination")
    page_of_faces.set_value(3).run()
    assert face_numbers(opened) == list(range(49, 61))


def test_filters_leave_the_faces_that_have_all_of_it(opened: AppTest) -> None:
    choose_faces(opened, "In order")
    opened.multiselect(key="faces present").set_value(["Male"]).run()
    opened.selectbox(key="faces split").set_value("test").run()
    assert not opened.exception
    assert face_numbers(opened) == [52, 54, 56, 58, 60]
    assert "5 of 60 images: man, split test" in texts(opened).replace("\\", "")
    assert opened.query_params["with"] == "Male" and opened.query_params["split"] == "test"
    press(opened, "Show all images")
    assert len(face_numbers(opened)) == 24
    assert "with" not in opened.query_params


def test_an_attribute_cannot_be_asked_for_both_ways(opened: AppTest) -> None:
    opened.multiselect(key="faces present").set_value(["Male"]).run()
    opened.multiselect(key="faces absent").set_value(["Male"]).run()
    assert opened.multiselect(key="faces present").value == []
    assert "woman" in texts(opened)


def test_a_link_opens_a_filtered_view_and_what_cannot_be_is_said(opened: AppTest) -> None:
    app = page("dataset")
    app.query_params["source"] = opened.query_params["source"]
    app.query_params["id"] = "000060"
    app.query_params["with"] = "Wings"
    app.run()
    assert face_numbers(app) == [60]
    assert "with=Wings" in app.warning[0].value.replace("\\", "")


def test_filters_that_nothing_passes_say_so(opened: AppTest) -> None:
    opened.text_input(key="faces words").input("no such id").run()
    assert not opened.exception
    assert face_numbers(opened) == []
    assert opened.info[0].value == "No image of the data set is like that."


def test_a_face_opens_with_its_labels_and_the_persons_other_photos(host: Settings, tmp_path: Path) -> None:
    root = make_celeba(tmp_path / "people")
    people = "".join(f"{i:06d}.png {(i + 2) // 3}\n" for i in range(1, 61))
    (root / "identity_CelebA.txt").write_text(people)
    app = page("dataset")
    app.query_params["source"] = register_folder(root, host).id
    app.run()
    assert app.text_input(key="faces person").value == ""
    choose_faces(app, "Image 3, 30")
    press(app, r"\#30")
    assert not app.exception
    assert "Person 10." in texts(app) and "2 other photos" in texts(app)
    others = [button.label for button in app.button if str(button.key).startswith("other photo")]
    assert others == [r"\#28", r"\#29"]


def test_statistics_say_what_leans_on_the_target_and_that_nothing_drifts(opened: AppTest) -> None:
    open_tab(opened, "Statistics")
    assert not opened.exception
    assert "What leans on the target, male" in texts(opened)
    assert "a model may learn who" in texts(opened)
    assert "adjusted by Holm" in texts(opened)
    assert len(opened.get("vega_lite_chart")) == 4


def test_the_map_says_what_to_do_first_where_no_run_has_seen_the_faces(opened: AppTest) -> None:
    open_tab(opened, "Map")
    assert not opened.exception
    assert "Train a quick run on this data set" in opened.info[0].value
    assert "All 60 images, placed by the two directions" in texts(opened)
    kinds = opened.selectbox[-1].options
    assert "smiling" in kinds and "split" in kinds


def test_the_map_can_be_coloured_by_the_split(opened: AppTest) -> None:
    open_tab(opened, "Map")
    opened.selectbox[-1].set_value("?split").run()
    assert not opened.exception


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
    app.query_params["tab"], app.query_params["problem"] = "problems", "reading"
    app.run()
    assert not app.exception
    assert "59 images" in texts(app)
    (line,) = [text.value for text in app.markdown if "orange-badge" in text.value and "found]" in text.value]
    assert "cannot be decoded, left out: 1" in line.replace("\\", "")
    number = re.search(r"([\d,]+) found", line)[1]
    assert [tab.label for tab in app.tabs] == ["Faces", "Statistics", "Map", f"Problems ({number})"]
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


def test_the_table_of_rates_has_counts_and_marks_drift() -> None:
    rates = pd.DataFrame(
        {"attribute": ["Male"] * 2, "split": ["train", "test"], "n": [1600, 200], "positives": [800, 50]}
    ).assign(rate=[0.5, 0.25])
    drift = pd.DataFrame({"attribute": ["Male"], "split": ["test"], "difference": [-0.25], "holm": [0.001]})
    table = rates_table(rates, drift)
    assert table.iloc[0].to_dict() == {
        "attribute": "male",
        "train (n = 1,600)": 0.5,
        "train, images": 800,
        "test (n = 200)": 0.25,
        "test, images": 50,
        "drift": "test",
    }
    assert rates_table(rates, drift.assign(holm=0.2))["drift"].tolist() == ["–"]


def test_drift_is_named_with_its_size_and_how_it_was_tested(host: Settings, folder: Path) -> None:
    dataset = open_dataset(folder, settings=host)
    even = (dataset.frame.index % 2).to_numpy("uint8")
    drifted = even.copy()
    drifted[dataset.split_rows("test")] = 1
    frame = dataset.frame.assign(**dict.fromkeys(dataset.attributes, even))
    assert drift_words(drift_table(dataset.with_frame(frame))).startswith("No split differs from train")
    many = pd.concat([frame.assign(Bangs=drifted)] * 20, ignore_index=True)
    words = drift_words(drift_table(dataset.with_frame(many)))
    assert "Drift] bangs in test (+50.0 points). Tested" in words


def test_the_majority_is_what_always_answering_the_commoner_class_gets(host: Settings, folder: Path) -> None:
    dataset: FaceDataset = open_dataset(folder, settings=host)
    mostly = dataset.with_frame(dataset.frame.assign(Male=(dataset.frame.index < 15).astype("uint8")))
    assert majority_words(mostly, "Male") == "Always answering **woman**: 0.7500 right (n = 60)"


def test_the_browser_draws_the_box_with_the_choice_of_the_address(host: Settings, tmp_path: Path) -> None:
    """Else a click before it has heard of the choice would send back the first option."""
    source = register_folder(make_class_folders(tmp_path / "mine"), host)
    app = page("dataset")
    app.query_params["source"] = source.id
    app.run()
    box = next(box for box in app.selectbox if box.label == "Data set")
    assert box.value == source.id
    assert box.options[box.proto.default] == "mine"
    assert not box.proto.set_value
    box.set_value("sample").run()
    assert app.query_params["source"] == "sample"


def test_filters_are_said_not_to_apply_to_numbered_images(opened: AppTest) -> None:
    opened.multiselect(key="faces present").set_value(["Male"]).run()
    for words in ("Image 3, 30", "A number"):
        choose_faces(opened, words)
        assert "The filter (man) does not apply here" in texts(opened).replace("\\", "")
    choose_faces(opened, "In order")
    assert "does not apply" not in texts(opened)


def test_an_attribute_that_changes_sides_is_named(opened: AppTest) -> None:
    opened.multiselect(key="faces present").set_value(["Male", "Smiling"]).run()
    opened.multiselect(key="faces absent").set_value(["Male"]).run()
    assert "male: taken out of Labelled with" in texts(opened).replace("\\", "")
    assert opened.multiselect(key="faces present").value == ["Smiling"]
    assert "taken out" not in texts(opened.run())


def test_a_person_that_is_no_whole_number_is_refused_in_words(host: Settings, tmp_path: Path) -> None:
    root = make_celeba(tmp_path / "people")
    (root / "identity_CelebA.txt").write_text("".join(f"{i:06d}.png {i % 9}\n" for i in range(1, 61)))
    app = page("dataset")
    app.query_params["source"] = register_folder(root, host).id
    app.run().text_input(key="faces person").input("5").run()
    assert app.query_params["person"] == "5"
    app.text_input(key="faces person").input("5.7").run()
    assert "5.7 is no person's number" in texts(app).replace("\\", "")
    assert app.query_params["person"] == "5" and app.text_input(key="faces person").value == "5"
    app.text_input(key="faces person").input("").run()
    assert "person" not in app.query_params

"""The problems of images and of splits on the Dataset page: counts, galleries, pairs, persons, runs."""

import shutil
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.data.sources import register_folder
from core.runs import RunStore
from core.settings import Settings
from core.ui.dataset_split_problems import runs_by_split
from tests.app.runs import finished_run
from tests.faces import make_celeba


def _images(source_id: str) -> None:
    from core.data.sources import get_source
    from core.ui.dataset_image_problems import show_image_problems
    from core.ui.resources import dataset, settings

    show_image_problems(dataset(source_id), get_source(source_id, settings()))


def _splits(source_id: str) -> None:
    from core.data.sources import get_source
    from core.ui.dataset_split_problems import show_split_problems
    from core.ui.resources import dataset, settings

    show_split_problems(dataset(source_id), get_source(source_id, settings()))


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.info)).replace("\\", "")


@pytest.fixture
def source_id(host: Settings, tmp_path: Path) -> str:
    """Sixty tiny images: one doubled in the test split, two dark, one person in training and test."""
    folder = make_celeba(tmp_path / "faces")
    images = folder / "img_align_celeba"
    shutil.copyfile(images / "000001.png", images / "000060.png")
    for name in ("000010.png", "000011.png"):
        Image.new("RGB", (64, 64), (4, 4, 4)).save(images / name)
    persons = "".join(f"{i:06d}.png {1 if i in (1, 60) else i + 100}\n" for i in range(1, 61))
    (folder / "identity_CelebA.txt").write_text(persons)
    return register_folder(folder, host).id


def looked(view, source_id: str) -> AppTest:
    """The view after its button was pressed."""
    app = AppTest.from_function(view, kwargs={"source_id": source_id}, default_timeout=30).run()
    (button,) = [button for button in app.button if button.label == "Look at every image"]
    return button.click().run()


def test_no_image_is_read_before_somebody_asks(source_id: str) -> None:
    app = AppTest.from_function(_images, kwargs={"source_id": source_id}, default_timeout=30).run()
    assert not app.exception and not app.segmented_control
    assert [button.label for button in app.button] == ["Look at every image"]


def test_kinds_are_counted_and_one_chosen_is_shown(source_id: str) -> None:
    app = looked(_images, source_id)
    assert not app.exception
    (kinds,) = app.segmented_control
    assert "Exact duplicates (2)" in kinds.options and "Very dark (2)" in kinds.options
    assert "None: " in texts(app)
    kinds.set_value("dark").run()
    assert not app.exception
    assert "Very dark images" in texts(app) and "000010.png" in texts(app)
    assert len(app.get("image")) == 2


def test_duplicates_are_shown_side_by_side_with_split_and_label(source_id: str) -> None:
    app = looked(_images, source_id)
    app.segmented_control[0].set_value("exact_duplicates").run()
    assert not app.exception and len(app.get("image")) == 4
    assert "000060.png" in texts(app) and "· test" in texts(app) and "· train" in texts(app)


def test_the_split_tells_of_persons_and_duplicates_in_two_of_its_parts(source_id: str) -> None:
    app = looked(_splits, source_id)
    assert not app.exception
    assert app.segmented_control[0].value == "official"
    assert "train 40" in texts(app)
    assert "Persons in more than one split: 1" in texts(app)
    assert "in different splits: 1" in texts(app) and len(app.get("image")) == 2


def test_a_split_by_person_shares_no_person(source_id: str) -> None:
    app = looked(_splits, source_id)
    app.segmented_control[0].set_value("person").run()
    assert not app.exception
    assert "No person is in more than one split" in texts(app)
    assert "balanced on Male, seed 0" in texts(app)


def test_a_set_without_an_official_partition_says_so(host: Settings, source_id: str, tmp_path: Path) -> None:
    (tmp_path / "faces" / "list_eval_partition.csv").unlink()
    app = AppTest.from_function(_splits, kwargs={"source_id": source_id}, default_timeout=30).run()
    assert app.segmented_control[0].value == "person"
    app.segmented_control[0].set_value("official").run()
    assert not app.exception and "has no official partition" in texts(app)


def test_runs_are_told_apart_by_the_fingerprint_of_their_split(host: Settings) -> None:
    finished_run(host, "one", val_accuracy=0.9)
    finished_run(host, "elsewhere", val_accuracy=0.9, synthetic=False)
    runs = RunStore(host.runs).list_runs()
    same, others = runs_by_split(runs, "sample", "split")
    assert [run.notes.name for run in same] == ["one"] and others == 0
    assert runs_by_split(runs, "sample", "another") == ([], 1)

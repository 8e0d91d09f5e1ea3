"""`dataset add|list|forget`: zips are kept whole or refused whole, folders stay, columns are asked for."""

from pathlib import Path

import pytest

from core.runs import State, TrainConfig
from tests import hostile_zips as zips
from tests.faces import make_class_folders


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    path = tmp_path / "My faces.zip"
    path.write_bytes(zips.class_folders())
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A zip of twelve images with a table whose columns nobody knows."""
    rows = "".join(f"{i}.png,{'mf'[i % 2]},{('blond', 'brown')[i % 2]},{i // 2}\n" for i in range(12))
    images = {f"img/{i}.png": zips.picture(20 * i) for i in range(12)}
    path = tmp_path / "people.zip"
    path.write_bytes(zips.zip_of({"people.csv": f"photo,sex,hair,who\n{rows}".encode(), **images}))
    return path


def own_folders(tmp_path: Path) -> list[Path]:
    own = tmp_path / "artifacts" / "datasets" / "own"
    return list(own.iterdir()) if own.is_dir() else []


def test_a_zip_is_added_listed_and_opened(command, faces, tmp_path):
    added = command("dataset", "add", faces, "--json").json()
    assert added["own"] and added["images"] == 24 and added["attributes"] == ["Male"]
    assert added["name"] == "My faces" and added["id"].startswith("own-my-faces-")
    listed = {source["id"]: source for source in command("dataset", "list", "--json").json()}
    assert listed[added["id"]]["bytes"] == added["bytes"] > 0 and not listed["sample"]["own"]
    shown = command("dataset", "show", added["path"], "--json").json()
    assert command("dataset", "show", added["id"], "--json").json() == shown
    assert shown["readable"] == 24
    assert faces.is_file()


def test_a_name_can_be_given(command, faces):
    assert "Family 2024" in command("dataset", "add", faces, "--name", "Family 2024").out
    assert "Family 2024" in command("dataset", "list").out


def test_columns_are_asked_for_with_what_stands_in_them(command, table, tmp_path):
    answer = command("dataset", "add", table)
    assert answer.code == 2
    for part in (
        "people.csv",
        "photo",
        "sex (yes or no by itself)",
        "'blond' 6, 'brown' 6",
        "--target COLUMN",
    ):
        assert part in answer.err
    assert own_folders(tmp_path) == []


def test_columns_are_mapped(command, table):
    how = ("--target", "sex", "--person", "who")
    added = command("dataset", "add", table, *how, "--json").json()
    assert added["attributes"] == ["Male"] and added["images"] == 12
    one = command("dataset", "add", table, "--target", "hair", "--positive", "blond", "--json").json()
    assert one["attributes"] == ["hair_blond"] and one["id"] != added["id"]


@pytest.mark.parametrize(
    ("how", "parts"),
    [
        (["--target", "hair"], ["'hair'", "row", "mean yes cannot be told"]),
        (["--target", "hair", "--positive", "red"], ["no value 'red'", "'blond' 6"]),
        (["--target", "age"], ["no column 'age'"]),
        (["--target", "sex", "--target", "hair", "--positive", "m"], ["2 --target and 1 --positive"]),
        (["--target", "sex", "--table", "../people.csv"], ["no table '../people.csv'"]),
        (["--target", "sex", "--image", "hair"], ["'blond'", "'img/0.png'"]),
        (["--person", "who"], ["--target"]),
        (["--target", "sex", "--name", "x" * 61], ["61 characters"]),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_and_nothing_stays(command, table, tmp_path, how, parts):
    answer = command("dataset", "add", table, *how)
    assert answer.code == 2 and answer.err.count("\n") == 1
    for part in parts:
        assert part in answer.err
    assert own_folders(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "part"),
    [(zips.bomb(), "zeros.bmp"), (zips.class_folders()[:-9], "cut short"), (b"", "empty")],
)
def test_a_zip_that_is_refused_leaves_nothing(command, tmp_path, content, part):
    (tmp_path / "bad.zip").write_bytes(content)
    answer = command("dataset", "add", tmp_path / "bad.zip")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert part in answer.err and own_folders(tmp_path) == []


def test_an_absent_file_is_refused(command, tmp_path):
    assert "nowhere.zip" in command("dataset", "add", tmp_path / "nowhere.zip").err


def test_images_that_do_not_decode_are_told(command, tmp_path):
    good = {"men/a.png": zips.picture(), "women/b.png": zips.picture(9), "men/c.png": b"x", "notes.pdf": b"x"}
    (tmp_path / "faces.zip").write_bytes(zips.zip_of(good))
    answer = command("dataset", "add", tmp_path / "faces.zip")
    assert answer.code == 0
    assert "do not decode: 1" in answer.err and "men/c.png" in answer.err and "'notes.pdf'" in answer.err


def test_a_folder_stays_where_it_is(command, tmp_path, monkeypatch):
    monkeypatch.setenv("LINEAMENT_DATA_ROOTS", str(tmp_path))
    folder = make_class_folders(tmp_path / "two")
    added = command("dataset", "add", folder, "--json").json()
    assert not added["own"] and added["path"] == str(folder)
    assert command("dataset", "forget", added["id"]).code == 0
    assert len(list(folder.rglob("*.png"))) == 40 and own_folders(tmp_path) == []


def test_a_folder_outside_the_roots_is_refused(command, tmp_path, monkeypatch):
    monkeypatch.setenv("LINEAMENT_DATA_ROOTS", str(tmp_path / "elsewhere"))
    answer = command("dataset", "add", make_class_folders(tmp_path / "two"))
    assert answer.code == 2 and "LINEAMENT_DATA_ROOTS" in answer.err


def test_a_folders_columns_are_mapped_beside_its_data(command, tmp_path, monkeypatch):
    monkeypatch.setenv("LINEAMENT_DATA_ROOTS", str(tmp_path))
    folder = tmp_path / "own faces"
    (folder / "img").mkdir(parents=True)
    for i in range(4):
        (folder / "img" / f"{i}.png").write_bytes(zips.picture(i))
    (folder / "people.csv").write_text("photo;smiles\n" + "".join(f"{i};{i % 2}\n" for i in range(4)))
    refused = command("dataset", "add", folder)
    assert refused.code == 2 and "smiles (yes or no by itself)" in refused.err
    assert not (folder / "mapping.json").exists()
    assert "smiles" not in command("dataset", "list").out
    assert command("dataset", "add", folder, "--target", "smiles").code == 0
    assert (folder / "mapping.json").is_file()
    assert command("dataset", "show", folder, "--json").json()["attributes"] == ["smiles"]


def test_a_zip_is_deleted_only_after_a_yes(command, faces, tmp_path):
    own_id = command("dataset", "add", faces, "--json").json()["id"]
    answer = command("dataset", "forget", own_id)
    assert answer.code == 2 and "--yes" in answer.err and own_folders(tmp_path)
    assert command("dataset", "forget", own_id, "--yes").code == 0
    assert own_folders(tmp_path) == [] and own_id not in command("dataset", "list").out
    assert not list((tmp_path / "artifacts" / "datasets" / "index").iterdir())


def test_what_a_run_trains_on_is_not_deleted(command, faces, store, tmp_path):
    added = command("dataset", "add", faces, "--json").json()
    run = store.create(TrainConfig(data=added["path"]))
    answer = command("dataset", "forget", added["id"], "--yes")
    assert answer.code == 1 and run.id in answer.err and "queued" in answer.err
    with run.hold() as held:
        held.set_state(State.RUNNING)
        answer = command("dataset", "forget", added["id"], "--yes")
        assert answer.code == 1 and "running" in answer.err
        held.set_state(State.FINISHED)
    assert own_folders(tmp_path)
    assert command("dataset", "forget", added["id"], "--yes").code == 0


@pytest.mark.parametrize("source_id", ["../own", "sample", "own-gone-12345678"])
def test_what_cannot_be_forgotten_is_refused(command, source_id):
    assert command("dataset", "forget", source_id, "--yes").code == 2

"""Bad input: exit code 2, one clear line on standard error, nothing made, no traceback."""

import pytest

from core.runs import TrainConfig
from tests.unit.cli.conftest import Answer

RUN = "20260101-000000-aaaaaa"


def refused(answer: Answer, *words: str) -> None:
    """Assert that a command refused with one line that holds `words`."""
    assert answer.code == 2
    [line] = answer.err.splitlines()
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--data", "/nowhere/at/all"], ["/nowhere/at/all"]),
        (["--target", "Moustache"], ["Moustache", "Male"]),
        (["--epochs", "0"], ["epochs = 0"]),
        (["--learning-rate", "-1"], ["learning_rate = -1"]),
        (["--learning-rate", "nan"], ["learning_rate"]),
        (["--dropout", "1"], ["dropout = 1"]),
        (["--fine-tune", "block3"], ["fine_tune", "block3", "block5"]),
        (["--image-size", "20"], ["image_size = 20"]),
        (["--limit", "3"], ["limit = 3"]),
        (["--weights", "/nowhere/base.h5"], ["/nowhere/base.h5", "random"]),
        (["--config", "/nowhere/run.yaml"], ["/nowhere/run.yaml"]),
        (["--epochs", "0", "--dropout", "7"], ["epochs = 0", "dropout = 7"]),
    ],
    ids=lambda item: " ".join(item)[:40],
)
def test_training_on_bad_input_starts_nothing(command, store, tiny_faces, options, words):
    refused(command("train", "--weights", "random", "--data", tiny_faces, *options), *words)
    assert store.ids() == []


def test_a_config_file_with_a_bad_field_is_refused(command, store, tiny_faces, tmp_path):
    (tmp_path / "run.yaml").write_text("epochs: many\n")
    refused(command("train", "--data", tiny_faces, "--config", tmp_path / "run.yaml"), "epochs", "many")
    assert store.ids() == []


@pytest.mark.parametrize("run", [RUN, "../../etc", "..", "/etc/passwd", "x"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["runs", "show"],
        ["runs", "stop"],
        ["runs", "pause"],
        ["runs", "resume"],
        ["runs", "kill"],
        ["queue", "cancel"],
        ["predict"],
    ],
    ids=" ".join,
)
def test_a_run_that_is_not_there_is_named(command, arguments, run):
    photos = ["photo.jpg"] if arguments == ["predict"] else []
    refused(command(*arguments, run, *photos), run)


def test_a_folder_without_a_data_set_is_refused(command, tmp_path):
    refused(command("dataset", "show", tmp_path / "nowhere"), str(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    refused(command("dataset", "show", tmp_path / "empty", "--json"), "empty")


def test_more_epochs_than_the_host_allows_are_refused(command, store, tiny_faces, monkeypatch):
    monkeypatch.setenv("LINEAMENT_MAX_EPOCHS", "5")
    options = ["--data", tiny_faces, "--weights", "random", "--epochs", "6"]
    refused(command("train", *options), "6 epochs", "5")
    refused(command("train", "--detach", *options), "6 epochs", "5")
    assert store.ids() == []


def test_a_setting_of_the_host_that_is_no_number_is_named(command, monkeypatch):
    monkeypatch.setenv("LINEAMENT_MAX_RUNNING", "many")
    refused(command("runs", "list"), "LINEAMENT_MAX_RUNNING", "many")


@pytest.mark.parametrize(
    "arguments", [["train", "--epochs", "many"], ["fly"], ["runs", "show"], ["train", "--no-such-option"]]
)
def test_usage_errors_exit_with_two_and_no_traceback(command, arguments):
    answer = command(*arguments)
    assert answer.code == 2
    assert answer.err
    assert "Traceback" not in answer.err


def test_photos_that_are_all_refused_are_told_on_standard_error(command, saved, tmp_path, monkeypatch):
    monkeypatch.setattr("core.runs.checkpoints.Checkpoints.best_weights", lambda self: tmp_path)
    (tmp_path / "text.jpg").write_text("no image")
    answer = command("predict", saved.id, tmp_path / "text.jpg", tmp_path / "absent.jpg", "--json")
    assert answer.code == 2
    assert "text.jpg" in answer.err
    first, second = answer.json()
    assert (first["file"], second["file"]) == (str(tmp_path / "text.jpg"), str(tmp_path / "absent.jpg"))
    assert first["probability"] is second["probability"] is None
    assert "text.jpg" in first["error"]
    assert "absent.jpg" in second["error"]


def test_a_run_without_a_model_cannot_predict(command, store, tmp_path):
    """Nothing was wrong with what was given: the run could not do what was asked, so the code is 1."""
    run = store.create(TrainConfig())
    answer = command("predict", run.id, tmp_path / "photo.jpg")
    assert answer.code == 1
    assert run.id in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_finished_run_has_nothing_to_stop(command, saved):
    answer = command("runs", "stop", saved.id)
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "finished" in answer.err

"""`python -m core`, whole: train, look, predict, each a process of its own as a person types it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.runs import RunStore, TrainConfig
from core.settings import PROJECT, Settings
from tests.training.conftest import predictions

Ask = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def ask(host: Settings, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Run a command on the shared host, from another folder than the project's."""
    cwd = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "core", *map(str, arguments), "--artifacts", str(host.artifacts)]
        env = os.environ | {"PYTHONPATH": str(PROJECT)}
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)

    return run


@pytest.fixture(scope="module")
def trained(ask: Ask, tiny_faces: Path) -> "subprocess.CompletedProcess[str]":
    """A run trained from the command line in two epochs."""
    options = {
        "--data": tiny_faces,
        "--weights": "random",
        "--image-size": 32,
        "--epochs": 2,
        "--batch-size": 8,
        "--dense-units": 16,
        "--precision": "float32",
        "--learning-rate": "1e-3",
        "--name": "by hand",
    }
    return ask("train", *(word for pair in options.items() for word in pair), "--json")


def test_training_prints_a_line_an_epoch_and_ends_with_one_json_object(trained):
    assert trained.returncode == 0, trained.stderr
    assert trained.stderr == ""
    *epochs, last = trained.stdout.splitlines()
    assert [line.split("  ")[0] for line in epochs] == ["epoch 1/2", "epoch 2/2"]
    answer = json.loads(last)
    assert (answer["state"], answer["epochs"], answer["name"]) == ("finished", 2, "by hand")
    assert answer["n_test"] == 10
    assert answer["best_epoch"] in (1, 2)
    assert answer["seconds"] > 0
    for accuracy in ("train_accuracy", "val_accuracy", "test_accuracy"):
        assert 0 <= answer[accuracy] <= 1


def test_the_run_can_be_looked_at_afterwards(ask, trained):
    answer = json.loads(trained.stdout.splitlines()[-1])
    shown = json.loads(ask("runs", "show", answer["run_id"], "--json").stdout)
    assert {key: shown[key] for key in answer} == answer
    assert len(shown["history"]) == 2


def test_a_photo_gets_the_probability_that_it_was_scored_with(ask, trained, host, tiny_faces, tmp_path):
    run = RunStore(host.runs).get(json.loads(trained.stdout.splitlines()[-1])["run_id"])
    scored = predictions(run).head(2)
    photos = [tiny_faces / "img_align_celeba" / image_id for image_id in scored["image_id"]]
    (tmp_path / "broken.jpg").write_text("no image")
    done = ask("predict", run.id, *photos, tmp_path / "broken.jpg", "--json")
    assert done.returncode == 0, done.stderr
    *answers, refused = json.loads(done.stdout)
    assert [answer["file"] for answer in answers] == [str(photo) for photo in photos]
    assert [answer["probability"] for answer in answers] == pytest.approx(
        scored["probability"].tolist(), abs=1e-3
    )
    for answer in answers:
        assert answer["label"] == int(answer["probability"] > 0.5)
        assert (answer["face"], answer["box"], answer["error"]) == (1, [0, 0, 64, 64], None)
    assert refused["probability"] is None
    assert "broken.jpg" in refused["error"]


def test_a_study_goes_on_after_a_loss_that_is_no_number(ask: Ask, tiny_faces: Path, tmp_path: Path):
    """A rate of 10 through a trained block is past saving; that run ends stopped, which is an outcome."""
    config = TrainConfig(
        data=str(tiny_faces),
        weights="random",
        image_size=32,
        fine_tune="block5",
        dense_units=(64, 64, 64, 64),
        optimizer="sgd",
        dropout=0,
        batch_size=4,
        epochs=1,
        precision="float32",
    )
    (tmp_path / "deep.yaml").write_text(config.to_yaml())
    done = ask("study", "--config", tmp_path / "deep.yaml", "--grid", "learning_rate=10,1e-4", "--json")
    assert done.returncode == 0, done.stderr
    lost, fine = json.loads(done.stdout.splitlines()[-1])["runs"]
    assert (lost["state"], fine["state"]) == ("stopped", "finished")
    assert (lost["test_accuracy"], lost["n_test"], fine["n_test"]) == (None, None, 10)

"""What the commands answer: text for people, JSON of a fixed shape for programs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from core.atomic import write_json
from core.runs import State, TrainConfig
from core.settings import PROJECT
from tests.faces import make_celeba
from tests.unit.ui.fabricated import environment

RUN_FIELDS = {
    "run_id",
    "state",
    "epochs",
    "best_epoch",
    "train_accuracy",
    "val_accuracy",
    "test_accuracy",
    "n_test",
    "seconds",
}


def test_no_runs_is_an_empty_list_and_a_first_step(command):
    assert command("runs", "list", "--json").json() == []
    assert "train --data sample" in command("runs", "list").out


def test_a_run_is_listed_with_its_scores_and_config(command, saved):
    [answer] = command("runs", "list", "--json").json()
    assert set(answer) >= RUN_FIELDS | {"config"}
    assert (answer["run_id"], answer["state"], answer["seconds"]) == (saved.id, "finished", 12.35)
    assert (answer["epochs"], answer["best_epoch"], answer["n_test"]) == (2, 1, 32)
    assert (answer["train_accuracy"], answer["val_accuracy"], answer["test_accuracy"]) == (0.75, 0.8, 0.78125)
    assert TrainConfig.parse(answer["config"]) == saved.config()


def test_a_run_is_shown_with_its_history_in_kerass_names(command, saved):
    answer = command("runs", "show", saved.id, "--json").json()
    assert set(answer) >= RUN_FIELDS | {"config", "history"}
    assert [row["val_loss"] for row in answer["history"]] == [0.4, 0.6]
    assert set(answer["history"][0]) == {
        "epoch",
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "learning_rate",
    }


def test_a_person_reads_the_accuracy_with_its_n(command, saved):
    out = command("runs", "show", saved.id).out
    assert "test accuracy 0.7812 (n = 32, best epoch 1 of 2)" in out
    assert "epoch 2/2  loss 0.2000  accuracy 0.9000  val_loss 0.6000  val_accuracy 0.7000" in out
    assert "first" in command("runs", "list").out


def test_a_run_without_scores_has_nulls(command, store):
    run = store.create(TrainConfig())
    answer = command("runs", "show", run.id, "--json").json()
    assert answer["state"] == "queued"
    empty = ("best_epoch", "train_accuracy", "val_accuracy", "test_accuracy", "n_test")
    assert [answer[field] for field in empty] == [None] * 5
    assert answer["history"] == []


def test_a_damaged_run_is_listed_and_says_why(command, saved, store):
    broken = store.create(TrainConfig())
    (broken.path / "config.json").write_bytes(b"{")
    found = {item["run_id"]: item for item in command("runs", "list", "--json").json()}
    assert found[broken.id]["state"] == "damaged"
    assert found[broken.id]["config"] is None
    assert found[saved.id]["state"] == "finished"
    answer = command("runs", "show", broken.id)
    assert answer.code == 1
    assert "config.json" in answer.err


def test_a_loss_that_is_no_number_is_null_not_nan(command, saved):
    """`NaN` is no JSON: other programs stop at it."""
    (saved.path / "history.csv").write_text("epoch,loss,val_loss,learning_rate\n0,nan,inf,0.001\n")
    [row] = command("runs", "show", saved.id, "--json").json()["history"]
    assert (row["loss"], row["val_loss"]) == (None, None)


def test_a_data_set_is_told_in_numbers(command, tiny_faces):
    answer = command("dataset", "show", tiny_faces, "--json").json()
    assert (answer["images"], answer["readable"]) == (60, 60)
    assert answer["splits"] == {"train": 40, "val": 10, "test": 10}
    assert answer["attributes"][0] == "Male"
    assert answer["rates"]["Male"] == 0.5
    assert answer["problems"] == []
    assert "60 images, 60 readable" in command("dataset", "show", tiny_faces).out


def test_dataset_show_sums_up_what_was_found(command, tmp_path: Path) -> None:
    folder = make_celeba(tmp_path / "doubled")
    images = folder / "img_align_celeba"
    shutil.copyfile(images / "000001.png", images / "000060.png")
    found = command("dataset", "show", folder, "--json").json()["found"]
    assert (found["pairs"], found["disagreeing"], found["persons"]) == (1, 1, 0)
    assert "! 1 duplicate pair, 1 with other labels" in command("dataset", "show", folder).out


def test_a_detached_run_waits_in_the_queue(command, store, tiny_faces, tmp_path, monkeypatch):
    monkeypatch.chdir(tiny_faces.parent)
    answer = command(
        "train", "--detach", "--data", tiny_faces.name, "--weights", "random", "--name", "later", "--json"
    ).json()
    run = store.get(answer["run_id"])
    assert (answer["state"], answer["name"]) == ("queued", "later")
    assert run.config().data == str(tiny_faces)
    [row] = command("queue", "list", "--json").json()
    assert row == {"run_id": run.id, "state": "queued"}
    assert command("queue", "cancel", run.id).code == 0
    assert run.state().state is State.STOPPED
    assert "Nothing waits" in command("queue", "list").out


def test_options_win_over_the_config_file(command, store, tiny_faces, tmp_path):
    config = TrainConfig(data=str(tiny_faces), weights="random", epochs=7, dropout=0.1, batch_norm=True)
    (tmp_path / "run.yaml").write_text(config.to_yaml())
    options = ["--config", tmp_path / "run.yaml", "--epochs", "9", "--no-batch-norm", "--detach", "--json"]
    asked = store.get(command("train", *options).json()["run_id"]).config()
    assert asked == config.changed(epochs=9, batch_norm=False)


def test_artifacts_by_option_win_over_the_environment(command, saved, tmp_path):
    assert command("runs", "list", "--json", "--artifacts", tmp_path / "other").json() == []
    assert len(command("runs", "list", "--json").json()) == 1


def test_the_module_runs_from_a_shell_and_loads_no_tensorflow(tmp_path):
    """The real thing once, in a process of its own, from another folder."""
    program = (
        "import sys; sys.argv = ['core', 'runs', 'list', '--json']\n"
        "from core.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'tensorflow', 'keras', 'sklearn', 'streamlit'} & sys.modules.keys()\n"
    )
    env = {**os.environ, "LINEAMENT_ARTIFACTS": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    for command in (["-m", "core", "runs", "list", "--json"], ["-c", program]):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")


def test_synthetic_faces_and_random_weights_are_named_with_a_run(command, store):
    run = store.create(TrainConfig(weights="random"), name="mine")
    words = "[synthetic faces, random weights]"
    assert f"{run.id}  queued  {words}  mine" in command("runs", "list").out
    assert f"{run.id}  queued  {words}\n" in command("runs", "show", run.id).out
    assert command("runs", "show", run.id, "--json").json()["marks"] == ["synthetic faces", "random weights"]


def test_a_run_that_needs_no_mark_has_none(command, store, saved):
    write_json(saved.path / "environment.json", environment(synthetic=False, weights="imagenet").model_dump())
    assert "[" not in command("runs", "list").out
    assert command("runs", "list", "--json").json()[0]["marks"] == []

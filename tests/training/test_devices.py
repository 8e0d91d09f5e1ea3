"""Several devices share a run: the same losses, nearly, and a run that resumes. Two halves of a processor."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf

from core.faults import VARIABLE
from core.model import devices
from core.model.devices import forward, images_at_once, least_batch, open_devices
from core.runs import Run, RunStore, State, TrainConfig
from core.settings import PROJECT, Settings
from tests.faces import make_celeba
from tests.training.conftest import PATIENCE_S, predictions

SHARED = "2 devices share each batch"


def on_two(run: Run, devices: str = "all", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Train `run` in a process that has two devices."""
    return subprocess.run(
        [sys.executable, "-m", "tests.training.two_devices", str(run.path)],
        cwd=PROJECT,
        env={**os.environ, "LINEAMENT_DEVICES": devices, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    """41 training images in batches of 12, the last of 5. All without noise."""
    return TrainConfig(
        data=str(make_celeba(tmp_path_factory.mktemp("odd") / "odd", n=62)),
        weights="random",
        image_size=32,
        epochs=2,
        batch_size=12,
        dense_units=(16,),
        dropout=0,
        batch_norm=True,
        fine_tune="block5",
        learning_rate=1e-4,
        precision="float32",
    )


def trained(host: Settings, config: TrainConfig, devices: str) -> tuple[Run, str]:
    """A run that ended, and what its trainer printed."""
    run = RunStore(host.runs).create(config)
    done = on_two(run, devices)
    assert done.returncode == 0, done.stderr
    return run, done.stdout


@pytest.fixture(scope="module")
def on_one(host, config) -> Run:
    """A run on one device, though there are two."""
    run, printed = trained(host, config, "one")
    assert SHARED not in printed
    return run


@pytest.mark.slow
def test_two_devices_learn_what_one_learns(host, config, on_one):
    run, printed = trained(host, config, "all")
    assert SHARED in printed
    for row, wanted in zip(run.history(), on_one.history(), strict=True):
        assert row["loss"] == pytest.approx(wanted["loss"], rel=0.02)
        assert row["val_loss"] == pytest.approx(wanted["val_loss"], rel=0.02)
    found, wanted = (predictions(one)["probability"].tolist() for one in (run, on_one))
    assert found == pytest.approx(wanted, abs=0.02)
    assert run.environment().trained_parameters == on_one.environment().trained_parameters


@pytest.mark.slow
def test_an_augmented_run_that_died_on_two_devices_goes_on_as_if_it_had_not(host, config):
    """In batches of 8 one image is left, which two devices cannot share."""
    augment = ["flip", "shift", "brightness"]
    noisy = config.changed(fine_tune="none", batch_size=8, dropout=0.3, augment=augment)
    whole, _ = trained(host, noisy, "all")
    died = RunStore(host.runs).create(noisy)
    assert on_two(died, **{VARIABLE: "train-batch:7"}).returncode == -signal.SIGKILL
    assert died.checkpoints.manifest().last_epoch == 1
    done = on_two(died)
    assert done.returncode == 0, done.stderr
    assert died.state().state is State.FINISHED
    assert SHARED in done.stdout
    for row, wanted in zip(died.history(), whole.history(), strict=True):
        assert row == pytest.approx(wanted, rel=1e-5)


def opened(monkeypatch, count: int, *batches: int) -> int:
    """How many of `count` devices share those batches."""
    logical = [tf.config.LogicalDevice(f"/device:CPU:{i}", "CPU") for i in range(count)]
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: logical if kind == "CPU" else [])
    monkeypatch.setattr(tf.distribute, "MirroredStrategy", len)
    found = open_devices(Settings(artifacts=Path(), devices="all"), list(batches))
    return found if isinstance(found, int) else 1


@pytest.mark.parametrize(
    ("there", "batches", "used"),
    [(1, (32, 32), 1), (2, (32, 32), 2), (3, (32, 32), 2), (8, (32, 32), 4), (8, (64, 64), 8)]
    + [(2, (13, 13), 1), (2, (8, 5), 1), (2, (2, 2), 1), (4, (32, 6), 2)],
)
def test_as_many_devices_as_share_a_batch_in_equal_parts(monkeypatch, there, batches, used):
    assert opened(monkeypatch, there, *batches) == used


@pytest.mark.parametrize("count", range(1, 17))
def test_no_device_is_left_without_an_image(monkeypatch, count):
    """TensorFlow hands out parts rounded up: of ten images, eight devices take two each; three get none."""
    monkeypatch.setattr(devices, "device_count", lambda: count)
    for images in range(least_batch(), 2000):
        part = -(-images // count)
        assert part * (count - 1) < images


def test_a_gpu_takes_more_images_at_once(monkeypatch):
    assert images_at_once(32) == 32
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: ["a GPU"])
    assert images_at_once(32) == 256


def test_a_processor_alone_uses_keras_as_it_is():
    class Model:
        predict_on_batch = "Keras's own"

    assert forward(Model()) == "Keras's own"

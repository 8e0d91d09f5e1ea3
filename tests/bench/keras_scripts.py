"""Run the two Keras scripts as a person would: on folders of images, each in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data import FaceDataset
from core.settings import PROJECT
from tests.bench.conditions import Conditions


@dataclass(frozen=True)
class Timed:
    """What one call of a script took, in seconds.

    Attributes:
        start_up: the interpreter, imports, listing the folders, leaving.
        read: decoding into memory, where the script does that.
        build: making the model, and what its first epoch takes longer than the others.
        epoch: one epoch with its validation.
        test: scoring the test images.
        epochs: epochs that were timed.
        test_accuracy: after those epochs.
    """

    start_up: float
    read: float
    build: float
    epoch: float
    test: float
    epochs: int
    test_accuracy: float


def time_script(script: str, depth: str, rate: float, conditions: Conditions) -> dict[str, Any]:
    """Time `plain_keras` or `tuned_keras`; a `Timed` as a dictionary."""
    with tempfile.TemporaryDirectory(prefix="lineament-bench-") as folder:
        link_faces(conditions.faces(), Path(folder))
        options = {
            "weights": conditions.weights_file(),
            "image-size": conditions.image_size,
            "fine-tune": depth,
            "learning-rate": rate,
            "epochs": conditions.epochs,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        command = [sys.executable, "-m", f"tests.bench.{script}", folder, *words]
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        start = time.perf_counter()
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{script} failed: {done.stderr}")
        return parts(time.perf_counter() - start, json.loads(done.stdout.splitlines()[-1]))


def parts(wall: float, told: dict[str, Any]) -> dict[str, Any]:
    """`wall` seconds of a process divided up by what the script itself measured."""
    seconds = told["seconds"]
    epoch, extra = epoch_seconds(seconds["epochs"], seconds["batches"])
    inside = seconds["read"] + seconds["build"] + sum(seconds["epochs"]) + seconds["test"]
    return {
        "start_up": wall - inside,
        "read": seconds["read"],
        "build": seconds["build"] + extra,
        "epoch": epoch,
        "test": seconds["test"],
        "epochs": len(seconds["epochs"]),
        "test_accuracy": told["test_accuracy"],
    }


def epoch_seconds(epochs: list[float], batches: list[float]) -> tuple[float, float]:
    """An epoch's cost, and what the first one takes on top of it: building the graph.

    After a single epoch its first batch tells: all that it takes longer than the middle one is on top.
    """
    if len(epochs) > 1:
        epoch = sum(epochs[1:]) / len(epochs[1:])
        return epoch, max(0.0, epochs[0] - epoch)
    extra = max(0.0, batches[0] - sorted(batches)[len(batches) // 2])
    return epochs[0] - extra, extra


def link_faces(faces: FaceDataset, folder: Path) -> None:
    """Lay the faces out as the Keras guide wants them, `train/0` and so on, by links."""
    labels = faces.labels("Male")
    for split, rows in faces.splits():
        for label in (0, 1):
            (folder / split / str(label)).mkdir(parents=True)
        for row in rows:
            target = faces.path(row).resolve()
            (folder / split / str(labels[row]) / target.name).symlink_to(target)

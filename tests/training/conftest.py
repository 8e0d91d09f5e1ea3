"""A host on which real trainer processes run on tiny images, and runs that several tests look at."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.runs import Run, RunStore, State, TrainConfig
from core.settings import PROJECT, Settings

PATIENCE_S = 300
"""How long a test waits for a trainer before it gives up; far more than any needs."""

Train = Callable[..., Run]


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings shared by all runs here, so that base weights and features are made once."""
    return Settings(artifacts=tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="session")
def tiny(tiny_faces: Path) -> TrainConfig:
    """Two epochs on the tiny faces at 32 x 32, from random weights, in float32."""
    return TrainConfig(
        data=str(tiny_faces),
        weights="random",
        image_size=32,
        epochs=2,
        batch_size=8,
        dense_units=(16,),
        learning_rate=1e-4,
        precision="float32",
    )


def start(host: Settings, config: TrainConfig) -> tuple[Run, "subprocess.Popen[str]"]:
    """Make a run and start its trainer by the command line, as anyone may by hand."""
    run = RunStore(host.runs).create(config)
    command = [sys.executable, "-m", "core.training", str(run.path)]
    trainer = subprocess.Popen(
        command, cwd=PROJECT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return run, trainer


def finish(trainer: "subprocess.Popen[str]") -> tuple[int, str]:
    """Wait for a trainer; its exit code and what it said on standard error."""
    try:
        _, errors = trainer.communicate(timeout=PATIENCE_S)
    finally:
        trainer.kill()
    return trainer.returncode, errors


@pytest.fixture(scope="session")
def train(host: Settings, tiny: TrainConfig) -> Train:
    """Train a run of `tiny` with some fields changed, to its end."""

    def to_its_end(**changes: Any) -> Run:
        run, trainer = start(host, tiny.changed(**changes))
        code, errors = finish(trainer)
        assert code == 0, errors
        return run

    return to_its_end


@pytest.fixture(scope="session")
def finished(train: Train) -> Run:
    """A run that finished its two epochs."""
    return train()


def after_an_epoch(run: Run, trainer: "subprocess.Popen[str]") -> None:
    """Wait until a run's first epoch is committed."""
    deadline = time.monotonic() + PATIENCE_S
    while run.checkpoints.manifest() is None:
        assert trainer.poll() is None, f"the trainer ended: {run.state().reason}"
        assert time.monotonic() < deadline, "no epoch ended"
        time.sleep(0.02)


def interrupted(host: Settings, config: TrainConfig, request: str) -> Run:
    """A run that was asked to stop or pause after its first epoch, and did."""
    run, trainer = start(host, config.changed(epochs=1000))
    after_an_epoch(run, trainer)
    assert run.state().state is State.RUNNING
    run.request(request)
    code, errors = finish(trainer)
    assert code == 0, errors
    return run


def predictions(run: Run, split: str = "test") -> pd.DataFrame:
    """The rows of one split in a run's predictions."""
    frame = pd.read_parquet(run.predictions_path)
    return frame[frame["split"] == split].reset_index(drop=True)

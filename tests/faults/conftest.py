"""Hosts of their own for real trainers, and a run that nothing ever interrupted."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.runs import Run, RunStore, State, TrainConfig
from core.settings import Settings
from tests.faults.trainers import train

NewHost = Callable[..., Settings]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder kills, fills or corrupts on purpose."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def new_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewHost]:
    """Makes hosts that share the base weights, which are only read, and nothing else."""
    weights = tmp_path_factory.mktemp("weights")
    hosts: list[Path] = []

    def make(artifacts: Path | None = None, **settings: object) -> Settings:
        folder = artifacts or tmp_path_factory.mktemp("host")
        (folder / "weights").symlink_to(weights)
        hosts.append(folder)
        return Settings(artifacts=folder, **settings)

    yield make
    for folder in (*hosts, weights):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def config(tiny_faces: Path) -> TrainConfig:
    """A run that leans on all that a resume must bring back.

    Dropout and batch norm are on. Its labels are noise, so that validation loss goes up and down: the
    learning rate is reduced, and early stopping ends the run after epoch 5 of 6.
    """
    return TrainConfig(
        data=str(tiny_faces),
        target="Smiling",
        weights="random",
        image_size=32,
        precision="float32",
        dense_units=(32,),
        batch_norm=True,
        dropout=0.3,
        learning_rate=1e-2,
        batch_size=8,
        epochs=6,
        early_stopping_patience=3,
        reduce_lr_patience=1,
        seed=6,
    )


@pytest.fixture(scope="session")
def reference(new_host: NewHost, config: TrainConfig) -> Run:
    """A run of `config` that nothing interrupted."""
    return uninterrupted(new_host(), config)


def uninterrupted(settings: Settings, config: TrainConfig) -> Run:
    """Train a run of `config` to its end, in one go."""
    run = RunStore(settings.runs).create(config)
    assert train(run) == 0, run.log_tail()
    assert run.state().state is State.FINISHED
    return run

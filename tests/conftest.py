"""What tests of several rooms share: a tiny data set, and settings of a host of their own."""

import os
import signal
from pathlib import Path

import pytest

from core.settings import Settings
from tests.faces import make_celeba

# The tests' own process holds TensorFlow and more than a demo's server may: that is nothing that a demo in a
# test should refuse work for. Tests of that limit set their own.
os.environ["LINEAMENT_MAX_SERVER_BYTES"] = str(2**40)


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_works() -> None:
    """A runner in the background ignores Ctrl-C, and so would all servers and trainers that tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def tiny_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty images in CelebA's layout, the same for all tests; never written to."""
    return make_celeba(tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a host that keeps everything under `tmp_path`."""
    return Settings(artifacts=tmp_path / "artifacts", data_roots=(tmp_path,))

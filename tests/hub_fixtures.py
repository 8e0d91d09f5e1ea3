"""Fixtures of tests that download: a hub on this machine, and a client that reaches nothing else.

Taken by a test file with `pytest_plugins = ("tests.hub_fixtures",)`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from tests.hub_client import point_the_client
from tests.hub_server import REPOSITORY, FakeHub, hub_on_this_machine, make_files


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub with `make_files()`, the only one that this process and those it starts know of."""
    with hub_on_this_machine(make_files()) as running:
        point_the_client(running.url, tmp_path, monkeypatch)
        yield running


@pytest.fixture
def hub_settings(tmp_path: Path) -> Settings:
    """Settings of a host that downloads from it."""
    return Settings(
        artifacts=tmp_path / "artifacts",
        data_roots=(tmp_path,),
        celeba_repository=REPOSITORY,
        min_free_bytes=0,
    )

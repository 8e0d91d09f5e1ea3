"""A host of its own for each test of a page: its own folders, and Streamlit's caches empty."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from core.settings import Settings


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit makes the page `__main__`; a process spawned by a later test would run the page."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def host(tmp_path: Path, tiny_faces: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """What the pages find in the environment: artifacts and data roots under `tmp_path`.

    Sixty tiny faces stand for the synthetic ones, which would have to be drawn for each test.
    """
    monkeypatch.setattr("core.data.open._sample", lambda settings, on_progress: tiny_faces)
    monkeypatch.setenv("LINEAMENT_ARTIFACTS", str(tmp_path / "artifacts"))
    monkeypatch.setenv("LINEAMENT_DATA_ROOTS", str(tmp_path))
    _forget()
    yield Settings()
    _forget()


def _forget() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()

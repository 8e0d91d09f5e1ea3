"""A demo of small limits for the layers around it."""

from pathlib import Path

import pytest

from core.settings import Settings


@pytest.fixture
def demo(tmp_path: Path) -> Settings:
    """A demo of small limits."""
    return Settings(
        artifacts=tmp_path,
        mode="demo",
        max_connections=3,
        max_connections_per_client=2,
        max_session_upload_bytes=1000,
        max_session_upload_files=2,
    )

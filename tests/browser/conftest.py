"""A Chromium, a cold server with nothing in its artifacts, and a tab that remembers its scripts' errors."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from core.settings import PROJECT, Settings

VARIABLE = "LINEAMENT_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_S = 60
"""How long a server may take to answer for the first time, and a page to show what it must."""

expect.set_options(timeout=PATIENCE_S * 1000)


def find_chromium(playwright: Playwright) -> str | None:
    """The variable's, else one on the path or in macOS's place, else Playwright's own, else None."""
    if chosen := os.environ.get(VARIABLE):
        return chosen if Path(chosen).is_file() else None
    candidates = [*map(shutil.which, NAMES), *MACOS, playwright.chromium.executable_path]
    return next((path for path in candidates if path and Path(path).is_file()), None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, started."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped, and fails instead where CI is set."""
    path = find_chromium(playwright)
    if path is None:
        reason = (
            f"no Chromium: set {VARIABLE}, install Debian's `chromium`, or run `playwright install chromium`"
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    yield browser
    browser.close()


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, what it keeps, what it says."""

    url: str
    settings: Settings
    log: Path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """`streamlit run app.py` from another folder, as for a first visitor: no runs, no data, no weights."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings, log, cwd = Settings(artifacts=tmp_path / "artifacts"), tmp_path / "server.txt", tmp_path / "cwd"
    cwd.mkdir()
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py")]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    env = os.environ | {
        "LINEAMENT_ARTIFACTS": str(settings.artifacts),
        "KERAS_HOME": str(tmp_path / "keras"),
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    }
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, *options], cwd=cwd, env=env, stdout=said, stderr=subprocess.STDOUT
        )
    try:
        found = Server(f"http://127.0.0.1:{port}", settings, log)
        _wait_for(found, process)
        yield found
    finally:
        _end(process)


def _wait_for(server: Server, process: subprocess.Popen) -> None:
    """Until the server answers; only its health is asked for, so that the first page is still to come."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5).close()
            return
        except OSError:
            assert process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.1)


def _end(process: subprocess.Popen) -> None:
    """End the server and the trainers that it started, which would outlive it."""
    family = (
        [*psutil.Process(process.pid).children(recursive=True), process] if process.poll() is None else []
    )
    for member in family:
        member.kill()
    process.wait()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty tab; errors of its scripts fail the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab, errors = context.new_page(), []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.set_default_timeout(PATIENCE_S * 1000)
    yield tab
    context.close()
    assert not errors

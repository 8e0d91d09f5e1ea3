"""A Chromium to drive, and a Streamlit server of its own to look at: for the browser tests and the bench."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Playwright

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
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A camera that is not there, and nobody who has to allow it."""
PATIENCE_S = 60
"""How long a server may take to answer for the first time, and a page to show what it must."""
BASE = "STREAMLIT_SERVER_BASE_URL_PATH"
"""The variable of the path that the app lies under."""
OUR_APP = ("run", str(PROJECT / "app.py"))
"""What `streamlit` is asked to do: `hello` would be another."""


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, what it keeps, what it says, which process it is."""

    url: str
    settings: Settings
    log: Path
    process: subprocess.Popen[bytes]


def find_chromium(playwright: Playwright) -> str | None:
    """The variable's, else one on the path or in macOS's place, else Playwright's own, else None."""
    if chosen := os.environ.get(VARIABLE):
        return chosen if Path(chosen).is_file() else None
    candidates = [*map(shutil.which, NAMES), *MACOS, playwright.chromium.executable_path]
    return next((path for path in candidates if path and Path(path).is_file()), None)


@contextmanager
def serving(
    folder: Path,
    app: Sequence[str] = OUR_APP,
    *,
    settings: Settings | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """`streamlit` with the words of `app`, from another folder, ended with all that it started.

    Args:
        folder: for its log and working folder; its artifacts too, where `settings` names no others.
        variables: of its environment, over those that it has anyway.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = settings or Settings(artifacts=folder / "artifacts")
    log, cwd = folder / "server.txt", folder / "cwd"
    cwd.mkdir(parents=True, exist_ok=True)
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", *app, *options],
            cwd=cwd,
            env=_environment(folder, settings) | dict(variables or {}),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        found = Server(f"http://127.0.0.1:{port}", settings, log, process)
        _wait_for(found, (variables or {}).get(BASE, ""))
        yield found
    finally:
        _end(process)


def _environment(folder: Path, settings: Settings) -> dict[str, str]:
    """A host's of its own: no weights, and only the settings given."""
    return os.environ | {
        "LINEAMENT_ARTIFACTS": str(settings.artifacts),
        "LINEAMENT_DATA_ROOTS": os.pathsep.join(map(str, settings.data_roots)),
        "KERAS_HOME": str(folder / "keras"),
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    }


def _wait_for(server: Server, base: str) -> None:
    """Until the server answers; only its health is asked for, so that the first page is still to come."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            health = f"{server.url}/{base}/_stcore/health" if base else f"{server.url}/_stcore/health"
            urllib.request.urlopen(health, timeout=5).close()
            return
        except OSError:
            assert server.process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the server and the trainers that it started, which would outlive it."""
    family = (
        [*psutil.Process(process.pid).children(recursive=True), process] if process.poll() is None else []
    )
    for member in family:
        member.kill()
    process.wait()

"""Bundles for the pages: each made by `python -m core export`, a process of its own, one at a time.

What is made lies in `artifacts/exports`, the newest few of it. A server knows only of its own: after a
restart one asks again.
"""

import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from core.access import Access, Act
from core.atomic import write_bytes
from core.errors import RunBusyError
from core.runs.export_formats import Format, bundle_name
from core.runs.files import read_tail
from core.settings import PROJECT, Settings

KEPT = 4
"""Bundles that stay on disk, about 60 MB each."""
LAST_WORDS = 8_192
"""Bytes of what an export printed, to find its last line in."""
_NOISE = re.compile(r"[IWEF]\d{4} |WARNING: All log messages|INFO: |\s")
"""Lines of TensorFlow's own, which no setting keeps quiet."""


@dataclass(frozen=True)
class Making:
    """How an export stands.

    Attributes:
        running: whether it is still at work.
        words: the last line that it said: a step, or why it failed.
        bundle: the zip; None until it is there.
    """

    running: bool
    words: str
    bundle: Path | None


class Exports:
    """The exports of one server; to be held where all its visitors share it."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.folder = settings.artifacts / "exports"
        self._started: dict[str, tuple[str, subprocess.Popen[bytes]]] = {}
        self._lock = threading.Lock()

    def start(self, run_id: str, form: Format, stamp: str, *, card: str = "") -> None:
        """Begin to make a bundle; one that is being made goes on, whoever asked for it.

        Args:
            stamp: which state of the run it is of, such as when it ended; `making` is asked with the same.
            card: a model card in Markdown to put in; "" for none.

        Raises:
            RunBusyError: another bundle is being made.
            NotAllowedError: in a demo.
        """
        Access.of(self.settings).check(Act.EXPORT)
        name = bundle_name(run_id, form)
        with self._lock:
            busy = [other for other, (_, process) in self._started.items() if process.poll() is None]
            if name in busy:
                return
            if busy:
                raise RunBusyError(f"{busy[0]} is being exported. Wait for it; it takes about half a minute.")
            self.folder.mkdir(parents=True, exist_ok=True)
            self._make_room(name)
            self._started[name] = stamp, self._process(name, run_id, form, card)

    def making(self, run_id: str, form: Format, stamp: str) -> Making | None:
        """How the last export of a run in a format stands; None when this server started none of it."""
        name = bundle_name(run_id, form)
        with self._lock:
            started, process = self._started.get(name, ("", None))
            code = process.poll() if process else None
        if process is None or started != stamp:
            return None
        path = self._path(name, "zip")
        made = code == 0 and path.is_file()
        return Making(code is None, _last_line(self._path(name, "log")), path if made else None)

    def _process(self, name: str, run_id: str, form: Format, card: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "core", "export", run_id, "--format", form.value, "--force"]
        command += ["--out", str(self._path(name, "zip"))]
        if card:
            write_bytes(self._path(name, "md"), card.encode())
            command += ["--card", str(self._path(name, "md"))]
        with self._path(name, "log").open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=PROJECT,
                env={**os.environ, "LINEAMENT_ARTIFACTS": str(self.settings.artifacts)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def _make_room(self, name: str) -> None:
        """Delete this bundle, which may be of fewer epochs, and the oldest of the others."""
        bundles = sorted(self.folder.glob("*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
        others = [path.stem for path in bundles if path.stem != name]
        for stem in (name, *others[KEPT - 1 :]):
            for ending in ("zip", "log", "md"):
                self._path(stem, ending).unlink(missing_ok=True)

    def _path(self, name: str, ending: str) -> Path:
        return self.folder / f"{name}.{ending}"


def _last_line(log: Path) -> str:
    lines = [line for line in read_tail(log, LAST_WORDS).splitlines() if line and not _NOISE.match(line)]
    return lines[-1] if lines else ""

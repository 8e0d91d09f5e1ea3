"""Looks through labels for the pages: `python -m core dataset labels`, a process of its own, one at a time.

What is found lies where `core.runs.label_findings` keeps it, for every server and after every restart; this
only knows how those that its own server started stand.
"""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass

from core.access import Access, Act
from core.errors import RunBusyError
from core.runs.files import read_tail
from core.settings import PROJECT, Settings

LAST_WORDS = 8_192
"""Bytes of what a search printed, to find its last line in."""

Wanted = tuple[str, str, str]
"""The data set's location, the target, and a run's id or "" for outlines."""


@dataclass(frozen=True)
class Search:
    """How a search stands.

    Attributes:
        running: whether it is still at work.
        failed: whether it ended without a finding.
        words: the last line that it said: a step with how far it is, or why it failed.
    """

    running: bool
    failed: bool
    words: str


class LabelSearches:
    """The searches of one server; to be held where all its visitors share it."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._log = settings.datasets / "index" / "labels" / "search.log"
        self._last: tuple[Wanted, subprocess.Popen[bytes]] | None = None
        self._lock = threading.Lock()

    def start(self, source: str, target: str, run_id: str = "") -> None:
        """Begin to look through a target's labels; one that is at it already goes on, whoever asked.

        Raises:
            RunBusyError: other labels are being looked through.
            NotAllowedError: in a demo.
        """
        Access.of(self.settings).check(Act.SEARCH_LABELS)
        wanted = source, target, run_id
        with self._lock:
            if self._last and self._last[1].poll() is None:
                if self._last[0] == wanted:
                    return
                raise RunBusyError(
                    f"The labels of {self._last[0][1]} are being looked through. Wait for it, or stop it."
                )
            self._last = wanted, self._process(wanted)

    def search(self, source: str, target: str, run_id: str = "") -> Search | None:
        """How a search stands; None when this server did not start it, or started another since."""
        with self._lock:
            wanted, process = self._last or (None, None)
            code = process.poll() if process else None
        if wanted != (source, target, run_id):
            return None
        return Search(code is None, bool(code), _last_line(read_tail(self._log, LAST_WORDS)))

    def running(self) -> Wanted | None:
        """What is being looked through, if anything."""
        with self._lock:
            return self._last[0] if self._last and self._last[1].poll() is None else None

    def stop(self) -> None:
        """End the search that runs, if any; what it found so far is lost."""
        with self._lock:
            if self._last and self._last[1].poll() is None:
                self._last[1].terminate()
                self._last[1].wait()
            self._last = None

    def _process(self, wanted: Wanted) -> "subprocess.Popen[bytes]":
        source, target, run_id = wanted
        command = [
            sys.executable,
            "-m",
            "core",
            "dataset",
            "labels",
            source,
            "--target",
            target,
            "--top",
            "1",
        ]
        command += ["--run", run_id] if run_id else []
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=PROJECT,
                env={**os.environ, "LINEAMENT_ARTIFACTS": str(self.settings.artifacts)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""

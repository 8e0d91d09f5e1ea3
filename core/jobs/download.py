"""Downloads for the pages: each is `python -m core dataset download`, a process of its own, one at a time.

All that is known of one lies in its work folder (`core.data.download.work`): it outlives a reload of the
page, and the server too.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass

from core.access import Access, Act
from core.atomic import write_json
from core.data.download import DownloadRequest, DownloadState, read_record, read_state
from core.data.download.licence import require_acceptance
from core.data.download.progress import FILE
from core.data.download.work import CANCEL, LOCK
from core.data.sources import Source, register_folder
from core.errors import DownloadError
from core.runs.files import read_tail
from core.runs.lock import is_locked
from core.settings import PROJECT, Settings

_NAME = re.compile(r"\.celeba-(\d{1,6})\.unfinished")
LAST_WORDS = 4_096
"""Bytes of what a download printed, to find its last line in."""
LOG = "log.txt"
BROKE_OFF = "It was killed, or died without a word. What was fetched is kept."
STARTING = "Starting."


@dataclass(frozen=True)
class Underway:
    """A download that is not finished.

    Attributes:
        images: how many it is to fetch; what addresses it.
        state: what it last said.
        running: whether a process is at it; else it can be gone on with.
        cancelling: whether it was asked to end and has not done so yet.
    """

    images: int
    state: DownloadState
    running: bool
    cancelling: bool


class Downloads:
    """The downloads of a host, whoever started them; to be held where all visitors of a server share it."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._started: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def start(self, images: int, *, accepted: bool) -> None:
        """Begin a download, or go on with it.

        Raises:
            DataError: no such number of images, or the licence is not accepted.
            DownloadError: another one is running.
            NotAllowedError: in a demo.
        """
        Access.of(self.settings).check(Act.DOWNLOAD_DATA)
        require_acceptance(accepted)
        request = DownloadRequest.of(self.settings, images)
        with self._lock:
            if running := next((found for found in self._all() if found.running), None):
                raise DownloadError(
                    f"{running.images:,} images are being downloaded already. Wait for them, or cancel that."
                )
            work = request.work
            work.mkdir(parents=True, exist_ok=True)
            (work / CANCEL).unlink(missing_ok=True)
            before = read_state(work) or DownloadState(phase="listing", asked=images)
            state = before.model_copy(update={"phase": "listing", "words": STARTING})
            write_json(work / FILE, state.model_dump())
            self._started[images] = self._process(request)

    def current(self) -> Underway | None:
        """The one that runs, else the one that ended short last; None when there is none."""
        with self._lock:
            found = self._all()
        return found[0] if found else None

    def cancel(self, images: int) -> None:
        """Ask a running download to end; what was fetched stays."""
        work = self._request(images).work
        if work.is_dir():
            (work / CANCEL).touch()

    def discard(self, images: int) -> None:
        """Delete what a download that is not running has fetched.

        Raises:
            DownloadError: it is running.
        """
        with self._lock:
            if self._is_running(images):
                raise DownloadError(f"{images:,} images are being downloaded. Cancel that first.")
            shutil.rmtree(self._request(images).work, ignore_errors=True)

    def finished(self, images: int) -> Source | None:
        """The source that a download has become; None when it has not, or lies under no data root."""
        destination = self._request(images).destination
        return register_folder(destination, self.settings) if read_record(destination) else None

    def _all(self) -> list[Underway]:
        """Running ones first, then by when they were last heard of."""
        numbers = [
            int(match[1])
            for path in self.settings.datasets.glob(".celeba-*.unfinished")
            if (match := _NAME.fullmatch(path.name))
        ]
        found = [(self._underway(n), self._heard(n)) for n in numbers if not self._is_there(n)]
        found.sort(key=lambda item: (not item[0].running, -item[1]))
        return [underway for underway, _ in found]

    def _underway(self, images: int) -> Underway:
        work, running = self._request(images).work, self._is_running(images)
        state = read_state(work) or DownloadState(phase="listing", asked=images)
        if not running and state.phase not in ("failed", "cancelled"):
            lines = read_tail(work / LOG, LAST_WORDS).strip().splitlines()
            words = lines[-1] if lines and state.words == STARTING else BROKE_OFF
            state = state.model_copy(update={"phase": "failed", "words": words})
        return Underway(images, state, running, running and (work / CANCEL).exists())

    def _is_there(self, images: int) -> bool:
        """A finished set whose work folder is about to go, or was left by a death."""
        return read_record(self._request(images).destination) is not None

    def _is_running(self, images: int) -> bool:
        process = self._started.get(images)
        return (process is not None and process.poll() is None) or is_locked(
            self._request(images).work / LOCK
        )

    def _heard(self, images: int) -> float:
        try:
            return (self._request(images).work / FILE).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def _request(self, images: int) -> DownloadRequest:
        return DownloadRequest.of(self.settings, images)

    def _process(self, request: DownloadRequest) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "core", "dataset", "download", "celeba"]
        command += ["--images", str(request.images), "--accept-licence"]
        settings = self.settings
        env = {
            "LINEAMENT_ARTIFACTS": str(settings.artifacts),
            "LINEAMENT_DATA_ROOTS": ":".join(map(str, settings.data_roots)),
            "LINEAMENT_CELEBA_REPOSITORY": settings.celeba_repository,
            "LINEAMENT_CELEBA_FOLDER": settings.celeba_folder,
            "LINEAMENT_CELEBA_REVISION": settings.celeba_revision,
        }
        with (request.work / LOG).open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        # Somebody has to wait for it, or it stays a zombie for as long as the server lives.
        threading.Thread(target=process.wait, daemon=True).start()
        return process

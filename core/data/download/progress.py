"""How a download stands, as a small file that a page reads: bytes, speed, what is left, or how it ended."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.atomic import read_json_or_none, write_json

FILE = "progress.json"
EVERY_S = 0.5
"""Between two writings of the file."""
WINDOW_S = 30.0
"""The speed is that of the last so many seconds."""

Phase = Literal["listing", "fetching", "writing", "failed", "cancelled"]


class DownloadState(BaseModel):
    """One look at a download.

    Attributes:
        phase: what it is at, or how it ended short; a finished one has no state but its folder.
        words: a sentence: what it is at, or what went wrong.
        asked: images asked for.
        bytes_done, bytes_total: fetched and to fetch, those of earlier starts included; 0 before it is known.
        bytes_received: all that came, footers and whatever came twice included.
        images_done, images_total: written and to write.
        bytes_per_second: None before there is any speed.
        seconds_left: None before there is any speed.
    """

    model_config = ConfigDict(frozen=True)

    phase: Phase
    words: str = ""
    asked: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    bytes_received: int = 0
    images_done: int = 0
    images_total: int = 0
    bytes_per_second: float | None = None
    seconds_left: float | None = None


class Reporter:
    """Keeps the state file of one download up to date, and tells whoever listens.

    Args:
        folder: where the file lies.
        listen: called with each state that is written.
    """

    def __init__(self, folder: Path, asked: int, listen: Callable[[DownloadState], None] | None = None):
        earlier = read_state(folder)
        self.bytes_received = earlier.bytes_received if earlier else 0
        self._file = folder / FILE
        self._listen = listen or (lambda state: None)
        self._state = DownloadState(phase="listing", asked=asked)
        self._written = float("-inf")
        self._seen: deque[tuple[float, int]] = deque()

    def phase(self, phase: Phase, words: str = "", **changes: int) -> None:
        """Another phase or sentence, or other totals; written at once."""
        self._state = self._state.model_copy(update={"phase": phase, "words": words, **changes})
        self._write()

    def say(self, words: str) -> None:
        """Another sentence of the same phase; written at once."""
        self.phase(self._state.phase, words)

    def received(self, count: int) -> None:
        """So many bytes came over the network; not written by itself."""
        self.bytes_received += count

    def add_bytes(self, count: int) -> None:
        """So many more of the bytes to fetch are here; negative: so many were thrown away."""
        now = time.monotonic()
        self._seen.append((now, max(0, count)))
        while self._seen[0][0] < now - WINDOW_S:
            self._seen.popleft()
        self._state = self._state.model_copy(update={"bytes_done": self._state.bytes_done + count})
        self._write_if_due(now)

    def add_images(self, count: int) -> None:
        """So many more images are done."""
        self._state = self._state.model_copy(update={"images_done": self._state.images_done + count})
        self._write_if_due(time.monotonic())

    def _write_if_due(self, now: float) -> None:
        if now - self._written >= EVERY_S:
            self._write()

    def _write(self) -> None:
        now = self._written = time.monotonic()
        speed = self._speed(now)
        left = self._state.bytes_total - self._state.bytes_done
        state = self._state.model_copy(
            update={
                "bytes_received": self.bytes_received,
                "bytes_per_second": speed,
                "seconds_left": max(0, left) / speed if speed else None,
            }
        )
        write_json(self._file, state.model_dump())
        self._listen(state)

    def _speed(self, now: float) -> float | None:
        """Bytes a second over the window, waits and the unpacking of images included."""
        if len(self._seen) < 2 or now <= self._seen[0][0]:
            return None
        return sum(count for _, count in self._seen) / (now - self._seen[0][0])


def read_state(folder: Path) -> DownloadState | None:
    """The state that a download last wrote into its folder; None when there is none."""
    stored = read_json_or_none(folder / FILE)
    try:
        return DownloadState.model_validate(stored) if stored else None
    except ValueError:
        return None

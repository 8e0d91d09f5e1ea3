"""Signs of life: `progress.jsonl`, appended at most about once a second."""

import time

import psutil

from core.runs.files import append_json
from core.runs.records import Progress
from core.runs.run import Run
from core.runs.state import now

WRITE_EVERY_S = 0.8


class Reporter:
    """Writes where the trainer is: phase, epoch, step, speed, time left, memory."""

    def __init__(self, run: Run, epochs: int):
        self.run = run
        self.epochs = epochs
        self.name = "starting"
        self.rates: dict[str, float] = {}
        self._process = psutil.Process()
        self._began = self._written = 0.0
        self._first: tuple[int, float] | None = None

    def phase(self, name: str) -> None:
        """Enter a phase: reading data, computing features, training, scoring."""
        self.name = name
        self.restart_clock()
        self._write(Progress(time=now(), phase=name, epochs=self.epochs))

    def step(self, done: int, total: int, images: int, **fields: float | int | None) -> None:
        """Report `done` of `total` steps of this phase (or of an epoch), and `images` done.

        Speed is measured from the first report on: a pass that goes on where another stopped begins with
        images that it did not see, and a first batch includes building the graph.
        """
        if self._first is None:
            self._first = images, time.monotonic()
        if time.monotonic() - self._written < WRITE_EVERY_S and done < total:
            return
        seen, spent = images - self._first[0], time.monotonic() - self._first[1]
        rate = seen / spent if seen and spent > 0 else None
        if rate:
            self.rates[self.name] = rate
        self._write(
            Progress(
                time=now(),
                phase=self.name,
                epochs=self.epochs,
                step=done,
                steps=total,
                images_per_second=rate,
                memory_mb=self._process.memory_info().rss / 2**20,
                **fields,
            )
        )

    def restart_clock(self) -> None:
        """Measure speed from here: a new phase or epoch began."""
        self._began = time.monotonic()
        self._first = None

    @property
    def spent(self) -> float:
        """Seconds since the phase or epoch began."""
        return time.monotonic() - self._began

    def _write(self, progress: Progress) -> None:
        self._written = time.monotonic()
        append_json(self.run.path / "progress.jsonl", progress.model_dump())

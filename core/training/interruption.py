"""Stop and pause: noticed at the next batch, raised so that `fit` is left at once and cleanly."""

import signal
import time

from core.runs.run import Request, Run
from core.runs.state import TOLD_TO_END

LOOK_EVERY_S = 0.2
KILLED = "Paused because the trainer was told to end (SIGTERM) after it had been asked to stop."


class Interrupted(Exception):
    """The run was asked to stop or pause, or has to."""

    def __init__(self, request: Request, reason: str = ""):
        super().__init__(request)
        self.request: Request = request
        self.reason = reason


class Listener:
    """Looks for a request in the run's folder a few times a second, for SIGTERM, and at the clock.

    `scoring` is set once the model is being scored: a stop then has nothing left to stop, since
    stopping means "score the best and end".
    """

    def __init__(self, run: Run, seconds_left: float | None = None):
        """`seconds_left`: time until the host's limit on one run; None without a limit."""
        self.run = run
        self.scoring = False
        self._deadline = None if seconds_left is None else time.monotonic() + seconds_left
        self._terminated = False
        self._looked = 0.0
        # Whoever ends the machine's processes gets a pause: nothing is lost, and it can be resumed.
        signal.signal(signal.SIGTERM, self._on_terminate)

    def check(self) -> None:
        """Raise Interrupted when somebody asked for it, or time is up."""
        if self._terminated:
            raise Interrupted("pause", KILLED if self.run.requested() == "stop" else TOLD_TO_END)
        if time.monotonic() - self._looked < LOOK_EVERY_S:
            return
        self._looked = time.monotonic()
        request = self.run.requested()
        if request == "pause" or (request == "stop" and not self.scoring):
            raise Interrupted(request)
        if self._deadline and time.monotonic() > self._deadline and not self.scoring:
            raise Interrupted("stop", "Stopped at the host's limit on training time.")

    def _on_terminate(self, *_: object) -> None:
        self._terminated = True

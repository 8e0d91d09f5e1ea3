"""Stop and pause: noticed at the next batch, raised so that `fit` is left at once and cleanly."""

import time

from core.runs.run import Request, Run

LOOK_EVERY_S = 0.2


class Interrupted(Exception):
    """Somebody asked the run to stop or pause."""

    def __init__(self, request: Request, reason: str = ""):
        super().__init__(request)
        self.request: Request = request
        self.reason = reason


class Listener:
    """Looks for a request in the run's folder, at most a few times a second.

    `scoring` is set once the model is being scored: a stop then has nothing left to stop, since
    stopping means "score the best and end".
    """

    def __init__(self, run: Run):
        self.run = run
        self.scoring = False
        self._looked = 0.0

    def check(self) -> None:
        """Raise Interrupted when somebody asked for it."""
        if time.monotonic() - self._looked < LOOK_EVERY_S:
            return
        self._looked = time.monotonic()
        request = self.run.requested()
        if request and not (request == "stop" and self.scoring):
            raise Interrupted(request)

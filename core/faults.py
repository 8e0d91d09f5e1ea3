"""Deaths on purpose, for the tests that prove that no run is lost.

`LINEAMENT_CRASH_AT=manifest:2` kills this process, as `kill -9` would, the second time it reaches the
point named `manifest`. Without the variable a point costs one look-up.
"""

import os
import signal
from collections import Counter

VARIABLE = "LINEAMENT_CRASH_AT"
POINTS = (
    "reading",
    "environment",
    "features",
    "feature-batch",
    "train-batch",
    "validation-batch",
    "history",
    "torn-history",
    "checkpoint-weights",
    "checkpoint-optimizer",
    "checkpoint-counters",
    "manifest",
    "committed",
    "domain",
    "scoring",
    "scoring-batch",
    "torn-progress",
    "predictions",
    "metrics",
    "ending",
)
"""Every place where a trainer can be made to die."""
TRASH_POINTS = ("trash-marked", "trash-moved", "trash-restored", "trash-going")
"""Every place where whoever deletes or restores a run can be made to die."""

_reached: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Die here when the variable says so."""
    if dies_at(name):
        die()


def die() -> None:
    """End this process as `kill -9` would: no handler runs, no buffer is written."""
    os.kill(os.getpid(), signal.SIGKILL)


def dies_at(name: str) -> bool:
    """Whether this is the passing of `name` at which the process must die; counts the passing."""
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return False
    _reached[name] += 1
    point, _, count = wanted.partition(":")
    return point == name and _reached[name] == int(count or 1)

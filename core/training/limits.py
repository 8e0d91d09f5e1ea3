"""What a trainer may take of the machine: the pages come first, and its memory has an end.

It sets this on itself: a trainer is started, never forked. RLIMIT_AS is of no use, since TensorFlow reserves
many times what it fills; so a thread looks at what is really held, and ends the process with a reason in
`state.json` instead of the system's silence.
"""

import os
import threading

from core.memory import resident_bytes
from core.runs.run import HeldRun
from core.runs.state import State

NICENESS = 10
"""Half way down: a page that is drawn while a run trains takes the processor from it."""
LOOK_EVERY_S = 0.25
ENDED_FOR_MEMORY = 1
"""The exit status."""


def give_way() -> None:
    """Let everything else on the machine go first."""
    # Not allowed, or not there: then the run trains as before.
    try:
        os.nice(max(0, NICENESS - os.nice(0)))
    except (OSError, AttributeError):
        return


def watch_memory(held: HeldRun, most: int | None) -> None:
    """End this process, and fail its run, once it holds more than `most` bytes; None lets it have all."""
    if most is not None:
        threading.Thread(target=_watch, args=(held, most), name="memory", daemon=True).start()


def _watch(held: HeldRun, most: int) -> None:
    pause = threading.Event()
    while (now := resident_bytes()) <= most:
        pause.wait(LOOK_EVERY_S)
    reason = (
        f"The trainer held {now / 2**20:,.0f} MiB of memory, more than the {most / 2**20:,.0f} that this host "
        "allows. Use smaller images, a smaller batch, or train fewer blocks."
    )
    print(reason, flush=True)
    held.set_state(State.FAILED, reason, pid=None)
    # In the middle of a step nothing else would be heard before the memory is gone.
    os._exit(ENDED_FOR_MEMORY)

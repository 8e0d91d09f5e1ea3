"""What a trainer may take of its machine: the pages come first, and its memory has an end.

It sets this on itself: a trainer is started, never forked. Limits of the system's own do not serve for
memory: TensorFlow reserves address space, and starts threads, by many times what it fills (RLIMIT_AS,
RLIMIT_DATA), and where they bite, it aborts without a word. So a thread looks at what is really held.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path

from core.memory import private_bytes
from core.runs.run import HeldRun
from core.runs.state import State

AUTOGROUP = Path("/proc/self/autogroup")
LOOK_EVERY_S = 0.1
ENDED_FOR_MEMORY = 1
"""The exit status."""


def give_way(nice: int) -> None:
    """Let other programs go first, by so many steps as `nice` counts; Linux derives the disk's from it."""
    with suppress(OSError):
        os.nice(max(0, nice - os.nice(0)))
    # Linux shares the processor among sessions first, and a trainer that the queue starts is a session of its
    # own: there its steps count within that session alone. Not for a shell that a trainer is started from.
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            AUTOGROUP.write_text(str(nice))


def watch_memory(held: HeldRun, most: int | None) -> None:
    """End this process, and fail its run, once it holds more than `most` bytes; None lets it have all."""
    if most is not None:
        threading.Thread(target=_watch, args=(held, most), name="memory", daemon=True).start()


def _watch(held: HeldRun, most: int) -> None:
    pause = threading.Event()
    while (now := private_bytes()) <= most:
        pause.wait(LOOK_EVERY_S)
    reason = (
        f"The trainer held {now / 2**20:,.0f} MiB of memory, more than the {most / 2**20:,.0f} MiB that this "
        "host allows. Use smaller images, smaller batches or layers, or train fewer blocks."
    )
    print(reason, flush=True)
    held.clear_request()
    held.set_state(State.FAILED, reason, pid=None)
    # In the middle of a step nothing else would be heard before the memory is gone.
    os._exit(ENDED_FOR_MEMORY)

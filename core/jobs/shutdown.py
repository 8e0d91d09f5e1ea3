"""A host that goes down: its trainers pause, and go on when it is up again.

On a laptop trainers outlive the server, and nothing of this happens (`LINEAMENT_PAUSE_ON_SHUTDOWN`). Which
runs were paused stands in a file, so that a run that a person paused stays so.
"""

import logging
import time

from core.atomic import write_bytes
from core.errors import LineamentError
from core.jobs import control
from core.jobs.queue import JobQueue
from core.runs import ALIVE, State

PATIENCE_S = 8.0
"""A container is commonly given ten seconds to end."""
LOOK_EVERY_S = 0.1
FILE = "paused-by-shutdown"
"""In the queue's folder: a run id a line."""
log = logging.getLogger(__name__)


def pause_trainers(queue: JobQueue, patience_s: float = PATIENCE_S) -> list[str]:
    """Ask all trainers to pause and wait until they have, or patience ends; the ids of those asked.

    One that does not answer in time loses its unfinished epoch when the host goes, and no more.
    """
    asked = []
    for run_id in queue.active():
        try:
            control.pause(queue, run_id)
            asked.append(run_id)
        except LineamentError as error:
            log.info("%s ended by itself: %s", run_id, error)
    if asked:
        write_bytes(queue.folder / FILE, "\n".join([*_paused(queue), *asked]).encode())
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and any(_is_alive(queue, run_id) for run_id in asked):
        time.sleep(LOOK_EVERY_S)
    return asked


def resume_paused(queue: JobQueue) -> list[str]:
    """Queue again what `pause_trainers` paused, and what died before it could; the ids of those."""
    resumed = []
    for run_id in _paused(queue):
        try:
            if queue.store.get(run_id).state().state in (State.PAUSED, State.CRASHED):
                control.resume(queue, run_id)
                resumed.append(run_id)
        except LineamentError as error:
            log.warning("%s was paused with the host and does not go on: %s", run_id, error)
    (queue.folder / FILE).unlink(missing_ok=True)
    return resumed


def _paused(queue: JobQueue) -> list[str]:
    try:
        return (queue.folder / FILE).read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        return []


def _is_alive(queue: JobQueue, run_id: str) -> bool:
    try:
        return queue.store.get(run_id).state().state in ALIVE
    except LineamentError:
        return False

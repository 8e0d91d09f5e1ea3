"""A host that goes down: its trainers pause, and go on when it is up again.

On a laptop trainers outlive the server, and nothing of this happens (`pause_on_shutdown`). Which runs were
asked to pause stands in a file with their attempts, so that one that a person paused, before or since, stays
so. A host that sends SIGTERM to every process at once is quicker than we are: its trainers pause by
themselves, with a reason that nothing else gives. What the host kills before it has paused is found crashed,
and has lost its unfinished epoch.
"""

import logging
import time
from pathlib import Path

from core.access import HOST
from core.atomic import read_json_or_none, write_json
from core.errors import LineamentError
from core.jobs import control
from core.jobs.queue import JobQueue
from core.runs import ALIVE, Run, RunStore, State
from core.runs.state import TOLD_TO_END, now
from core.settings import Settings

PATIENCE_S = 8.0
"""Container hosts commonly give ten seconds."""
LOOK_EVERY_S = 0.1
GOES_ON = "Paused since its host went down. It goes on when the host is up again."
log = logging.getLogger(__name__)


def pause_trainers(settings: Settings, within_s: float = PATIENCE_S) -> list[str]:
    """Ask every trainer to pause and wait until they have, or `within_s` is over; the ids of those asked.

    Whoever calls it sees to it that nobody starts others meanwhile: it holds the scheduler's lock.
    """
    queue, store = JobQueue(settings, HOST), RunStore(settings.runs)
    trained = [store.get(run_id) for run_id in queue.active()]
    asked = [run for run in trained if run.requested() is None]
    if asked:
        # Known before it is asked: if the host is quicker than we are, the next start finds it all the same.
        write_json(_file(settings), {run.id: run.written_state().attempt for run in asked})
        for run in asked:
            run.request("pause")
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and any(run.state().state in ALIVE for run in trained):
        time.sleep(LOOK_EVERY_S)
    for run in asked:
        _say_why(run)
    return [run.id for run in asked]


def resume_paused(settings: Settings) -> list[str]:
    """Put what the host's going down paused or killed at the queue's head, however long it is; their ids.

    What is still pausing goes on with a later call: `is_pausing`.
    """
    queue, asked = JobQueue(settings, HOST), _asked(settings)
    resumed, pausing = [], {}
    for run_id in sorted({*asked, *_told_to_end(queue.store)}):
        try:
            run = queue.store.get(run_id)
            if run.state().state in ALIVE and run.requested() == "pause":
                pausing[run_id] = asked[run_id]
            elif _waits_for_the_host(run, asked.get(run_id)):
                _queue_again(queue, run)
                resumed.append(run_id)
        except LineamentError as error:
            log.warning("%s was paused with its host and does not go on: %s", run_id, error)
    if pausing:
        write_json(_file(settings), pausing)
    else:
        _file(settings).unlink(missing_ok=True)
    return resumed


def is_pausing(settings: Settings) -> bool:
    """Whether some run that is to go on with the host has not gone on yet."""
    return _file(settings).exists()


def _waits_for_the_host(run: Run, attempt: int | None) -> bool:
    """Whether nobody has done anything with a run since its host went down.

    Args:
        attempt: the one that was asked to pause; None when none was.
    """
    state = run.state()
    if state.state is State.PAUSED and state.reason == TOLD_TO_END:
        return True
    # Queued: an earlier start was cut off in the middle of `_queue_again`.
    return state.state in (State.PAUSED, State.CRASHED, State.QUEUED) and state.attempt == attempt


def _queue_again(queue: JobQueue, run: Run) -> None:
    """Before all that wait: it had its turn. Not refused by a full queue, of which it was no part."""
    with run.hold() as held:
        if run.written_state().state is not State.QUEUED:
            control.ready_to_resume(held)
            held.clear_request()
            held.set_state(State.QUEUED, queued_at=now(), ended_at=None, pid=None)
        queue.enlist(run)


def _say_why(run: Run) -> None:
    """Nobody asked a paused run's owner; tell them. Where it cannot be said, the run goes on all the same."""
    try:
        with run.hold() as held:
            if run.written_state().state is State.PAUSED:
                held.set_state(State.PAUSED, GOES_ON)
    except (LineamentError, OSError) as error:
        log.info("%s pauses without a reason: %s", run.id, error)


def _told_to_end(store: RunStore) -> list[str]:
    paused = (run for run in store.list_runs() if run.state.state is State.PAUSED)
    return [run.id for run in paused if run.state.reason == TOLD_TO_END]


def _asked(settings: Settings) -> dict[str, int]:
    """Attempts by run id; {} where the file is absent or was damaged."""
    found = read_json_or_none(_file(settings))
    return found if isinstance(found, dict) else {}


def _file(settings: Settings) -> Path:
    return settings.artifacts / "queue" / "paused-by-host"

"""Train one run now and wait for it: what the command line does when it is not asked to queue.

The trainer is the same process that the queue would start; only its watcher differs.
"""

import subprocess
import time
from collections.abc import Callable

from core.jobs.queue import JobQueue
from core.jobs.scheduler import spawn_trainer
from core.runs import Run, State
from core.runs.run import Row
from core.runs.state import now

POLL_S = 0.2
OnEpoch = Callable[[Row], None]


def train_now(run: Run, queue: JobQueue, on_epoch: OnEpoch) -> int:
    """Start the trainer of a queued `run`, call `on_epoch` for each new row, return the trainer's exit code.

    Ctrl-C asks the run to pause and waits for that; the run can be resumed. Raises RunBusyError when
    somebody else holds the run.
    """
    with run.hold() as held:
        attempt = run.written_state().attempt + 1
        held.set_state(State.STARTING, attempt=attempt, started_at=now(), ended_at=None)
        queue.enlist(run)
        seen = len(run.history())
        trainer = spawn_trainer(held, queue.settings)
    try:
        seen = _follow(run, trainer, seen, on_epoch)
    except KeyboardInterrupt:
        run.request("pause")
        trainer.wait()
    _tell_new(run, seen, on_epoch)
    return trainer.returncode


def _follow(run: Run, trainer: "subprocess.Popen[bytes]", seen: int, on_epoch: OnEpoch) -> int:
    while trainer.poll() is None:
        seen = _tell_new(run, seen, on_epoch)
        time.sleep(POLL_S)
    return seen


def _tell_new(run: Run, seen: int, on_epoch: OnEpoch) -> int:
    rows = run.history()
    for row in rows[seen:]:
        on_epoch(row)
    return max(seen, len(rows))

"""Train one run now and wait for it: what the command line does when it is not asked to queue.

The trainer is the same process that the queue would start; only its watcher differs.
"""

import subprocess
import time
from collections.abc import Callable

from core.jobs.queue import JobQueue
from core.jobs.scheduler import spawn_trainer, start_attempt
from core.runs import HeldRun, Run
from core.runs.run import Row

POLL_S = 0.2
OnEpoch = Callable[[Row], None]


def train_now(
    run: Run, queue: JobQueue, on_epoch: OnEpoch, ready: Callable[[HeldRun], None] = lambda held: None
) -> int:
    """Start the trainer of `run`, call `on_epoch` for each new row, return the trainer's exit code.

    Ctrl-C asks the run to pause, waits for that, and is raised again; the run can be resumed.

    Args:
        ready: looks at the held run before it starts; what it raises is raised here, and nothing starts.

    Raises:
        RunBusyError: somebody else holds the run.
    """
    with run.hold() as held:
        ready(held)
        start_attempt(held)
        queue.enlist(run)
        seen = len(run.history())
        trainer = spawn_trainer(held, queue.settings)
    try:
        seen = _follow(run, trainer, seen, on_epoch)
    except KeyboardInterrupt:
        run.request("pause")
        trainer.wait()
        _tell_new(run, seen, on_epoch)
        raise
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

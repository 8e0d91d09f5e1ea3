"""What a person can ask of a run: stop, pause, resume, extend, kill.

Each raises UnknownRunError where there is no such run, and NotAllowedError where it is somebody else's.
Requests go to `control.json`; whatever changes `state.json` takes the run's lock first.
"""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from core.atomic import write_json
from core.errors import CheckpointError, ConfigError, RunError
from core.jobs.queue import JobQueue
from core.runs import ALIVE, RESUMABLE, HeldRun, Run, State, TrainConfig
from core.runs.run import Request

EXTENDABLE = RESUMABLE | {State.FINISHED}
KILL_POLL_S = 0.1


def stop(queue: JobQueue, run_id: str) -> None:
    """Ask a run to stop, keep its best epoch and score it; a queued run leaves the queue.

    Raises:
        RunError: nothing is going on.
    """
    run = queue.store.to_change(run_id)
    if run.written_state().state is State.QUEUED:
        queue.cancel(run_id)
    else:
        _request(run, "stop")


def pause(queue: JobQueue, run_id: str) -> None:
    """Ask a run to drop its unfinished epoch and free the processor; raises RunError as `stop` does."""
    _request(queue.store.to_change(run_id), "pause")


def resume(queue: JobQueue, run_id: str) -> Run:
    """Queue a run again; it goes on after its newest whole checkpoint.

    Raises:
        RunError: it cannot be resumed in its state, or it failed and has no checkpoint.
        RunBusyError: its trainer still lives.
        QueueFullError: too many runs wait.
    """
    with queue.store.to_change(run_id).hold() as held:
        ready_to_resume(held)
        queue.enqueue_again(held)
    return held.run


def ready_to_resume(held: HeldRun) -> None:
    """Refuse a run that `resume` cannot serve; raises RunError."""
    run = held.run
    state = _state_under_lock(run)
    if state not in RESUMABLE:
        raise RunError(f"{run.id} is {state}; only a paused, stopped, crashed or failed run can be resumed.")
    if state is State.FAILED:
        _refuse_without_checkpoint(run)


def _refuse_without_checkpoint(run: Run) -> None:
    epoch, complaints = run.checkpoints.newest_whole()
    if complaints and not epoch:
        raise CheckpointError(" ".join(complaints))
    if not epoch:
        raise RunError(
            f"{run.id} failed before its first checkpoint. Start a new run from its configuration."
        )


def extend(queue: JobQueue, run_id: str, epochs: int) -> Run:
    """Queue a run again with `epochs` more epochs than it was asked for.

    Raises:
        RunError: it has not ended.
        ConfigError: that is no epoch more, or more than a run may have.
    """
    with queue.store.to_change(run_id).hold() as held:
        longer = _longer(held.run, epochs, queue)
        # First what may be refused: a queue that is full leaves the run as it was.
        queue.enqueue_again(held)
        _write_config(held, longer)
    return held.run


def lengthen(held: HeldRun, epochs: int, queue: JobQueue) -> None:
    """Rewrite a held run's configuration with `epochs` more; raises as `extend` does."""
    _write_config(held, _longer(held.run, epochs, queue))


def _longer(run: Run, epochs: int, queue: JobQueue) -> TrainConfig:
    state = _state_under_lock(run)
    if state not in EXTENDABLE:
        raise RunError(f"{run.id} is {state}; it can be extended once it has ended.")
    if epochs < 1:
        raise ConfigError(f"{epochs} more epochs is no extension. Give 1 or more.")
    config = run.config()
    longer = config.changed(epochs=config.epochs + epochs)
    queue.refuse(longer)
    return longer


def _write_config(held: HeldRun, config: TrainConfig) -> None:
    write_json(held.run.path / "config.json", config.model_dump(mode="json"))


@dataclass(frozen=True)
class KillStep:
    """A rung of the ladder, in words, and whether the run is down."""

    words: str
    ended: bool = False


def kill(queue: JobQueue, run_id: str) -> Iterator[KillStep]:
    """End a trainer that does not answer: ask, then SIGTERM, then SIGKILL; yields each step as it happens.

    Between the steps it waits `kill_grace_seconds`. A killed run counts as crashed and can be resumed.

    Raises:
        RunError: nothing is going on.
    """
    run = queue.store.to_change(run_id)
    _refuse_unless_alive(run, "kill")
    grace = queue.settings.kill_grace_seconds
    run.request("stop")
    yield KillStep(f"Asked the trainer to stop; it has {grace:g} s.")
    if _ended_within(run, grace):
        yield KillStep("The trainer answered.", ended=True)
        return
    for number, name in ((signal.SIGTERM, "SIGTERM"), (signal.SIGKILL, "SIGKILL")):
        if not _signal(run, number):
            break
        yield KillStep(f"Sent {name}; waiting up to {grace:g} s.")
        if _ended_within(run, grace):
            yield KillStep(f"The trainer ended on {name}.", ended=True)
            return
    yield KillStep("The trainer could not be ended from here: its process was not found on this machine.")


def _request(run: Run, what: Request) -> None:
    _refuse_unless_alive(run, what)
    run.request(what)


def _refuse_unless_alive(run: Run, what: str) -> None:
    state = run.state().state
    if state not in ALIVE:
        raise RunError(f"{run.id} is {state}; there is nothing to {what}.")


def _state_under_lock(run: Run) -> State:
    """The state of a run whose lock we hold: an active one can only be a crashed one."""
    state = run.written_state().state
    return State.CRASHED if state in ALIVE else state


def _ended_within(run: Run, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while run.state().state in ALIVE:
        if time.monotonic() > deadline:
            return False
        time.sleep(KILL_POLL_S)
    return True


def _signal(run: Run, number: int) -> bool:
    """Signal the trainer of `run`; False when its pid is not, or is no longer, that trainer."""
    pid = run.written_state().pid
    try:
        if pid is None or run.id not in " ".join(psutil.Process(pid).cmdline()):
            return False
        os.kill(pid, number)
    except (psutil.Error, ProcessLookupError, PermissionError):
        return False
    return True

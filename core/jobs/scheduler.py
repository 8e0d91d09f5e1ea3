"""Starts queued runs, one server at a time, and never owns them: trainers outlive it, unless the host says
that they pause with it (`core.jobs.shutdown`). Empties the trash.

The scheduler takes a run's lock, writes `starting`, and hands the open lock to the trainer. It keeps
nothing in memory that a restart would lose.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.access import HOST
from core.errors import LineamentError, RunBusyError
from core.jobs.queue import JobQueue
from core.jobs.shutdown import PATIENCE_S, is_pausing, pause_trainers, resume_paused
from core.runs import HeldRun, Run, State
from core.runs.lock import release_lock, take_lock
from core.runs.state import now
from core.runs.trash import Trash
from core.settings import PROJECT, Settings

TICK_S = 0.5
A_DAY_S = 24 * 3600
log = logging.getLogger(__name__)


class Scheduler:
    """Serves the queue of one `artifacts/` folder while `serving`."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.queue = JobQueue(settings, HOST)
        self._children: list[subprocess.Popen[bytes]] = []
        self._complained: set[str] = set()
        self._empty_trash_at = 0.0

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve in a thread for the time of the `with` block; running trainers go on after it, or pause."""
        stop = threading.Event()
        thread = threading.Thread(target=self.serve, args=(stop,), name="scheduler", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=5 + PATIENCE_S)

    def serve(self, stop: threading.Event, *, until_empty: bool = False) -> None:
        """Serve until `stop` is set; waits while another scheduler serves the same folder.

        Args:
            until_empty: also end when nothing waits and nothing trains.
        """
        self.queue.folder.mkdir(parents=True, exist_ok=True)
        handle = None
        try:
            while not stop.is_set():
                if handle is None and (handle := self._try_to_lead()) is not None:
                    self._with_the_host(resume_paused)
                if handle is not None:
                    if is_pausing(self.settings):
                        self._with_the_host(resume_paused)
                    self._tick_safely()
                if until_empty and not self.queue.open_runs():
                    return
                stop.wait(TICK_S)
        finally:
            if handle is not None:
                # Before the next server may lead, lest it starts the next run in the place of a pausing one.
                self._with_the_host(pause_trainers)
                release_lock(handle)

    def tick(self) -> None:
        """Start queued runs while there is room; one that cannot be started does not hold up the next."""
        self._children = [child for child in self._children if child.poll() is None]
        room = self.settings.max_running - len(self.queue.active())
        # Several runs that are being queued are there all or not at all: none starts before that is known.
        with self.queue.undisturbed() as undisturbed:
            for run_id in self.queue.waiting() if undisturbed else ():
                if room <= 0:
                    return
                room -= self._took_its_place(run_id)

    def _try_to_lead(self) -> int | None:
        try:
            return take_lock(self.queue.folder / "scheduler.lock")
        except RunBusyError:
            return None

    def _with_the_host(self, act: Callable[[Settings], list[str]]) -> None:
        """Let runs pause with the host, or go on with it, where the host says so."""
        if not self.settings.pause_on_shutdown:
            return
        try:
            run_ids = act(self.settings)
        except Exception:
            log.exception("runs could not pause with the host, or go on with it")
            return
        for run_id in run_ids:
            log.info("%s %s the host", run_id, "pauses with" if act is pause_trainers else "goes on with")

    def _tick_safely(self) -> None:
        try:
            self.tick()
            self._empty_trash_daily()
        except Exception:
            # One bad folder must not end the service for all others; the next tick tries again.
            log.exception("the queue could not be served")

    def _empty_trash_daily(self) -> None:
        """Delete for good what has been in the trash for as long as the host keeps it."""
        if time.monotonic() < self._empty_trash_at:
            return
        self._empty_trash_at = time.monotonic() + A_DAY_S
        outcome = Trash(self.queue.store, self.settings.trash).empty_expired(self.settings.trash_days)
        for run_id, reason in outcome.failed.items():
            log.warning("%s stays in the trash: %s", run_id, reason)

    def _took_its_place(self, run_id: str) -> bool:
        """Start a run if it can be; whether the place is taken, by it or by whoever holds it just now."""
        try:
            self._start(self.queue.store.get(run_id))
        except (LineamentError, OSError):
            if run_id not in self._complained:
                log.exception("%s could not be started; it stays in the queue", run_id)
                self._complained.add(run_id)
            return False
        return True

    def _start(self, run: Run) -> None:
        try:
            held = run.hold()
        except RunBusyError:
            return
        with held:
            if run.written_state().state is not State.QUEUED:
                return
            start_attempt(held)
            try:
                self._children.append(spawn_trainer(held, self.settings))
            except OSError as error:
                held.set_state(State.FAILED, f"The trainer could not be started: {error}.")


def start_attempt(held: HeldRun) -> None:
    """Write that a trainer is about to start; forget what was asked of the one before."""
    held.clear_request()
    attempt = held.run.written_state().attempt + 1
    held.set_state(State.STARTING, attempt=attempt, started_at=now(), ended_at=None, pid=None)


def spawn_trainer(held: HeldRun, settings: Settings) -> subprocess.Popen[bytes]:
    """Start `python -m core.training` for a run whose lock we hold; it inherits the lock.

    It gets a session of its own, so that neither Ctrl-C nor the server's death reaches it.
    """
    handle = held.inheritable()
    command = [sys.executable, "-m", "core.training", str(held.run.path), "--lock-fd", str(handle)]
    with (held.run.path / "log.txt").open("ab") as log_file:
        return subprocess.Popen(
            command,
            cwd=PROJECT,
            env=_trainers_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=subprocess.STDOUT,
            pass_fds=[handle],
            start_new_session=True,
        )


def _trainers_environment(settings: Settings) -> dict[str, str]:
    """This process's, with the artifacts and the mode that it was given; the rest it has from there too."""
    return {**os.environ, "LINEAMENT_ARTIFACTS": str(settings.artifacts), "LINEAMENT_MODE": settings.mode}

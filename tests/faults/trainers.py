"""Drives real trainer processes: start one, kill it somewhere, resume it, wait for what it does."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psutil

from core.faults import VARIABLE
from core.jobs import JobQueue, Scheduler, control, train_now
from core.runs import ALIVE, Run
from core.settings import PROJECT, Settings

PATIENCE_S = 300
"""How long a test waits for something that should happen before it gives up; far more than any needs."""
AT_ONCE = 2
"""Trainers that run side by side: TensorFlow's import keeps one core busy."""

T = TypeVar("T")


def start(
    run: Run, *, crash_at: str | None = None, most_file_bytes: int | None = None, **environment: str
) -> "subprocess.Popen[bytes]":
    """Start the trainer of `run` by its command line; what it prints goes to the run's log.

    Args:
        crash_at: a point of `core.faults` and the passing at which the trainer dies, such as "manifest:2".
        most_file_bytes: no file it writes may grow beyond this, as on a full disk.
    """
    if crash_at:
        environment[VARIABLE] = crash_at
    command = [sys.executable, "-m", "core.training", str(run.path)]
    with (run.path / "log.txt").open("ab") as log:
        trainer = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    if most_file_bytes is not None:
        # Set from outside while it still imports: a function run in the fork is not safe beside threads.
        resource.prlimit(trainer.pid, resource.RLIMIT_FSIZE, (most_file_bytes, most_file_bytes))
    return trainer


def train(run: Run, **how: object) -> int:
    """Start the trainer of `run` and wait for its end; returns its exit code. Takes what `start` takes."""
    trainer = start(run, **how)
    try:
        return trainer.wait(PATIENCE_S)
    finally:
        trainer.kill()
        trainer.wait()


def resume(run: Run, settings: Settings) -> int:
    """Resume `run` as `python -m core runs resume` does; returns the trainer's exit code."""
    return train_now(run, JobQueue(settings), lambda row: None, control.ready_to_resume)


def command(settings: Settings, *arguments: str, **how: object) -> "subprocess.CompletedProcess[str]":
    """Run `python -m core …` on that host to its end."""
    return subprocess.run(
        [sys.executable, "-m", "core", *arguments, "--artifacts", str(settings.artifacts)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        **how,
    )


def wait_until(happened: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait for a condition; a test that waits in vain says what for."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


def wait_for_epochs(run: Run, more: int) -> None:
    """Wait until `run`, which trains, has `more` rows than now."""
    wanted = len(run.history()) + more
    wait_until(
        lambda: len(run.history()) >= wanted or run.state().state not in (*ALIVE, "queued"),
        f"{wanted} epochs of {run.id}",
    )
    assert run.state().state in ALIVE, (run.state(), run.log_tail())


def trainers_of(run: Run) -> list[psutil.Process]:
    """The living processes that train `run`."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if {"core.training", str(run.path)} <= set(process.info["cmdline"] or ())
    ]


@contextmanager
def serving(settings: Settings) -> Iterator[JobQueue]:
    """Serve a host's queue in this process; leave it when its trainers have ended and were waited for."""
    with Scheduler(settings).serving():
        yield JobQueue(settings)
        # It reaps those that ended; a zombie would be counted as ours for ever.
        mine = {child.pid for child in psutil.Process().children()}
        wait_until(lambda: not any(map(_is_trainer_or_zombie, mine)), "the trainers end")


def _is_trainer_or_zombie(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() == psutil.STATUS_ZOMBIE or "core.training" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def at_once(jobs: Iterable[Callable[[], T]]) -> list["Future[T]"]:
    """Run jobs a few at a time; a failed one fails the test that asks for its result, no other."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [threads.submit(job) for job in jobs]

"""One run of the product on a host of its own, through the command line, as a person would start it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.runs import Run, RunStore, TrainConfig
from core.settings import PROJECT, Settings

LOOK_EVERY_S = 0.5


@dataclass(frozen=True)
class Ran:
    """A finished run and the wall seconds of its command: interpreter, imports and scoring included."""

    run: Run
    seconds: float


def train(config: TrainConfig, settings: Settings, look: Callable[[Run], None] = lambda run: None) -> Ran:
    """`python -m core train --config FILE`; raises RuntimeError when it fails.

    Args:
        look: called twice a second with the run while it goes on.
    """
    settings.artifacts.mkdir(parents=True, exist_ok=True)
    file, store = settings.artifacts / "config.json", RunStore(settings.runs)
    file.write_text(config.to_json())
    before = set(store.ids())
    command = [sys.executable, "-m", "core", "train", "--config", str(file)]
    told = settings.artifacts / "told.txt"
    start = time.perf_counter()
    with told.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--artifacts", str(settings.artifacts)],
            cwd=PROJECT,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        watched = _wait(process, store, before, look)
    if process.returncode or watched is None:
        raise RuntimeError(f"python -m core train failed: {told.read_text()}")
    return Ran(watched, time.perf_counter() - start)


def _wait(
    process: "subprocess.Popen[bytes]", store: RunStore, before: set[str], look: Callable[[Run], None]
) -> Run | None:
    run = None
    while True:
        try:
            process.wait(LOOK_EVERY_S)
            over = True
        except subprocess.TimeoutExpired:
            over = False
        if run is None:
            new = [run_id for run_id in store.ids() if run_id not in before]
            run = store.get(new[0]) if new else None
        if over:
            return run
        if run:
            look(run)

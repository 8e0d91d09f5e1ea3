"""Bench: the report's eight runs by the plain script, by the tuned one and by the product, on the same faces.

The scripts are timed for a few epochs of two runs, frozen and with block 5 free, and scaled to the eight
runs; the product trains all eight. `python -m tests.bench study`.
"""

import os
import subprocess
import sys
import time
from datetime import datetime
from functools import partial
from typing import Any

from core.runs import RunStore
from core.runs.files import read_json_lines
from core.settings import PROJECT, Settings
from tests.bench.bare import bare_seconds
from tests.bench.conditions import Conditions, Row, apart, host
from tests.bench.keras_scripts import time_script
from tests.bench.pieces import Pieces
from tests.bench.study_table import RATES, table

PROGRESS_BYTES = 64 * 2**20


def bench(conditions: Conditions) -> list[Row]:
    """Measure what is not measured yet, and make the table of what is."""
    plan = {
        f"{script} {depth}": partial(time_script, f"{script}_keras", depth, rate, conditions)
        for script in ("plain", "tuned")
        for depth, rate in RATES.items()
    }
    plan["ours"] = partial(our_study, conditions)
    plan["bare"] = partial(bare, conditions)
    return table(Pieces("study", conditions).measure(plan), conditions)


def our_study(conditions: Conditions) -> dict[str, Any]:
    """Wall seconds of all eight runs on a fresh host, and what each of them did."""
    with host() as settings:
        settings.artifacts.mkdir(parents=True)
        base = settings.artifacts / "base.json"
        base.write_text(conditions.config().to_json())
        command = [sys.executable, "-m", "tests.bench.our_study", str(settings.artifacts), str(base)]
        start = time.perf_counter()
        subprocess.run(command, cwd=PROJECT, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, check=True)
        return {"wall": time.perf_counter() - start, "runs": runs_of(settings)}


def runs_of(settings: Settings) -> list[dict[str, Any]]:
    """Each run in the report's order: what it cost and how good it became."""
    runs = sorted(RunStore(settings.runs).list_runs(), key=lambda run: run.notes.name)
    return [
        {
            "state": run.state.state.value,
            "depth": run.config.fine_tune,
            "rate": run.config.learning_rate,
            "epochs": len(run.history),
            "seconds": run.state.seconds,
            "precision": run.environment.precision,
            "test_accuracy": run.metrics.last.test_accuracy if run.metrics else None,
            "phases": phase_seconds(settings, run.id),
        }
        for run in runs
    ]


def phase_seconds(settings: Settings, run_id: str) -> dict[str, float]:
    """Seconds from each phase's first sign of life to the next one's; "ending" is left out."""
    signs = read_json_lines(settings.runs / run_id / "progress.jsonl", PROGRESS_BYTES)
    began: dict[str, datetime] = {}
    for sign in signs:
        began.setdefault(sign["phase"], datetime.fromisoformat(sign["time"]))
    times = [*began.values(), datetime.fromisoformat(signs[-1]["time"])]
    return {name: (times[i + 1] - times[i]).total_seconds() for i, name in enumerate(began)}


def bare(conditions: Conditions) -> dict[str, float]:
    """The layers' own seconds an image, in the precision that the product chooses here."""
    with host() as settings:
        precision = apart(chosen_precision, settings)
    return apart(bare_seconds, conditions.config(), precision)


def chosen_precision(settings: Settings) -> str:
    """What `auto` means on this machine; imports TensorFlow."""
    from core.model.precision import choose_precision

    return choose_precision("auto", settings).precision

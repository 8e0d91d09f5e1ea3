"""Bench: a first frozen run of three epochs, start-up included, against the plain script.

`python -m tests.bench first`. The script is timed for one epoch and scaled.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from tests.bench.conditions import Conditions, Row, host
from tests.bench.keras_scripts import time_script
from tests.bench.one_run import train
from tests.bench.pieces import Pieces
from tests.bench.study import phase_seconds
from tests.bench.study_table import RATES

EPOCHS = 3
WANTED = 3
TIMED = 1
"""Epochs for which the script is timed."""


def bench(conditions: Conditions) -> list[Row]:
    """Ours measured whole; the script's start, its epochs and its test."""
    once = replace(conditions, epochs=TIMED)
    plan = {
        "ours": partial(our_run, conditions),
        "plain": partial(time_script, "plain_keras", "none", RATES["none"], once),
    }
    found = Pieces("first", conditions).measure(plan)
    rows = [row(found[name]) for name, row in (("plain", _plain_row), ("ours", _our_row)) if name in found]
    if len(found) == len(plan):
        ratio = plain_seconds(found["plain"]) / found["ours"]["seconds"]
        rows.append(Row("plain / ours", f"{ratio:.1f}", f"{WANTED}", "the two above"))
    return rows


def our_run(conditions: Conditions) -> dict[str, Any]:
    """The command's wall seconds on a host that has never run anything, and seconds by phase."""
    with host() as settings:
        ran = train(conditions.config(learning_rate=RATES["none"], epochs=EPOCHS), settings)
        return {"seconds": ran.seconds, "phases": phase_seconds(settings, ran.run.id)}


def plain_seconds(part: dict[str, Any]) -> float:
    """The script's whole run of `EPOCHS` epochs."""
    return part["start_up"] + part["read"] + part["build"] + EPOCHS * part["epoch"] + part["test"]


def _plain_row(part: dict[str, Any]) -> Row:
    how = (
        f"extrapolated from {part['epochs']} epoch of {part['epoch']:.1f} s; as measured: start-up "
        f"{part['start_up']:.1f} s, build {part['build']:.1f} s and test {part['test']:.1f} s"
    )
    return Row(f"plain, frozen, {EPOCHS} epochs", f"{plain_seconds(part):,.0f} s", "", how)


def _our_row(part: dict[str, Any]) -> Row:
    phases = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in part["phases"].items())
    rest = part["seconds"] - sum(part["phases"].values())
    how = f"measured whole: {phases}; starting and ending {rest:.1f} s"
    return Row(f"ours, frozen, {EPOCHS} epochs", f"{part['seconds']:,.0f} s", "", how)

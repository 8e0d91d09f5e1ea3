"""From what the study's pieces took to its table: totals, ratios, the ceiling, accuracies."""

from typing import Any

from core.evaluation import wilson_interval
from core.runs.studies import report_configs
from tests.bench.conditions import Conditions, Row

WANTED = {"plain": (10, 20), "tuned": (3, 5)}
"""How many times as fast the product shall be, and is to be aimed at."""
RATES = {"none": 1e-3, "block5": 1e-5}
"""The two depths, each with the rate that the report chose for it; a rate does not change the cost."""
DEPTHS = tuple(RATES)
DEPTH_WORDS = {"none": "frozen", "block5": "block 5 free"}

Found = dict[str, Any]
"""The study's pieces by name."""


def table(found: Found, conditions: Conditions) -> list[Row]:
    """One row for each total, ratio, limit and accuracy that the pieces allow."""
    totals = {
        s: script_total(found, s, conditions) for s in WANTED if all(f"{s} {d}" in found for d in DEPTHS)
    }
    rows = [Row(f"{s}, eight runs", _time(total), "", _how(found, s)) for s, total in totals.items()]
    if "ours" in found:
        rows.append(_our_row(found["ours"]))
        rows += [_ratio_row(script, total, found["ours"]["wall"]) for script, total in totals.items()]
    if "bare" in found:
        rows += _ceiling_rows(found, totals, conditions)
    return rows + _accuracy_rows(found, conditions)


def planned(conditions: Conditions) -> dict[str, list[int]]:
    """Epochs of each run, by depth."""
    configs = report_configs(conditions.config())
    return {depth: [config.epochs for config in configs if config.fine_tune == depth] for depth in DEPTHS}


def script_total(found: Found, script: str, conditions: Conditions) -> float:
    """Seconds of all eight runs in one process: it starts and reads once, and builds for each run."""
    parts = [found[f"{script} {depth}"] for depth in DEPTHS]
    once = sum(part["start_up"] + part["read"] for part in parts) / len(parts)
    runs = planned(conditions)
    return once + sum(
        part["build"] + part["test"] + epochs * part["epoch"]
        for depth, part in zip(DEPTHS, parts, strict=True)
        for epochs in runs[depth]
    )


def bare_total(bare: dict[str, float], conditions: Conditions) -> float:
    """Seconds of the network alone for all eight runs; each image passes the frozen part once."""
    n = {split: len(rows) for split, rows in conditions.faces().splits()}
    runs = planned(conditions)
    total = sum(n.values()) * (bare["images to block4_pool"] + bare["block4_pool to block5_pool"])
    for depth in DEPTHS:
        step, forward = bare[f"{depth} step"], bare[f"{depth} forward"]
        scoring = (n["val"] + n["test"]) * forward
        total += sum(epochs * (n["train"] * step + n["val"] * forward) + scoring for epochs in runs[depth])
    return total


def _our_row(ours: dict[str, Any]) -> Row:
    runs = ours["runs"]
    finished = sum(run["state"] == "finished" for run in runs)
    how = (
        f"measured whole, {len(runs)} start-ups included; {finished} of {len(runs)} runs finished, "
        f"{sum(run['epochs'] for run in runs)} epochs, {runs[0]['precision']}"
    )
    return Row("ours, eight runs", _time(ours["wall"]), "", how)


def _ratio_row(script: str, total: float, ours: float) -> Row:
    least, aim = WANTED[script]
    return Row(f"{script} / ours", f"{total / ours:.1f}", f"{least}, aim {aim}", "the two totals above")


def _ceiling_rows(found: Found, totals: dict[str, float], conditions: Conditions) -> list[Row]:
    bare = bare_total(found["bare"], conditions)
    layers = ", ".join(f"{name} {1 / seconds:,.0f}/s" for name, seconds in found["bare"].items())
    rows = [Row("ceiling: the bare network, eight runs", _time(bare), "", layers)]
    rows += [
        Row(f"ceiling: {script} / bare", f"{total / bare:.1f}", "", "no start-up, disk, checkpoint")
        for script, total in totals.items()
    ]
    if "ours" in found:
        share = bare / found["ours"]["wall"]
        rows.append(Row("how near ours is to the ceiling", f"{share:.2f}", "", "bare / ours"))
    return rows


def _accuracy_rows(found: Found, conditions: Conditions) -> list[Row]:
    n = len(conditions.faces().split_rows("test"))
    rows = []
    for depth in DEPTHS:
        for script in WANTED:
            if part := found.get(f"{script} {depth}"):
                rows.append(_accuracy_row(script, depth, part["test_accuracy"], part["epochs"], n))
        for run in found.get("ours", {}).get("runs", []):
            if (run["depth"], run["rate"]) == (depth, RATES[depth]) and run["test_accuracy"] is not None:
                rows.append(_accuracy_row("ours", depth, run["test_accuracy"], run["epochs"], n))
    return rows


def _accuracy_row(who: str, depth: str, accuracy: float, epochs: int, n: int) -> Row:
    low, high = wilson_interval(round(accuracy * n), n)
    what = f"test accuracy, {DEPTH_WORDS[depth]}, {RATES[depth]:g}, {who}"
    how = f"after epoch {epochs}; n = {n}, 95 % interval {low:.3f} to {high:.3f}"
    return Row(what, f"{accuracy:.4f}", "", how)


def _how(found: Found, script: str) -> str:
    timed = found[f"{script} none"]["epochs"]
    none, block5 = (found[f"{script} {depth}"]["epoch"] for depth in DEPTHS)
    return (
        f"extrapolated from {timed} epochs each of two runs: an epoch takes {none:.1f} s frozen, "
        f"{block5:.1f} s with block 5; one process, so one start-up; build and test of each run added"
    )


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s"

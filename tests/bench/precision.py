"""Bench: what bfloat16 costs in accuracy and saves in time: the same runs in both precisions, paired.

Training magnifies every small difference, so two runs may disagree on many images and be equally good. How
many, a control tells: float32 again, at a rate one percent higher, which nobody would call another setting.
`python -m tests.bench precision`; a processor without AMX or AVX512-BF16 takes long.
"""

from functools import partial
from typing import Any

import pandas as pd

from core.evaluation import Judged, accuracy, binary_cross_entropy, compare_with_baseline, wilson_interval
from core.runs.predictions import read_predictions
from core.settings import Settings
from tests.bench.conditions import Conditions, Row, host
from tests.bench.one_run import train
from tests.bench.pieces import Pieces
from tests.bench.study_table import DEPTH_WORDS, RATES

EXACT, FAST, CONTROL = "float32", "mixed_bfloat16", "float32, rate + 1 %"
FACTORS = {FAST: 1.0, EXACT: 1.0, CONTROL: 1.01}
"""By what each case multiplies the learning rate."""
VERDICTS = {
    "a_better": "better",
    "b_better": "worse",
    "within_noise": "within noise",
    "not_comparable": "not comparable",
}


def bench(conditions: Conditions) -> list[Row]:
    """Frozen and block 5 in each precision on the same faces; then each pair image by image."""
    plan = {case: partial(both_depths, case, conditions) for case in FACTORS}
    found = Pieces("precision", conditions).measure(plan)
    return [row for depth in RATES for row in _rows(depth, found, conditions)]


def both_depths(case: str, conditions: Conditions) -> dict[str, Any]:
    """Seconds and test predictions of a run of each depth, one after the other on a fresh host."""
    with host() as settings:
        # The deeper prefix of the frozen run starts from what block 5 leaves behind.
        return {depth: _one(depth, case, conditions, settings) for depth in reversed(RATES)}


def _one(depth: str, case: str, conditions: Conditions, settings: Settings) -> dict[str, Any]:
    config = conditions.config(
        fine_tune=depth,
        learning_rate=RATES[depth] * FACTORS[case],
        epochs=conditions.epochs,
        precision=FAST if case == FAST else EXACT,
    )
    ran = train(config, settings)
    frame = read_predictions(ran.run, "test", attributes=())
    return {"seconds": ran.seconds, "test": frame.to_dict("list")}


def _rows(depth: str, found: dict[str, Any], conditions: Conditions) -> list[Row]:
    frames = {case: pd.DataFrame(found[case][depth]["test"]) for case in FACTORS if case in found}
    rows = [
        _accuracy_row(depth, case, frame, found[case][depth]["seconds"], conditions)
        for case, frame in frames.items()
    ]
    if EXACT in frames:
        # Each pair is a question of its own: the control's p does not belong to bfloat16's family.
        rows += [
            _verdict_row(depth, case, compare_with_baseline(frames[EXACT], {case: frames[case]})[case])
            for case in (FAST, CONTROL)
            if case in frames
        ]
    return rows


def _accuracy_row(depth: str, case: str, frame: pd.DataFrame, seconds: float, conditions: Conditions) -> Row:
    n, labels, probabilities = len(frame), frame["label"].to_numpy(), frame["probability"].to_numpy()
    share = accuracy(labels, probabilities)
    low, high = wilson_interval(round(share * n), n)
    what = f"test accuracy, {DEPTH_WORDS[depth]}, {RATES[depth]:g}, {case}"
    how = (
        f"best of {conditions.epochs} epochs; n = {n}, 95 % interval {low:.3f} to {high:.3f}; "
        f"loss {binary_cross_entropy(labels, probabilities):.4f}; the run took {seconds:,.0f} s"
    )
    return Row(what, f"{share:.4f}", "", how)


def _verdict_row(depth: str, case: str, judged: Judged) -> Row:
    what, verdict = f"{case} against {EXACT}, {DEPTH_WORDS[depth]}", VERDICTS[judged.verdict]
    wanted = "within noise" if case == FAST else ""
    if judged.comparison is None:
        return Row(what, verdict, wanted, judged.reason)
    found, p = judged.comparison, judged.comparison.p_value
    how = (
        f"95 % interval {found.interval.low:+.4f} to {found.interval.high:+.4f} ({found.interval.method}); "
        f"right in this alone {found.only_a}, in {EXACT} alone {found.only_b}; McNemar p = {p:.3f}"
    )
    return Row(what, f"{found.difference:+.4f}, {verdict}", wanted, how)

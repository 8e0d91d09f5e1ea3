"""Which predictions of several runs can be held against each other, and all of them against a baseline.

Takes frames as a run's `predictions.parquet` has them, one split at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.paired import PairedComparison, Verdict, compare, holm, verdict
from core.evaluation.scores import THRESHOLD


@dataclass(frozen=True)
class Aligned:
    """Two runs' probabilities for the same images in the same order; all arrays have shape (n,).

    Attributes:
        image_ids: in the order of the first frame.
        persons: person ids as the first frame has them.
    """

    image_ids: np.ndarray
    labels: np.ndarray
    a: np.ndarray
    b: np.ndarray
    persons: np.ndarray


@dataclass(frozen=True)
class Judged:
    """A run held against the baseline.

    Attributes:
        verdict: `a_better` when the run is better than the baseline, `b_better` when the baseline is.
        comparison: A is the run, B the baseline; None where they are not comparable.
        adjusted_p: `comparison.p_value`, Holm-adjusted over all runs that could be compared; else None.
        reason: why they are not comparable, a sentence; else "".
    """

    verdict: Verdict
    comparison: PairedComparison | None = None
    adjusted_p: float | None = None
    reason: str = ""


def comparable(a: pd.DataFrame, b: pd.DataFrame) -> Aligned | str:
    """Two runs' predictions of one split, brought into one order; or a sentence why that cannot be.

    Frames have `image_id`, `person_id`, `label`, `probability`. Their order may differ.

    Raises:
        ValueError: an image stands twice in a frame, so that it is not one split of one run.
    """
    for frame in (a, b):
        if not frame["image_id"].is_unique:
            raise ValueError("an image stands twice in the predictions; give one split of one run")
    other = b
    # Runs of one data set and split have one order; to look up 30,000 names takes a quarter of a second.
    if a.empty or not np.array_equal(a["image_id"].to_numpy(), b["image_id"].to_numpy()):
        if reason := _other_images(a["image_id"], b["image_id"]):
            return reason
        other = b.set_index("image_id").loc[a["image_id"]]
    labels = a["label"].to_numpy()
    if differ := int((labels != other["label"].to_numpy()).sum()):
        return (
            f"The labels of {differ:,} of the {len(a):,} images differ: the runs have different targets, or "
            "one of the data sets was labelled anew."
        )
    return Aligned(
        image_ids=a["image_id"].to_numpy(),
        labels=labels,
        a=a["probability"].to_numpy(),
        b=other["probability"].to_numpy(),
        persons=a["person_id"].to_numpy(),
    )


def compare_with_baseline(
    baseline: pd.DataFrame,
    others: Mapping[str, pd.DataFrame],
    *,
    threshold: float = THRESHOLD,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Judged]:
    """Hold each of `others` (run id -> predictions of the split) against `baseline`, in their order.

    p-values are adjusted over the runs that can be compared, so that of many equal runs one rarely passes for
    better. With one run nothing is adjusted.

    Raises:
        ValueError: as `comparable` and `compare`.
    """
    pairs = {run_id: comparable(frame, baseline) for run_id, frame in others.items()}
    compared = {
        run_id: compare(
            pair.labels, pair.a, pair.b, pair.persons, threshold=threshold, level=level, seed=seed
        )
        for run_id, pair in pairs.items()
        if isinstance(pair, Aligned)
    }
    adjusted = dict(zip(compared, holm([found.p_value for found in compared.values()]).tolist(), strict=True))
    return {
        run_id: Judged(
            verdict(compared[run_id].difference, adjusted[run_id]), compared[run_id], adjusted[run_id]
        )
        if run_id in compared
        else Judged("not_comparable", reason=str(pair))
        for run_id, pair in pairs.items()
    }


def _other_images(a: pd.Series, b: pd.Series) -> str:
    """Why two sets of image ids are not the same; "" when they are."""
    common = int(a.isin(b).sum())
    if common == len(a) == len(b):
        return "" if common else "There are no predictions for this split."
    if not common:
        return f"The runs have no images in common ({len(a):,} and {len(b):,} images)."
    return (
        f"The runs were scored on different images: {common:,} in common, {len(a) - common:,} only in the "
        f"first, {len(b) - common:,} only in the second."
    )

"""All figures of one run on one split at one threshold: for the run's page and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.evaluation.calibration import brier_score, expected_calibration_error
from core.evaluation.confusion import Confusion, confusion_at
from core.evaluation.intervals import Interval, accuracy_interval
from core.evaluation.ranking import Ranking, ranking
from core.evaluation.scores import THRESHOLD, predicted_classes
from core.evaluation.slices import RATES, slice_table


@dataclass(frozen=True)
class Summary:
    """What the stored predictions say of a run.

    Attributes:
        threshold: a probability above it counts as yes; ranking, Brier score and ECE do not depend on it.
        confusion: counts, and rates with their Wilson intervals.
        accuracy_interval: 95 %; persons resampled where they are known, else Wilson's.
        ranking: curves, AUC, average precision, or why there are none.
        brier, ece: of the probabilities as they are, not calibrated.
        slices: `slice_table` of the attributes, without pairs.
    """

    threshold: float
    confusion: Confusion
    accuracy_interval: Interval
    ranking: Ranking
    brier: float
    ece: float
    slices: pd.DataFrame

    def as_json(self) -> dict[str, Any]:
        """Keys n, threshold, accuracy, ci95, fpr, fnr, fdr, for, auc, brier, ece, slices; None: not defined.

        A slice has slice, where, n, small, and each of RATES with its `…_ci95`; NaN where it is not defined.
        """
        interval = self.accuracy_interval
        return {
            "n": self.confusion.n,
            "threshold": self.threshold,
            "accuracy": self.confusion.accuracy,
            "ci95": [interval.low, interval.high],
            **{name: self.confusion.rate(rate) for name, rate in RATES.items()},
            "auc": self.ranking.auc,
            "brier": self.brier,
            "ece": self.ece,
            "slices": [_slice(row) for row in self.slices.to_dict("records")],
        }


def summarise(frame: pd.DataFrame, attributes: Sequence[str], threshold: float = THRESHOLD) -> Summary:
    """The figures of `frame`: one split, columns person_id, label, probability and `attributes`.

    Raises:
        ValueError: as `checked_answers` and `slice_table`.
    """
    labels, p = frame["label"].to_numpy(), frame["probability"].to_numpy()
    return Summary(
        threshold=threshold,
        confusion=confusion_at(labels, p, threshold),
        accuracy_interval=accuracy_interval(predicted_classes(p, threshold) == labels, frame["person_id"]),
        ranking=ranking(labels, p),
        brier=brier_score(labels, p),
        ece=expected_calibration_error(labels, p),
        slices=slice_table(frame, attributes, threshold),
    )


def _slice(row: dict[str, Any]) -> dict[str, Any]:
    rates: dict[str, Any] = {}
    for rate in RATES:
        rates[rate] = row[rate]
        rates[f"{rate}_ci95"] = [row[f"{rate}_low"], row[f"{rate}_high"]]
    return {"slice": row["slice"], "where": dict(row["where"]), "n": row["n"], "small": row["small"], **rates}

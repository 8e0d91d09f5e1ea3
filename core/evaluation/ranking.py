"""How well probabilities rank images labelled yes above those labelled no, whatever the threshold.

Curves, AUC with its interval, average precision. With one class only there is nothing to rank: the reason is
given instead.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.intervals import Interval, normal_quantile
from core.evaluation.scores import checked_answers

DELONG = "DeLong"
GRID = 500
"""Curve points closer than an axis by this are drawn as one: a step of less than a pixel."""


@dataclass(frozen=True)
class Ranking:
    """Curves and areas; all None where `reason` says why there are none.

    Attributes:
        roc: the points of `roc_curve`.
        precision_recall: the points of `precision_recall_curve`.
        auc: area under the ROC curve, 0..1: how often a yes has a higher probability than a no, ties half.
        auc_interval: DeLong's; None also where no spread is seen, as at AUC 1.
        average_precision: area under the precision-recall curve, taken as steps, 0..1.
        reason: a sentence on what is missing and why, else "".
    """

    roc: pd.DataFrame | None = None
    precision_recall: pd.DataFrame | None = None
    auc: float | None = None
    auc_interval: Interval | None = None
    average_precision: float | None = None
    reason: str = ""


def ranking(labels: np.ndarray, probabilities: np.ndarray) -> Ranking:
    """All that this file knows of the images.

    Raises:
        ValueError: as `checked_answers`.
    """
    labels, p = checked_answers(labels, probabilities)
    if len(np.unique(labels)) == 1:
        answer = "yes" if labels[0] else "no"
        return Ranking(reason=f"All {len(labels):,} images are labelled {answer}: there is nothing to rank.")
    from sklearn.metrics import average_precision_score

    auc, interval = auc_with_interval(labels, p)
    reason = (
        "" if interval else f"AUC {auc:.4f} has no interval: these images show no spread to make one from."
    )
    return Ranking(
        roc=roc_curve(labels, p),
        precision_recall=precision_recall_curve(labels, p),
        auc=auc,
        auc_interval=interval,
        average_precision=float(average_precision_score(labels, p)),
        reason=reason,
    )


def auc_with_interval(
    labels: np.ndarray, probabilities: np.ndarray, level: float = 0.95
) -> tuple[float, Interval | None]:
    """AUC and DeLong's interval, made on the logit scale so that it stays within 0..1.

    Variance of DeLong, DeLong & Clarke-Pearson, 1988, Biometrics 44, 837-845, by the midranks of X. Sun &
    W. Xu, 2014, IEEE Signal Processing Letters 21, 1389-1393. On the logit scale it covers better near 1
    than the plain one (G. Qin & L. Hotilovac, 2008, Statistical Methods in Medical Research 17, 207-221).
    The interval is None where no spread can be seen: AUC 0 or 1, a class of one image, or no variance.

    Raises:
        ValueError: one class only, or as `checked_answers`.
    """
    from scipy.stats import rankdata

    labels, p = checked_answers(labels, probabilities)
    yes, no = p[labels == 1], p[labels == 0]
    if not len(yes) or not len(no):
        raise ValueError("labels must hold both classes; of one alone nothing is ranked")
    ranks = rankdata(np.concatenate([yes, no]))
    # For each image, the share of the other class that it is ranked rightly against.
    of_yes = (ranks[: len(yes)] - rankdata(yes)) / len(no)
    of_no = 1 - (ranks[len(yes) :] - rankdata(no)) / len(yes)
    auc = float(of_yes.mean())
    if min(len(yes), len(no)) < 2:
        return auc, None
    variance = of_yes.var(ddof=1) / len(yes) + of_no.var(ddof=1) / len(no)
    return auc, _logit_interval(auc, math.sqrt(variance), level)


def roc_curve(labels: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
    """Columns fpr, tpr and threshold, from (0, 0) to (1, 1), thinned; both classes are needed.

    At a point, probabilities of `threshold` and above count as yes; NaN where none does.
    """
    from sklearn import metrics

    fpr, tpr, threshold = metrics.roc_curve(labels, probabilities)
    threshold = np.where(np.isfinite(threshold), threshold, np.nan)
    return thinned(pd.DataFrame({"fpr": fpr, "tpr": tpr, "threshold": threshold}))


def precision_recall_curve(labels: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
    """Columns recall, precision and threshold, by rising recall, thinned; both classes are needed.

    At a point, probabilities of `threshold` and above count as yes. The first point, recall 0 at precision 1,
    is where the curve begins by convention; its threshold is NaN.
    """
    from sklearn import metrics

    precision, recall, threshold = metrics.precision_recall_curve(labels, probabilities)
    points = {"recall": recall, "precision": precision, "threshold": np.append(threshold, np.nan)}
    return thinned(pd.DataFrame(points).iloc[::-1].reset_index(drop=True))


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """The points of a curve that can be told apart when drawn; the first two columns are its axes, 0..1.

    Of neighbours in one cell of a GRID x GRID raster only the first and the last are kept, so that a line
    through the points left is nowhere farther than a cell from the whole curve.
    """
    cells = np.round(curve.iloc[:, :2].to_numpy() * GRID)
    turns = (np.diff(cells, axis=0) != 0).any(axis=1)
    keep = np.append(True, turns) | np.append(turns, True)
    return curve[keep].reset_index(drop=True)


def _logit_interval(share: float, error: float, level: float) -> Interval | None:
    if not 0 < share < 1 or error == 0:
        return None
    from scipy.special import expit, logit

    reach = normal_quantile(level) * error / (share * (1 - share))
    return Interval(float(expit(logit(share) - reach)), float(expit(logit(share) + reach)), DELONG, level)

"""Curves and areas against scikit-learn's, DeLong's interval against its definition and its promise."""

import math

import numpy as np
import pytest

from core.evaluation.ranking import GRID, auc_with_interval, precision_recall_curve, ranking, roc_curve


def answers(n=300, seed=0, coarse=False):
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < 0.4).astype(np.uint8)
    p = np.clip(rng.normal(0.4 + 0.3 * labels, 0.25), 0, 1)
    return labels, (np.round(p, 1) if coarse else p).astype(np.float32)


def delong_by_definition(labels, p):
    """AUC and its variance from all pairs, as DeLong et al. write them (equations 1 to 5)."""
    yes, no = p[labels == 1].astype(float), p[labels == 0].astype(float)
    pairs = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    auc = pairs.mean()
    of_yes = ((pairs.mean(axis=1) - auc) ** 2).sum() / (len(yes) - 1)
    of_no = ((pairs.mean(axis=0) - auc) ** 2).sum() / (len(no) - 1)
    return auc, of_yes / len(yes) + of_no / len(no)


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("n", [9, 300])
def test_areas_are_scikit_learns(n, coarse):
    from sklearn.metrics import average_precision_score, roc_auc_score

    labels, p = answers(n, coarse=coarse)
    found = ranking(labels, p)
    assert found.auc == pytest.approx(roc_auc_score(labels, p), rel=1e-12)
    assert found.average_precision == pytest.approx(average_precision_score(labels, p), rel=1e-12)
    assert found.reason == ""


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_is_delongs_on_the_logit_scale(coarse, level):
    from scipy.stats import norm

    labels, p = answers(coarse=coarse)
    auc, variance = delong_by_definition(labels, p)
    reach = norm.ppf((1 + level) / 2) * math.sqrt(variance) / (auc * (1 - auc))
    found, interval = auc_with_interval(labels, p, level)
    assert found == pytest.approx(auc, rel=1e-12)
    for end, sign in ((interval.low, -1), (interval.high, 1)):
        assert math.log(end / (1 - end)) == pytest.approx(math.log(auc / (1 - auc)) + sign * reach)
    assert (interval.method, interval.level) == ("DeLong", level)


def test_turning_all_round_mirrors_the_interval():
    labels, p = answers()
    auc, interval = auc_with_interval(labels, p)
    mirrored, other = auc_with_interval(1 - labels, p)
    assert mirrored == pytest.approx(1 - auc)
    assert (other.low, other.high) == pytest.approx((1 - interval.high, 1 - interval.low))


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.5, 2.0])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(shift):
    """Normal scores `shift` apart have AUC = Phi(shift / sqrt 2)."""
    from scipy.special import expit
    from scipy.stats import norm

    rng, truth = np.random.default_rng(0), norm.cdf(shift / math.sqrt(2))
    labels = np.repeat([0, 1], [120, 80])
    covered = 0
    for _ in range(2000):
        _, interval = auc_with_interval(labels, expit(rng.normal(shift * labels)))
        covered += interval.low <= truth <= interval.high
    assert 0.935 <= covered / 2000 <= 0.965


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("n", [1, 50])
def test_one_class_only_gives_the_reason(label, n):
    found = ranking(np.full(n, label), np.linspace(0.1, 0.9, n))
    assert found.reason.startswith(f"All {n} images are labelled {'yes' if label else 'no'}")
    assert found.roc is found.precision_recall is found.auc is found.average_precision is None
    with pytest.raises(ValueError, match="both classes"):
        auc_with_interval(np.full(n, label), np.linspace(0.1, 0.9, n))


@pytest.mark.parametrize(
    ("labels", "p", "auc"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], 1.0),
        ([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], 0.0),
        ([0, 1, 0, 1], [0.5] * 4, 0.5),
        ([0, 1], [0.3, 0.3], 0.5),
        ([0, 0, 1], [0.2, 0.7, 0.5], 0.5),
    ],
)
def test_where_no_spread_is_seen_there_is_no_interval_but_a_reason(labels, p, auc):
    found = ranking(np.array(labels), np.array(p))
    assert found.auc == auc
    assert found.auc_interval is None
    assert "no interval" in found.reason


def test_a_small_curve_is_scikit_learns():
    from sklearn import metrics

    labels, p = answers(40)
    fpr, tpr, _ = metrics.roc_curve(labels, p)
    found = roc_curve(labels, p)
    assert np.array_equal(found[["fpr", "tpr"]], np.column_stack([fpr, tpr]))
    precision, recall, _ = metrics.precision_recall_curve(labels, p)
    found = precision_recall_curve(labels, p)
    assert np.array_equal(found[["recall", "precision"]], np.column_stack([recall, precision])[::-1])


@pytest.mark.parametrize("curve", [roc_curve, precision_recall_curve])
def test_thresholds_give_the_points_back(curve):
    labels, p = answers(500)
    points = curve(labels, p)
    assert points["threshold"].isna().tolist() == [True] + [False] * (len(points) - 1)
    for point in points[1:].itertuples():
        said = p >= point.threshold
        if curve is roc_curve:
            assert point.fpr == pytest.approx(said[labels == 0].mean())
            assert point.tpr == pytest.approx(said[labels == 1].mean())
        else:
            assert point.recall == pytest.approx(said[labels == 1].mean())
            assert point.precision == pytest.approx(labels[said].mean())


@pytest.mark.parametrize("curve", ["roc_curve", "precision_recall_curve"])
def test_a_large_curve_keeps_its_shape_in_few_points(curve):
    from sklearn import metrics

    labels, p = answers(50_000)
    points = {"roc_curve": roc_curve, "precision_recall_curve": precision_recall_curve}[curve](labels, p)
    first, second, _ = getattr(metrics, curve)(labels, p)
    whole = np.column_stack([first, second] if curve == "roc_curve" else [second[::-1], first[::-1]])
    kept = points.iloc[:, :2].to_numpy()
    assert len(kept) < 3_000
    assert np.array_equal(kept[[0, -1]], whole[[0, -1]])
    for start in range(0, len(whole), 500):
        some = whole[start : start + 500]
        nearest = np.abs(some[:, None] - kept).max(axis=2).min(axis=1)
        assert nearest.max() <= 1 / GRID


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="probabilities"):
        ranking(np.array([1, 0]), np.array([np.nan, 0.5]))

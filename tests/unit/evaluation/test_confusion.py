"""The confusion matrix against scikit-learn's, its rates against their definitions, and input without any."""

import numpy as np
import pytest

from core.evaluation import share_interval
from core.evaluation.confusion import CELLS, PARTS, Confusion, cell_masks, confusion_at

RATES = sorted(PARTS)


def answers(n=400, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n).astype(np.uint8)
    return labels, np.clip(rng.normal(0.3 + 0.4 * labels, 0.3), 0, 1).astype(np.float32)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.97, 1.0])
def test_the_cells_are_scikit_learns(threshold):
    from sklearn.metrics import confusion_matrix

    labels, p = answers()
    tn, fp, fn, tp = confusion_matrix(labels, p.astype(float) > threshold, labels=[0, 1]).ravel()
    assert confusion_at(labels, p, threshold) == Confusion(tp=tp, fp=fp, fn=fn, tn=tn)


def test_the_rates_are_scikit_learns():
    from sklearn.metrics import accuracy_score, precision_score, recall_score

    labels, p = answers()
    found, said = confusion_at(labels, p), p > 0.5
    assert found.n == 400
    assert found.accuracy == accuracy_score(labels, said)
    assert found.precision == precision_score(labels, said)
    assert found.recall == recall_score(labels, said)
    assert found.specificity == recall_score(labels, said, pos_label=0)
    assert found.for_ == pytest.approx(1 - precision_score(labels, said, pos_label=0))
    assert (found.fpr, found.fnr) == (pytest.approx(1 - found.specificity), pytest.approx(1 - found.recall))
    assert found.fdr == pytest.approx(1 - found.precision)


@pytest.mark.parametrize("name", RATES)
def test_a_rates_interval_is_wilsons_of_its_own_denominator(name):
    from statsmodels.stats.proportion import proportion_confint

    found = confusion_at(*answers())
    over, under = found.counts(name)
    interval = found.interval(name)
    assert (interval.low, interval.high) == pytest.approx(proportion_confint(over, under, method="wilson"))
    assert found.interval(name, 0.8) == share_interval(over, under, 0.8)
    assert interval.low < found.rate(name) < interval.high


@pytest.mark.parametrize(
    ("labels", "p", "without"),
    [
        ([1, 1], [0.9, 0.2], {"fpr", "specificity"}),
        ([0, 0], [0.9, 0.2], {"fnr", "recall"}),
        ([0, 1], [0.1, 0.2], {"fdr", "precision"}),
        ([0, 1], [0.8, 0.9], {"for_"}),
        ([1], [0.9], {"fpr", "specificity", "for_"}),
        ([1, 0], [0.9, 0.1], set()),
        ([1, 0], [0.1, 0.9], set()),
    ],
)
def test_a_rate_without_a_denominator_is_none_and_so_is_its_interval(labels, p, without):
    found = confusion_at(np.array(labels), np.array(p))
    assert {name for name in RATES if found.rate(name) is None} == without
    assert {name for name in RATES if found.interval(name) is None} == without


def test_all_right_and_all_wrong():
    labels = np.array([1, 0, 1])
    assert confusion_at(labels, labels.astype(float)) == Confusion(tp=2, fp=0, fn=0, tn=1)
    assert confusion_at(labels, 1.0 - labels) == Confusion(tp=0, fp=1, fn=2, tn=0)


def test_a_probability_on_the_threshold_counts_as_no():
    """A float32 of 0.3 lies a little above 0.3, and counts as yes."""
    found = confusion_at(np.ones(3, int), np.array([0.3, np.float32(0.3), 0.29]), 0.3)
    assert (found.tp, found.fn) == (1, 2)
    assert confusion_at(np.ones(1, int), np.array([0.3], np.float32), 0.3).tp == 1


def test_each_image_is_in_one_cell():
    labels, p = answers()
    masks = cell_masks(labels, p, 0.4)
    assert tuple(masks) == CELLS
    assert np.array_equal(sum(mask.astype(int) for mask in masks.values()), np.ones(400))
    wrong = masks["fp"] | masks["fn"]
    assert np.array_equal(wrong, (p > 0.4) != labels)


@pytest.mark.parametrize(
    ("labels", "p"),
    [([], []), ([1], [np.nan]), ([np.nan], [0.5]), ([2], [0.5]), ([1, 0], [0.5]), ([[1]], [[0.5]])],
)
def test_what_has_no_cells_is_refused(labels, p):
    with pytest.raises(ValueError, match=r"probabilities|labels"):
        confusion_at(np.array(labels), np.array(p))

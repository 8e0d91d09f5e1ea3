"""Likely wrong labels: the counts of the paper, the order, and what planted errors cost."""

import sys

import numpy as np
import pytest

from core.evaluation.held_out import FOLDS, PASSES, held_out_probabilities, person_folds
from core.evaluation.label_errors import FEWEST, Judge, judge_of, label_errors


def scores(seed: int, n: int = 400, wrong: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels of which `wrong` are flipped, probabilities of a fair model, and the flipped rows."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.3).astype(int)
    probabilities = 1 / (1 + np.exp(-(np.where(truth == 1, 2.0, -2.0) + rng.normal(0, 1.2, n))))
    flipped = rng.choice(n, wrong, replace=False)
    labels = truth.copy()
    labels[flipped] ^= 1
    return labels, probabilities, flipped


def test_thresholds_are_what_each_class_gets_on_average():
    found = label_errors(np.array([0, 0, 1, 1]), np.array([0.1, 0.3, 0.6, 0.8]))
    assert found.thresholds == pytest.approx((0.8, 0.7))


def test_a_label_is_likely_wrong_when_the_other_class_reaches_its_threshold():
    labels = np.array([0, 0, 0, 1, 1, 1])
    ones = np.array([0.1, 0.2, 0.9, 0.8, 0.9, 0.1])
    found = label_errors(labels, ones)
    assert found.likely.tolist() == [False, False, True, False, False, True]
    assert set(found.order[:2].tolist()) == {2, 5}


def test_planted_errors_come_first():
    for seed in range(5):
        labels, probabilities, flipped = scores(seed)
        order = label_errors(labels, probabilities).order
        assert np.isin(order[: 2 * len(flipped)], flipped).sum() >= 0.8 * len(flipped)


def test_the_order_holds_every_row_once_and_is_the_same_each_time():
    labels, probabilities, _ = scores(0)
    first, again = (label_errors(labels, probabilities).order for _ in range(2))
    assert sorted(first.tolist()) == list(range(len(labels)))
    assert first.tolist() == again.tolist()


def test_the_two_classes_are_treated_alike():
    labels, probabilities, _ = scores(1)
    one, other = label_errors(labels, probabilities), label_errors(1 - labels, 1 - probabilities)
    assert one.likely.tolist() == other.likely.tolist()
    assert one.doubt == pytest.approx(other.doubt)


def test_a_single_class_has_no_likely_errors():
    found = label_errors(np.ones(3, int), np.array([0.9, 0.5, 0.01]))
    assert not found.likely.any()
    assert np.isnan(found.thresholds[0])
    assert found.order.tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("labels", "ones"), [([0, 1], [0.5]), ([0, 2], [0.5, 0.5]), ([0, 1], [0.5, 1.1]), ([0, 1], [0.5, np.nan])]
)
def test_what_is_no_label_or_probability_is_refused(labels: list, ones: list):
    with pytest.raises(ValueError, match=r"label|probabilit"):
        label_errors(np.array(labels), np.array(ones))


def test_a_judge_is_as_good_as_its_agreement_with_labels():
    judge = judge_of(np.array([0, 0, 0, 1]), np.array([0.1, 0.5, 0.2, 0.9]))
    assert judge == Judge(4, 3, 3)
    assert judge.accuracy == judge.majority == 0.75
    assert judge.interval.low < 0.75 < judge.interval.high


def test_a_judge_that_guesses_is_not_trusted_whatever_it_doubts():
    rng = np.random.default_rng(0)
    labels, ones = np.arange(2000) % 2, rng.random(2000)
    assert label_errors(labels, ones).likely.sum() > 500
    assert not judge_of(labels, ones).trusted


def test_a_judge_that_follows_the_commoner_label_is_not_trusted():
    labels = (np.arange(2000) < 100).astype(int)
    judge = judge_of(labels, np.full(2000, 0.01))
    assert judge.accuracy == 0.95
    assert not judge.trusted and judge.avoided < 0


def test_a_good_judge_is_trusted_only_with_enough_labels():
    assert Judge(2000, 1880, 1134).trusted
    assert not Judge(FEWEST - 1, FEWEST - 1, FEWEST // 2).trusted


@pytest.mark.parametrize("labels", [[], [1, 1, 1]])
def test_of_no_labels_or_of_one_class_nobody_can_judge(labels: list):
    judge = judge_of(np.array(labels, int), np.full(len(labels), 0.9))
    assert not judge.trusted and judge.avoided == 0


def test_cleanlab_takes_the_same_labels_for_wrong():
    """cleanlab is no part of the product; where it is installed it checks our few lines."""
    find = pytest.importorskip("cleanlab.filter").find_label_issues
    for seed in range(5):
        labels, ones, _ = scores(seed)
        both = np.stack([1 - ones, ones], axis=1)
        theirs = find(labels, both, filter_by="confident_learning", n_jobs=1)
        assert theirs.tolist() == label_errors(labels, ones).likely.tolist()


def test_nobody_is_judged_by_a_model_that_has_seen_the_person():
    persons = np.repeat(np.arange(40), 5)
    labels = np.repeat(np.arange(40) % 2, 5)
    fold = person_folds(labels, persons)
    assert all(len(set(fold[persons == person])) == 1 for person in range(40))
    assert np.bincount(fold, minlength=FOLDS).tolist() == [40] * FOLDS
    assert all(0.3 < labels[fold == i].mean() < 0.7 for i in range(FOLDS))


def test_images_of_nobody_known_are_dealt_out_one_by_one():
    fold = person_folds(np.arange(20) % 2, np.full(20, -1))
    assert np.bincount(fold).tolist() == [4] * FOLDS


def test_held_out_probabilities_find_planted_errors_and_tell_how_far_they_are():
    rng = np.random.default_rng(0)
    truth = np.arange(300) % 2
    vectors = rng.normal(0, 1, (300, 20)).astype(np.float32)
    vectors[:, :3] += truth[:, None] * 2.5
    flipped = rng.choice(300, 15, replace=False)
    labels = truth.copy()
    labels[flipped] ^= 1
    told: list[tuple[int, int]] = []
    found = held_out_probabilities(vectors, labels, None, on_fold=lambda *at: told.append(at))
    assert ((found > 0.5) == truth).mean() > 0.85
    assert np.isin(label_errors(labels, found).order[:30], flipped).sum() >= 10
    assert told[-1] == (len(PASSES) * FOLDS, len(PASSES) * FOLDS)


def test_too_few_persons_or_a_single_class_are_said():
    with pytest.raises(ValueError, match="3 persons"):
        person_folds(np.array([0, 1, 0]), np.array([1, 2, 3]))
    with pytest.raises(ValueError, match="one class"):
        held_out_probabilities(np.zeros((10, 2)), np.zeros(10, int), None)


def test_scikit_learn_waits_until_it_is_needed():
    assert "core.evaluation.held_out" in sys.modules
    import core.evaluation.held_out as module

    assert not hasattr(module, "LogisticRegression")

"""Scores against scikit-learn's, at Keras's threshold, and on input that has no score."""

import numpy as np
import pytest

from core.evaluation import accuracy, binary_cross_entropy, predicted_classes


@pytest.fixture
def answers():
    """Labels and probabilities of 400 images, some of them far off."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400).astype(np.uint8)
    return labels, np.clip(rng.normal(0.3 + 0.4 * labels, 0.3), 0, 1).astype(np.float32)


def test_accuracy_and_loss_are_scikit_learns(answers):
    from sklearn.metrics import accuracy_score, log_loss

    labels, p = answers
    assert accuracy(labels, p) == accuracy_score(labels, p > 0.5)
    clipped = np.clip(p.astype(np.float64), 1e-7, 1 - 1e-7)
    assert binary_cross_entropy(labels, p) == pytest.approx(log_loss(labels, clipped), rel=1e-9)


@pytest.mark.parametrize("threshold", [0.0, 0.2, 0.9, 1.0])
def test_accuracy_at_another_threshold(answers, threshold):
    labels, p = answers
    assert accuracy(labels, p, threshold) == np.mean((p > threshold) == labels)


def test_exactly_one_half_counts_as_no():
    """As Keras's BinaryAccuracy decides."""
    assert predicted_classes(np.array([0.5, np.nextafter(0.5, 1), 0.0, 1.0])).tolist() == [0, 1, 0, 1]
    assert accuracy(np.array([0]), np.array([0.5])) == 1.0


def test_classes_are_bytes_of_the_same_shape():
    classes = predicted_classes([0.1, 0.9, 0.7])
    assert (classes.dtype, classes.shape) == (np.uint8, (3,))


def test_certain_answers_have_a_finite_loss():
    assert binary_cross_entropy(np.array([1, 0]), np.array([1.0, 0.0])) == pytest.approx(1e-7, rel=1e-3)
    assert binary_cross_entropy(np.array([0]), np.array([1.0])) == pytest.approx(-np.log(1e-7), rel=1e-6)


@pytest.mark.parametrize("score", [accuracy, binary_cross_entropy])
@pytest.mark.parametrize(
    ("labels", "p"),
    [
        ([], []),
        ([1], [0.5, 0.5]),
        ([1, 0], [0.5]),
        ([1], [np.nan]),
        ([1], [1.0001]),
        ([0], [-0.0001]),
        ([1, 0], [np.inf, 0.5]),
    ],
)
def test_what_has_no_score_is_refused(score, labels, p):
    with pytest.raises(ValueError, match="probabilities"):
        score(np.array(labels), np.array(p, np.float32))

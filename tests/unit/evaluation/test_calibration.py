"""Calibration against scikit-learn and scipy, on probabilities of 0 and 1, and on input that says little."""

import numpy as np
import pytest

from core.evaluation import binary_cross_entropy
from core.evaluation.calibration import (
    TEMPERATURES,
    brier_score,
    calibrated,
    expected_calibration_error,
    fit_temperature,
    reliability,
    score_histogram,
)


def answers(n=3000, temperature=1.0, seed=0):
    """Images whose labels follow the probabilities, which are then told too sure by `temperature`."""
    from scipy.special import expit

    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, n)
    labels = (rng.random(n) < expit(logits)).astype(np.uint8)
    return labels, expit(logits * temperature).astype(np.float32)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_the_temperature_that_spoilt_them_is_found(temperature):
    labels, p = answers(20_000, temperature)
    found = fit_temperature(labels, p)
    assert found.value == pytest.approx(temperature, rel=0.1)
    assert found.note == ""
    assert expected_calibration_error(labels, calibrated(p, found.value)) < 0.02


def test_the_temperature_is_a_logistic_regressions_without_intercept():
    """The inverse of its one coefficient, fitted without a penalty by scikit-learn."""
    from scipy.special import logit
    from sklearn.linear_model import LogisticRegression

    labels, p = answers(temperature=1.7)
    logits = logit(np.clip(p.astype(float), 1e-7, 1 - 1e-7))[:, None]
    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-8).fit(logits, labels)
    assert fit_temperature(labels, p).value == pytest.approx(1 / model.coef_[0, 0], rel=1e-3)


def test_no_other_temperature_has_a_lower_loss():
    labels, p = answers(200, 3.0)
    best = binary_cross_entropy(labels, calibrated(p, fit_temperature(labels, p).value))
    for other in np.geomspace(*TEMPERATURES, 200):
        assert best <= binary_cross_entropy(labels, calibrated(p, other)) + 1e-9


@pytest.mark.parametrize(
    ("labels", "p", "value", "note"),
    [
        ([0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9], TEMPERATURES[0], "surer answers"),
        ([1, 1, 0, 0], [0.1, 0.4, 0.6, 0.9], TEMPERATURES[1], "no better than chance"),
        ([1, 1, 1], [0.7, 0.8, 0.9], TEMPERATURES[0], "one class"),
        ([0, 0, 0], [0.7, 0.8, 0.9], TEMPERATURES[1], "one class"),
        ([1], [0.9], TEMPERATURES[0], "one class"),
        ([0, 1], [0.5, 0.5], 1.0, "All probabilities are 0.5"),
        ([0, 1], [0.0, 1.0], TEMPERATURES[0], "surer answers"),
        ([1, 0], [0.0, 1.0], TEMPERATURES[1], "no better than chance"),
    ],
)
def test_a_fit_without_an_optimum_is_bounded_and_says_so(labels, p, value, note):
    found = fit_temperature(np.array(labels), np.array(p, np.float32))
    assert found.value == pytest.approx(value)
    assert note in found.note


def test_a_temperature_keeps_order_and_answers():
    _, p = answers()
    cooler = calibrated(p, 2.5)
    assert np.array_equal(np.argsort(p, kind="stable"), np.argsort(cooler, kind="stable"))
    assert np.array_equal(p > 0.5, cooler > 0.5)
    assert calibrated(p, 1.0) == pytest.approx(p.astype(float), abs=2e-7)


def test_certain_probabilities_stay_within_bounds():
    found = calibrated(np.array([0, 1], np.float32), 2.0)
    assert 0 < found[0] < 0.01 < 0.99 < found[1] < 1
    assert np.isfinite(calibrated(np.array([0.0, 1.0]), TEMPERATURES[0])).all()


@pytest.mark.parametrize("temperature", [0, -1, np.nan, np.inf])
def test_what_is_no_temperature_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature"):
        calibrated(np.array([0.5]), temperature)


def test_the_reliability_table_is_scikit_learns():
    from sklearn.calibration import calibration_curve
    from statsmodels.stats.proportion import proportion_confint

    labels, p = answers(400, 2.0)
    p[:60] = np.round(p[:60], 1)
    table = reliability(labels, p)
    observed, predicted = calibration_curve(labels, p.astype(float), n_bins=10)
    filled = table[table["n"] > 0]
    assert filled["observed"].to_numpy() == pytest.approx(observed)
    assert filled["predicted"].to_numpy() == pytest.approx(predicted)
    assert table["n"].sum() == 400
    low, high = proportion_confint(filled["observed"] * filled["n"], filled["n"], method="wilson")
    assert filled["observed_low"].to_numpy() == pytest.approx(low.to_numpy(), abs=1e-12)
    assert filled["observed_high"].to_numpy() == pytest.approx(high.to_numpy(), abs=1e-12)


def test_bins_without_images_are_there_but_empty():
    table = reliability(np.array([0, 1]), np.array([0.0, 1.0], np.float32))
    assert table["n"].tolist() == [1] + [0] * 8 + [1]
    assert table["observed"].isna().sum() == table["predicted"].isna().sum() == 8
    assert (table["low"].iloc[0], table["high"].iloc[-1]) == (0, 1)


@pytest.mark.parametrize(
    ("labels", "p", "error"),
    [([0, 1], [0, 1], 0), ([1, 0], [0, 1], 1), ([1], [0.7], 0.3), ([0, 1], [0.45, 0.45], 0.05)],
)
def test_ece_of_answers_that_can_be_reckoned_by_hand(labels, p, error):
    assert expected_calibration_error(np.array(labels), np.array(p)) == pytest.approx(error)


def test_ece_is_the_sum_over_bins():
    labels, p = answers(500, 3.0)
    p = p.astype(float)
    parts = [(p > low) & (p <= low + 0.1) for low in np.arange(10) / 10]
    by_hand = sum(abs(p[part].mean() - labels[part].mean()) * part.mean() for part in parts if part.any())
    assert expected_calibration_error(labels, p) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("labels", "p", "score"),
    [([1], [1], 0), ([0], [1], 1), ([1, 1], [0.5, 0.5], 0.25), ([0, 0], [0.5, 0.1], 0.13)],
)
def test_brier_of_answers_that_can_be_reckoned_by_hand(labels, p, score):
    assert brier_score(np.array(labels), np.array(p)) == pytest.approx(score)


def test_brier_is_the_mean_squared_error():
    labels, p = answers(200)
    assert brier_score(labels, p) == pytest.approx(np.mean((p.astype(float) - labels) ** 2), rel=1e-12)


def test_the_histogram_counts_each_image_once_by_class():
    labels, p = answers(500)
    table = score_histogram(labels, p)
    assert len(table) == 20
    assert (table["no"].sum(), table["yes"].sum()) == (np.sum(labels == 0), np.sum(labels == 1))
    row = table.iloc[7]
    inside = (p >= row["low"]) & (p < row["high"])
    assert row["yes"] == np.sum(labels[inside] == 1)
    ends = score_histogram(np.array([0, 1]), np.array([0.0, 1.0]))
    assert (ends["no"].iloc[0], ends["yes"].iloc[-1]) == (1, 1)


@pytest.mark.parametrize(
    "score", [fit_temperature, reliability, expected_calibration_error, brier_score, score_histogram]
)
@pytest.mark.parametrize(("labels", "p"), [([], []), ([1], [np.nan]), ([np.nan], [0.5]), ([1, 0], [0.5])])
def test_what_has_no_score_is_refused(score, labels, p):
    with pytest.raises(ValueError, match=r"probabilities|labels"):
        score(np.array(labels), np.array(p))

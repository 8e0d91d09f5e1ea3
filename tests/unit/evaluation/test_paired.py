"""Paired comparison against published tables, statsmodels and scipy, and on input that decides nothing."""

import numpy as np
import pytest

from core.evaluation import compare, holm, paired_cells, resampled_ratio, verdict
from core.evaluation.paired import FEW_DISCORDANT, large_sample_interval, mcnemar_p, newcombe_interval

PUBLISHED = [
    # R. G. Newcombe, 1998, Statistics in Medicine 17, 2635-2650, table III, method 10: both, only A, only B,
    # neither, and the limits, rounded there to four places.
    (36, 12, 2, 0, 0.0569, 0.3404),
    (20, 12, 2, 16, 0.0562, 0.3292),
    (18, 12, 2, 18, 0.0562, 0.3290),
    (36, 14, 0, 0, 0.1528, 0.4167),
    (35, 14, 0, 1, 0.1461, 0.4175),
    (18, 14, 0, 18, 0.1441, 0.3963),
    (2, 97, 1, 0, 0.8721, 0.9854),
    (0, 29, 1, 0, 0.6666, 0.9882),
    (2, 98, 0, 0, 0.9178, 0.9945),
    (1, 98, 0, 1, 0.9171, 0.9916),
    (0, 30, 0, 0, 0.8395, 1.0000),
    (54, 0, 0, 0, -0.0664, 0.0664),
    (53, 0, 0, 1, -0.0729, 0.0729),
    (30, 0, 0, 24, -0.0358, 0.0358),
    (27, 0, 0, 27, -0.0351, 0.0351),
    # M. W. Fagerland, S. Lydersen, P. Laake, 2017, Statistical Analysis of Contingency Tables, chapter 8.
    (59, 6, 16, 80, -0.1186, -0.0046),
]
TABLES = [(36, 12, 2, 0), (900, 50, 30, 20), (5, 0, 9, 3), (0, 1, 0, 0), (7, 0, 0, 3), (0, 40, 40, 0)]


def answers(both: int, only_a: int, only_b: int, neither: int, seed: int = 0):
    """Labels and two models' probabilities with so many images in each cell, shuffled."""
    a = np.repeat([1, 1, 0, 0], (both, only_a, only_b, neither))
    b = np.repeat([1, 0, 1, 0], (both, only_a, only_b, neither))
    rng = np.random.default_rng(seed)
    labels, order = rng.integers(0, 2, len(a)), rng.permutation(len(a))
    sure = rng.uniform(0.51, 1, len(a))
    return labels, *(np.where(right[order] == labels, sure, 1 - sure) for right in (a, b))


@pytest.mark.parametrize("row", PUBLISHED, ids=str)
def test_newcombes_interval_is_the_published_one(row):
    found = newcombe_interval(*row[:4])
    assert (found.low, found.high) == (pytest.approx(row[4], abs=5e-5), pytest.approx(row[5], abs=5e-5))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_swapping_the_models_mirrors_newcombes_interval(table):
    both, only_a, only_b, neither = table
    one, other = newcombe_interval(*table), newcombe_interval(both, only_b, only_a, neither)
    assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))
    assert -1 <= one.low < one.high <= 1


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_p_is_statsmodels_exact_mcnemar(table):
    from statsmodels.stats.contingency_tables import mcnemar

    both, only_a, only_b, neither = table
    theirs = mcnemar([[both, only_a], [only_b, neither]], exact=True).pvalue
    assert mcnemar_p(only_a, only_b) == pytest.approx(float(theirs))


@pytest.mark.parametrize(
    ("only_a", "only_b"), [(0, 0), (1, 0), (7, 7), (7, 8), (3, 60), (1572, 1102), (0, 5000)]
)
def test_p_is_scipys_binomial_test(only_a, only_b):
    from scipy.stats import binomtest

    theirs = binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert mcnemar_p(only_a, only_b) == pytest.approx(theirs, rel=1e-9)


def test_the_large_sample_interval_is_statsmodels_robust_one():
    import statsmodels.api as sm

    steps = np.repeat([1, -1, 0], (70, 40, 890)).astype(float)
    theirs = sm.OLS(steps, np.ones(1000)).fit(cov_type="HC0").conf_int()[0]
    found = large_sample_interval(70, 40, 1000)
    assert (found.low, found.high) == (pytest.approx(theirs[0]), pytest.approx(theirs[1]))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_the_counts_and_accuracies_are_scikit_learns(table):
    from sklearn.metrics import accuracy_score

    labels, a, b = answers(*table)
    found = compare(labels, a, b)
    assert (found.both_right, found.only_a, found.only_b, found.both_wrong) == table
    assert found.n == sum(table)
    assert found.accuracy_a == pytest.approx(accuracy_score(labels, a > 0.5))
    assert found.accuracy_b == pytest.approx(accuracy_score(labels, b > 0.5))
    assert found.difference == pytest.approx(found.accuracy_a - found.accuracy_b)
    assert found.interval.low <= found.difference <= found.interval.high


def test_cells_are_positions_that_part_all_images():
    labels, a, b = answers(30, 5, 7, 8)
    cells = paired_cells(labels, a, b)
    assert list(cells) == ["both_right", "only_a", "only_b", "both_wrong"]
    assert sorted(np.concatenate(list(cells.values()))) == list(range(50))
    only_a = cells["only_a"]
    assert ((a[only_a] > 0.5) == labels[only_a]).all()
    assert ((b[only_a] > 0.5) != labels[only_a]).all()
    assert (np.diff(only_a) > 0).all()


def test_another_threshold_makes_other_cells():
    labels, a, b = np.array([1, 1, 0]), np.array([0.6, 0.9, 0.2]), np.array([0.9, 0.6, 0.2])
    assert paired_cells(labels, a, b, 0.7)["only_a"].tolist() == [1]
    assert compare(labels, a, b, threshold=0.7).only_b == 1
    assert compare(labels, a, b).both_right == 3


def test_exactly_the_threshold_counts_as_no():
    cells = paired_cells(np.array([1]), np.array([0.5]), np.array([np.nextafter(0.5, 1)]))
    assert len(cells["only_b"]) == 1


@pytest.mark.parametrize(
    ("discordant", "persons", "method"),
    [
        ((FEW_DISCORDANT - 1, 0), None, "Newcombe"),
        ((FEW_DISCORDANT - 1, 0), "repeated", "Newcombe"),
        ((10, FEW_DISCORDANT - 10), None, "large sample"),
        ((10, FEW_DISCORDANT - 10), "single", "large sample"),
        ((10, FEW_DISCORDANT - 10), "repeated", "persons resampled"),
        ((10, FEW_DISCORDANT - 10), "one", "large sample"),
    ],
)
def test_the_method_suits_the_images(discordant, persons, method):
    labels, a, b = answers(170, *discordant, 10)
    n = len(labels)
    ids = {None: None, "single": np.arange(n), "repeated": np.arange(n) // 4, "one": np.zeros(n)}[persons]
    found = compare(labels, a, b, ids).interval
    assert found.method == method
    assert found.low < found.high


def test_persons_are_resampled_with_both_models_answers_together():
    labels, a, b = answers(150, 30, 20, 0)
    persons = np.arange(200) // 5
    steps = ((a > 0.5) == labels).astype(int) - ((b > 0.5) == labels)
    found = compare(labels, a, b, persons, seed=3, level=0.9).interval
    expected = resampled_ratio(steps, np.ones(200), persons, seed=3, level=0.9, bca=False)
    assert (found.low, found.high) == expected
    assert found.level == 0.9


def test_the_same_page_shows_the_same_numbers():
    labels, a, b = answers(150, 30, 20, 0)
    assert compare(labels, a, b, np.arange(200) // 5) == compare(labels, a, b, np.arange(200) // 5)


def test_a_model_against_itself_differs_in_nothing():
    labels, a, _ = answers(80, 0, 0, 20)
    found = compare(labels, a, a)
    assert (found.difference, found.p_value) == (0, 1)
    assert verdict(found.difference, found.p_value) == "within_noise"


@pytest.mark.parametrize("right", [0, 1])
def test_one_image_decides_nothing(right):
    for label in (0, 1):
        found = compare(np.array([label]), np.array([float(right)]), np.array([1.0 - right]))
        assert (found.n, found.only_a + found.only_b, found.p_value) == (1, 1, 1)
        assert found.interval.low < 0 < found.interval.high


@pytest.mark.parametrize(
    ("labels", "a", "b"),
    [
        ([], [], []),
        ([1, 0], [0.5], [0.5, 0.5]),
        ([1, 0], [0.5, 0.5], [0.5]),
        ([1], [np.nan], [0.5]),
        ([1], [0.5], [np.nan]),
        ([np.nan], [0.5], [0.5]),
        ([2], [0.5], [0.5]),
        ([1], [1.2], [0.5]),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_refused(labels, a, b):
    with pytest.raises(ValueError, match=r"labels|probabilities"):
        compare(np.array(labels), np.array(a), np.array(b))


def test_persons_of_other_images_are_refused():
    with pytest.raises(ValueError, match="1 persons for 2 images"):
        compare([1, 0], [0.9, 0.2], [0.9, 0.2], [1])


@pytest.mark.parametrize("m", [0, 1, 2, 9])
def test_holm_is_statsmodels(m):
    from statsmodels.stats.multitest import multipletests

    rng = np.random.default_rng(m)
    for p in (rng.random(m), rng.random(m) / 50, np.repeat(0.03, m)):
        theirs = multipletests(p, method="holm")[1] if m else []
        assert holm(p).tolist() == pytest.approx(list(theirs))


@pytest.mark.parametrize("p", [np.nan, -0.1, 1.1])
def test_what_is_no_p_value_is_refused(p):
    with pytest.raises(ValueError, match="p-values"):
        holm([0.5, p])


@pytest.mark.parametrize(
    ("difference", "p", "expected"),
    [
        (0.1, 0.049, "a_better"),
        (-0.1, 0.049, "b_better"),
        (0.1, 0.05, "within_noise"),
        (-0.1, 1.0, "within_noise"),
    ],
)
def test_the_verdict_is_decided_by_p_below_five_percent(difference, p, expected):
    assert verdict(difference, p) == expected

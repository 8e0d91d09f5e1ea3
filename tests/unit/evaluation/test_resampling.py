"""The person bootstrap against scipy's and statsmodels' own, on few persons, and on input that has none."""

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import NO_PERSON
from core.evaluation import person_groups, resampled_ratio
from core.evaluation.resampling import RESAMPLES, UNKNOWN_PERSONS, has_repeats


def alike(*ends: float, within: float) -> tuple:
    """Ends of an interval, each about as given."""
    return tuple(pytest.approx(end, abs=within) for end in ends)


@pytest.fixture
def album():
    """600 images of 120 persons, of whom some are recognised far better than others."""
    rng = np.random.default_rng(4)
    persons = np.repeat(np.arange(120), 5)
    right = rng.random(600) < np.repeat(rng.beta(6, 1, 120), 5)
    return right.astype(int), persons


@pytest.mark.parametrize(("bca", "method"), [(True, "BCa"), (False, "percentile")])
def test_without_repeats_it_is_scipys(bca, method):
    from scipy.stats import bootstrap

    values = np.random.default_rng(0).exponential(size=300)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=20_000, method=method, rng=np.random.default_rng(1)
    ).confidence_interval
    ours = resampled_ratio(values, np.ones(300), np.arange(300), bca=bca, resamples=20_000)
    assert ours == alike(*theirs, within=0.03 * (theirs.high - theirs.low))


def test_bca_moves_a_skewed_interval_and_leaves_an_even_one():
    even = np.random.default_rng(0).normal(size=300)
    skewed = np.exp(even)
    for values, moved in ((skewed, True), (np.concatenate([even, -even]), False)):
        n = len(values)
        plain, bca = (resampled_ratio(values, np.ones(n), np.arange(n), bca=bca) for bca in (False, True))
        assert (bca[1] - plain[1] > 0.05 * (plain[1] - plain[0])) is moved


def test_it_is_as_wide_as_statsmodels_cluster_robust_error(album):
    import statsmodels.api as sm

    right, persons = album
    fit = sm.OLS(right, np.ones(600)).fit(cov_type="cluster", cov_kwds={"groups": persons}, use_t=True)
    low, high = resampled_ratio(right, np.ones(600), persons, resamples=20_000)
    assert high - low == pytest.approx(float(np.diff(fit.conf_int()[0])[0]), rel=0.05)


def test_a_ratio_of_sums_weighs_persons_by_their_images():
    """Against a plain loop over drawn persons."""
    rng = np.random.default_rng(2)
    persons = rng.integers(0, 60, 500)
    above, below = rng.integers(0, 2, 500), rng.integers(0, 2, 500)
    rows = [np.flatnonzero(persons == person) for person in range(60)]
    loop = []
    for _ in range(4000):
        drawn = np.concatenate([rows[person] for person in rng.integers(0, 60, 60)])
        loop.append((above * below)[drawn].sum() / below[drawn].sum())
    low, high = resampled_ratio(above * below, below, persons)
    plain = np.quantile(loop, [0.025, 0.975])
    assert (low, high) == alike(*plain, within=0.15 * (plain[1] - plain[0]))


def test_the_same_seed_gives_the_same_interval_in_any_order_of_images(album):
    right, persons = album
    ends = resampled_ratio(right, np.ones(600), persons, seed=7)
    shuffled = np.random.default_rng(9).permutation(600)
    assert resampled_ratio(right[shuffled], np.ones(600), persons[shuffled], seed=7) == ends
    assert resampled_ratio(right, np.ones(600), persons, seed=8) != ends


def test_many_resamples_are_drawn_in_parts_and_come_to_the_same(album, monkeypatch):
    right, persons = album
    whole = resampled_ratio(right, np.ones(600), persons)
    monkeypatch.setattr("core.evaluation.resampling.CELLS", RESAMPLES)
    assert resampled_ratio(right, np.ones(600), persons) == alike(*whole, within=1e-12)


def test_a_person_photographed_twice_over_widens_nothing_but_the_naive_interval(album):
    """Copies of the same photos say nothing new; an interval that counted images would shrink."""
    right, persons = album
    once = resampled_ratio(right, np.ones(600), persons)
    twice = resampled_ratio(np.tile(right, 2), np.ones(1200), np.tile(persons, 2))
    assert twice == alike(*once, within=1e-12)


def test_few_persons_make_it_as_much_wider_as_students_t():
    from scipy.stats import bootstrap, t

    values = np.random.default_rng(3).normal(size=8)
    plain = bootstrap((values,), np.mean, n_resamples=20_000, rng=np.random.default_rng(1))
    narrow = plain.confidence_interval.high - plain.confidence_interval.low
    low, high = resampled_ratio(values, np.ones(8), np.arange(8), resamples=20_000)
    widening = np.sqrt(8 / 7) * t.ppf(0.975, 7) / 1.96
    assert (high - low) / narrow == pytest.approx(widening, rel=0.05)


@pytest.mark.parametrize(
    "right",
    [np.ones(20), np.zeros(20), np.tile([1, 0, 1, 1, 0], 4)],
    ids=["all right", "all wrong", "all persons alike"],
)
def test_where_every_resample_is_the_same_it_knows_nothing(right):
    assert resampled_ratio(right, np.ones(20), np.repeat(np.arange(4), 5)) is None


def test_one_person_alone_tells_nothing_of_others():
    assert resampled_ratio([1, 0, 1], np.ones(3), np.zeros(3, int)) is None


def test_persons_outside_the_denominator_do_not_divide_by_zero():
    """With two persons, one of whom has no image to count, some resamples have nothing below."""
    low, high = resampled_ratio([1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 2, 2])
    assert 0 <= low <= high <= 1


@pytest.mark.parametrize(
    ("above", "below"),
    [([np.nan, 1], [1, 1]), ([1, 1], [np.nan, 1]), ([np.inf, 1], [1, 1]), ([0, 0], [0, 0])],
)
def test_what_has_no_ratio_is_refused(above, below):
    with pytest.raises(ValueError, match="finite numbers and a denominator above 0"):
        resampled_ratio(above, below, [0, 1])


@pytest.mark.parametrize(
    "persons",
    [
        np.array([7, 7, NO_PERSON, NO_PERSON]),
        np.array([7.0, 7.0, np.nan, np.nan]),
        np.array(["ann", "ann", "", None], object),
        pd.Series(["ann", "ann", None, ""], dtype="str"),
        pd.Series([7, 7, None, None], dtype="Int64"),
    ],
    ids=["minus one", "NaN", "objects", "text", "nullable"],
)
def test_unknown_persons_are_nobodys_twins(persons):
    groups = person_groups(persons, 4)
    assert groups[0] == groups[1]
    assert len(set(groups)) == 3
    assert has_repeats(groups)


def test_large_ids_are_not_confused():
    big = 2**53
    assert len(set(person_groups(np.array([big, big + 1, NO_PERSON]), 3))) == 3


def test_no_ids_at_all_make_each_image_its_own():
    assert person_groups(None, 3).tolist() == [0, 1, 2]
    assert not has_repeats(person_groups([NO_PERSON] * 3, 3))


def test_unknown_is_what_data_sets_call_unknown():
    assert NO_PERSON in UNKNOWN_PERSONS


def test_persons_of_other_images_are_refused():
    with pytest.raises(ValueError, match="2 persons for 3 images"):
        person_groups([1, 2], 3)

"""The estimate: measured speeds where there are any, and a guess that says it is one."""

import pytest

from core.jobs.estimate import START_UP_S, Estimate, Planned, estimate, estimate_all, total
from core.runs import State, TrainConfig
from tests.unit.ui.fabricated import metrics, summary

SPLITS = {"train": 800, "val": 90, "test": 110}
CONFIG = TrainConfig(weights="random", image_size=64, epochs=4)
RATES = {"training": 100.0, "computing features": 50.0}


def ended(config=CONFIG, rates=RATES, state=State.FINISHED):
    """A run that ended with these speeds."""
    scores = metrics(1, 2).model_copy(update={"images_per_second": rates})
    return summary(config=config, metrics=scores, state=state)


def seconds(config=CONFIG, *runs, splits=SPLITS):
    """The time estimated without starting up."""
    return estimate(config, splits, runs).seconds - START_UP_S


def test_without_runs_it_is_a_guess_and_says_so():
    guess = estimate(CONFIG, SPLITS, [])
    assert guess.seconds > START_UP_S
    assert not guess.measured


def test_a_run_here_makes_it_measured():
    """Four epochs of 800 training images and a third of half the other 200, at 100 a second."""
    found = estimate(CONFIG, SPLITS, [ended()])
    assert found.measured
    assert found.seconds == pytest.approx(START_UP_S + 4 * (800 + 100 / 3) / 100)


def test_features_that_are_kept_cost_nothing_others_one_pass():
    kept = seconds(CONFIG, ended())
    other = ended(CONFIG.changed(weights="imagenet"))
    assert seconds(CONFIG, other) - kept == pytest.approx(1000 / 50)
    assert seconds(CONFIG.changed(target="Young", learning_rate=0.1), ended()) == pytest.approx(kept)


def test_augmentation_takes_every_image_through_the_frozen_part_in_every_epoch():
    """Nothing like it ran here: 100 a second behind the frozen part, 50 through it."""
    augmented = CONFIG.changed(augment=["flip"])
    assert seconds(augmented, ended()) > 4 * 800 / 50
    assert not estimate(augmented, SPLITS, [ended()]).measured
    same = ended(augmented, rates={"training": 40.0})
    assert seconds(augmented, same) == pytest.approx(4 * (800 + 100 / 3) / 40)
    assert seconds(CONFIG, same, ended()) == pytest.approx(seconds(CONFIG, ended()))


def test_a_network_that_is_all_trained_has_no_pass():
    whole = CONFIG.changed(fine_tune="all")
    assert seconds(whole, ended(whole)) == pytest.approx(4 * (800 + 100 / 3) / 100)


def test_speeds_scale_with_the_images_area():
    double = CONFIG.changed(image_size=128)
    expected = 4 * (4 * (800 + 100 / 3) / 100 + 1000 / 50)
    assert seconds(double, ended()) == pytest.approx(expected)


def test_the_newest_run_of_the_same_depth_counts():
    slow, fast = ended(rates={"training": 10.0}), ended(rates={"training": 1000.0})
    assert seconds(CONFIG, fast, slow) == pytest.approx(seconds(CONFIG, fast))
    deeper = ended(CONFIG.changed(fine_tune="block5"), rates={"training": 1.0, "computing features": 50.0})
    assert seconds(CONFIG, deeper, slow) == pytest.approx(seconds(CONFIG, slow))


def test_a_pass_that_nobody_measured_leaves_it_a_guess():
    other = ended(CONFIG.changed(weights="imagenet"), rates={"training": 100.0})
    assert not estimate(CONFIG, SPLITS, [other]).measured


@pytest.mark.parametrize("state", [State.STOPPED, State.FAILED, State.CRASHED])
def test_only_finished_runs_are_learned_from(state):
    assert not estimate(CONFIG, SPLITS, [ended(state=state)]).measured


def test_a_limit_takes_its_share_and_no_more_than_all():
    half = ended(CONFIG.changed(limit=500))
    assert seconds(CONFIG.changed(limit=500), half) == pytest.approx(seconds(CONFIG, ended()) / 2)
    over = CONFIG.changed(limit=10**6)
    assert seconds(over, ended(over)) == pytest.approx(seconds(CONFIG, ended()))


def test_deeper_training_is_guessed_to_take_longer():
    depths = [seconds(CONFIG.changed(fine_tune=depth)) for depth in ("none", "block5", "block4", "all")]
    assert depths == sorted(depths)
    assert len(set(depths)) == 4


def test_no_images_take_no_time():
    assert seconds(splits={}) == 0


def study(*configs, ended=(), splits=SPLITS):
    """The times of runs that train one after the other, each without starting up."""
    judged = estimate_all([Planned(config, splits) for config in configs], ended)
    return [one.seconds - START_UP_S for one in judged]


PASS_S = 1000 / 50
EPOCHS_S = 4 * (800 + 100 / 3) / 100
MEASURED = (ended(CONFIG.changed(weights="imagenet")),)
"""Speeds are known, but not one set of the study's features is kept."""


def test_runs_that_share_features_pay_for_one_pass():
    rates = [CONFIG.changed(learning_rate=rate) for rate in (0.1, 1e-3, 1e-5)]
    assert study(*rates, ended=MEASURED) == pytest.approx([PASS_S + EPOCHS_S, EPOCHS_S, EPOCHS_S])


def test_each_depth_pays_for_its_own_pass_once():
    deep = CONFIG.changed(fine_tune="block5")
    known = (*MEASURED, ended(deep.changed(weights="imagenet")))
    found = study(CONFIG, deep, CONFIG.changed(dropout=0), deep.changed(dropout=0), ended=known)
    assert found == pytest.approx([PASS_S + EPOCHS_S, PASS_S + EPOCHS_S, EPOCHS_S, EPOCHS_S])


def test_a_limit_chooses_other_images_for_another_target_or_seed():
    half, few = [500 / 1000 * seconds for seconds in (PASS_S, EPOCHS_S)], CONFIG.changed(limit=500)
    shared, own = half[1], sum(half)
    others = [few.changed(target="Young"), few.changed(seed=1), few.changed(learning_rate=0.1)]
    assert study(few, *others, ended=MEASURED) == pytest.approx([own, own, own, shared])
    unlimited = [config.changed(limit=None) for config in others]
    assert study(CONFIG, *unlimited, ended=MEASURED)[1:] == pytest.approx([EPOCHS_S] * 3)


def test_features_that_a_run_in_the_queue_computes_are_there_for_the_study():
    waiting, mine = CONFIG.changed(dropout=0), CONFIG
    assert study(waiting, mine, ended=MEASURED) == pytest.approx([PASS_S + EPOCHS_S, EPOCHS_S])


def test_a_run_that_trains_takes_what_its_trainer_says():
    running = Planned(CONFIG, SPLITS, left=12.5)
    assert estimate_all([running], []) == [Estimate(12.5, True)]


def test_a_sum_is_measured_when_all_of_it_is():
    assert total([Estimate(1, True), Estimate(2, True)]) == Estimate(3, True)
    assert total([Estimate(1, True), Estimate(2, False)]) == Estimate(3, False)
    assert total([]) == Estimate(0, True)

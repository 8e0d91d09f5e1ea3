"""The estimate: measured speeds where there are any, and a guess that says it is one."""

import pytest

from core.jobs.estimate import START_UP_S, estimate
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

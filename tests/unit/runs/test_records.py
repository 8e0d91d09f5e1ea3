"""What a run reports of itself: the intervals of its accuracies, and what stands in where there are none."""

import pytest

from core.evaluation import Interval, wilson_interval
from core.runs.records import EpochScore, score_interval

RECORDED = Interval(0.85, 0.95, "persons resampled")


def test_a_recorded_interval_survives_the_file():
    score = EpochScore(epoch=1, test_accuracy=0.9, test_interval=RECORDED)
    written = score.model_dump()
    assert written["test_interval"] == {
        "low": 0.85,
        "high": 0.95,
        "method": "persons resampled",
        "level": 0.95,
    }
    assert written["val_interval"] is None
    assert EpochScore.model_validate(written) == score


def test_an_older_run_reads_and_has_wilsons():
    score = EpochScore.model_validate({"epoch": 1, "val_accuracy": 0.8, "test_accuracy": 0.9})
    found = score_interval(score, "test", 200)
    assert (found.low, found.high) == wilson_interval(180, 200)
    assert found.method == "Wilson"


def test_a_recorded_interval_wins():
    score = EpochScore(epoch=1, val_accuracy=0.8, test_accuracy=0.9, test_interval=RECORDED)
    assert score_interval(score, "test", 200) == RECORDED
    assert score_interval(score, "val", 200).method == "Wilson"


@pytest.mark.parametrize("split", ["val", "test"])
def test_nothing_scored_has_no_interval(split):
    assert score_interval(EpochScore(epoch=1), split, 200) is None
    assert score_interval(EpochScore(epoch=1, val_accuracy=0.8, test_accuracy=0.9), split, 0) is None


def test_a_newer_runs_interval_may_say_more():
    newer = {"low": 0.1, "high": 0.2, "method": "some day's", "level": 0.9, "resamples": 9}
    score = EpochScore.model_validate({"epoch": 1, "test_accuracy": 0.15, "test_interval": newer})
    assert score.test_interval == Interval(0.1, 0.2, "some day's", 0.9)

"""All figures of a run: from the same functions as each alone, as JSON, and the same every time."""

import json

import numpy as np
import pytest

from core.atomic import finite
from core.data import ATTRIBUTES
from core.evaluation import accuracy, accuracy_interval
from core.evaluation.calibration import brier_score, expected_calibration_error
from core.evaluation.confusion import confusion_at
from core.evaluation.ranking import ranking
from core.evaluation.slices import slice_table
from core.evaluation.summary import summarise
from tests.scored_runs import predictions

KEYS = ["n", "threshold", "accuracy", "ci95", "fpr", "fnr", "fdr", "for", "auc", "brier", "ece", "slices"]


def of_test(n=300, **options):
    frame = predictions("Male", 0.85, n=n, **options)
    return frame[frame["split"] == "test"].reset_index(drop=True)


@pytest.mark.parametrize("threshold", [0.5, 0.7])
def test_the_figures_are_those_of_each_function(threshold):
    frame = of_test()
    labels, p = frame["label"].to_numpy(), frame["probability"].to_numpy()
    told = summarise(frame, ATTRIBUTES, threshold).as_json()
    found = confusion_at(labels, p, threshold)
    assert list(told) == KEYS
    assert (told["n"], told["threshold"]) == (300, threshold)
    assert told["accuracy"] == accuracy(labels, p, threshold)
    assert [told[key] for key in ("fpr", "fnr", "fdr", "for")] == [
        found.fpr,
        found.fnr,
        found.fdr,
        found.for_,
    ]
    assert told["auc"] == ranking(labels, p).auc
    assert (told["brier"], told["ece"]) == (brier_score(labels, p), expected_calibration_error(labels, p))
    interval = accuracy_interval((p > threshold) == labels, frame["person_id"])
    assert told["ci95"] == [interval.low, interval.high]
    assert interval.method == "persons resampled"


def test_without_persons_the_interval_is_wilsons():
    frame = of_test().assign(person_id=-1)
    assert summarise(frame, ()).accuracy_interval.method == "Wilson"


def test_a_slice_is_told_with_its_intervals():
    frame = of_test()
    table = slice_table(frame, ATTRIBUTES, 0.5)
    told = summarise(frame, ATTRIBUTES).as_json()["slices"]
    assert [row["slice"] for row in told] == table["slice"].tolist()
    row = table.iloc[0]
    assert told[0]["accuracy_ci95"] == [row["accuracy_low"], row["accuracy_high"]]
    assert told[0]["where"] == dict(row["where"])
    assert set(told[0]) == {
        *("slice", "where", "n", "small", "accuracy", "fpr", "fnr", "fdr", "for"),
        *("accuracy_ci95", "fpr_ci95", "fnr_ci95", "fdr_ci95", "for_ci95"),
    }


@pytest.mark.parametrize(
    "frame",
    [
        of_test(1),
        of_test(40).assign(label=1),
        of_test(40).assign(label=0),
        of_test(40).assign(probability=0.0),
        of_test(40).assign(probability=np.float32(0.5)),
        of_test(40).assign(probability=lambda frame: frame["label"].astype(float)),
        of_test(40).assign(probability=lambda frame: 1.0 - frame["label"]),
    ],
)
def test_degenerate_images_have_figures_that_json_holds(frame):
    told = json.loads(json.dumps(finite(summarise(frame, ATTRIBUTES).as_json()), allow_nan=False))
    assert list(told) == KEYS
    assert told["n"] == len(frame)
    assert (told["auc"] is None) == (frame["label"].nunique() == 1)
    # Wilson's ends at 0 and 1 carry the rounding of floats.
    assert told["ci95"][0] - 1e-12 <= told["accuracy"] <= told["ci95"][1] + 1e-12


def test_the_same_predictions_give_the_same_figures():
    first, second = (finite(summarise(of_test(), ATTRIBUTES).as_json()) for _ in range(2))
    assert first == second

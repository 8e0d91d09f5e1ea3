"""The report's table: our runs in its form, the published figures beside the right ones."""

import pandas as pd
import pytest

from core.runs import RunSummary, State
from core.runs.report import CASES, by_epoch, published_results, report_table, study_table, what_differs
from core.runs.state import RunState
from core.runs.studies import report_configs
from tests.unit.ui.fabricated import CONFIG, environment, history, metrics, summary

EIGHT = report_configs(CONFIG)


def ran(config, test_accuracy=0.9, last_accuracy=None):
    """A finished run of three epochs, the second the best."""
    scores = metrics(2, 3, test_accuracy)
    if last_accuracy is not None:
        scores = scores.model_copy(
            update={"last": scores.last.model_copy(update={"test_accuracy": last_accuracy})}
        )
    return summary(config=config, metrics=scores, history=history([0.5, 0.3, 0.4]))


def test_the_published_cases_are_those_of_the_study_in_its_order():
    theirs = published_results().head(CASES)
    assert set(theirs["source"]) == {"report"}
    depths = theirs["fine_tuning"].map({"none": "none", "yes": "block5"})
    published = list(zip(depths, theirs["learning_rate"], theirs["epochs"], strict=True))
    assert published == [(config.fine_tune, config.learning_rate, config.epochs) for config in EIGHT]


def test_published_accuracies_by_epoch_keep_their_digits():
    theirs = published_results()
    assert theirs["train_accuracy_by_epoch"][0] == "0.8748 0.9154 0.9317"
    for column in ("train_accuracy_by_epoch", "val_accuracy_by_epoch"):
        for text in theirs[column].head(CASES):
            assert all(0 < float(number) < 1 and len(number) == 6 for number in text.split())


def test_a_run_is_one_row_in_the_reports_form():
    [row] = study_table([ran(EIGHT[4], 0.9375, 0.875)]).to_dict("records")
    assert row == {
        "case": 1,
        "run_id": "20260131-142501-aaaaaa",
        "state": "finished",
        "fine_tuning": "Block 5",
        "learning_rate": 0.001,
        "train_accuracy": "0.8000 0.8100 0.8200",
        "val_accuracy": "0.8500 0.8600 0.8700",
        "test_accuracy": 0.9375,
        "test_accuracy_last": 0.875,
        "best_epoch": 2,
        "epochs": 3,
        "n_test": 80,
    }


def test_a_run_that_has_not_begun_is_a_row_without_scores():
    waiting = summary(config=EIGHT[0], state=State.QUEUED, environment=None)
    [row] = study_table([waiting]).to_dict("records")
    assert (row["state"], row["fine_tuning"], row["learning_rate"]) == ("queued", "No", 0.1)
    assert (row["train_accuracy"], row["epochs"]) == ("", 0)
    assert all(pd.isna(row[field]) for field in ("test_accuracy", "best_epoch", "n_test"))


def test_the_difference_is_ours_at_the_last_epoch_minus_the_published():
    table = report_table([ran(config, 0.99, 0.9) for config in EIGHT])
    assert table["published_test"].tolist() == [
        0.8963,
        0.9416,
        0.9383,
        0.9388,
        0.9436,
        0.9484,
        0.9428,
        0.9526,
    ]
    assert table["difference"].tolist() == pytest.approx([0.9 - p for p in table["published_test"]])
    assert table["published_train"][0] == "0.8748 0.9154 0.9317"
    assert table["published_val"][4] == "0.9350 0.4332 0.9413"


def test_runs_without_scores_have_no_difference():
    """All queued, and some of each: both are seen while a study trains."""
    waiting = [summary(config=config, state=State.QUEUED, environment=None) for config in EIGHT]
    assert report_table(waiting)["difference"].isna().all()
    mixed = report_table([ran(EIGHT[0]), *waiting[1:]])["difference"]
    assert mixed.notna().tolist() == [True] + [False] * 7
    assert mixed[0] == pytest.approx(0.9 - 0.8963)


def test_a_damaged_run_keeps_its_place():
    damaged = RunSummary(id="20260131-142501-bbbbbb", state=RunState(state=State.DAMAGED))
    table = report_table([damaged, *(ran(config) for config in EIGHT[1:])])
    assert table["state"][0] == "damaged"
    assert table["published_test"][1] == 0.9416
    assert table["difference"][1] == pytest.approx(0.9 - 0.9416)


def test_what_differs_names_data_weights_size_and_depth():
    text = "\n".join(what_differs([summary(config=EIGHT[0])]))
    for words in ("620 drawn faces", "random weights", "64 x 64", "block 5", "adam, batch size 32"):
        assert words in text


def test_another_target_than_the_reports_is_named():
    assert not any("Target" in words for words in what_differs([summary(config=EIGHT[0])]))
    other = what_differs([summary(config=EIGHT[0].changed(target="Young"))])
    assert other[0] == "Target: Young; the report's is Male."


@pytest.mark.parametrize(
    ("weights", "words"), [("imagenet", "as there"), ("file:vgg.h5", "vgg.h5, not ImageNet's")]
)
def test_what_differs_says_which_weights(weights, words):
    made = summary(environment=environment(synthetic=False, weights=weights))
    text = "\n".join(what_differs([made]))
    assert words in text
    assert "faces (celeba)" in text
    assert "drawn" not in text


def test_nothing_differs_before_a_run_has_read_its_faces():
    assert what_differs([summary(state=State.QUEUED, environment=None)]) == []


def test_an_epoch_without_validation_leaves_no_gap():
    run = summary(history=[{"epoch": 0.0, "accuracy": 0.5}])
    assert (by_epoch(run, "accuracy"), by_epoch(run, "val_accuracy")) == ("0.5000", "")

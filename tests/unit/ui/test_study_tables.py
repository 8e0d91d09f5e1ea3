"""A study's tables: the report's in its own form with its figures beside ours, and a row a run."""

import itertools

import pandas as pd
import pytest

from core.runs import State
from core.runs.records import Progress
from core.runs.report import published_results
from core.runs.studies import Study, report_configs
from core.ui.formatting import NOTHING
from core.ui.study_progress import bar, headline
from core.ui.study_tables import CASE_NAMES, best_first, counted_in_test, grid_table, report_tables
from tests.unit.ui.fabricated import CONFIG, history, metrics, summary

EIGHT = report_configs(CONFIG)
IDS = (f"20260131-142501-aaa{i:03d}" for i in itertools.count())


def ran(config, *, last=0.88, best=0.9, losses=(0.5, 0.3, 0.4), **parts):
    """A scored run whose second epoch is its best."""
    scores = metrics(2, len(losses), best)
    scores = scores.model_copy(update={"last": scores.last.model_copy(update={"test_accuracy": last})})
    return summary(next(IDS), config=config, metrics=scores, history=history(losses), **parts)


def waiting(config):
    return summary(next(IDS), config=config, environment=None, state=State.QUEUED)


def grid(**values):
    return Study(id=next(IDS), name="x", grid=values, run_ids=(), created_at="2026-01-31T14:25:01+00:00")


def lines(cell):
    return cell.split("  \n")


def test_the_report_is_two_tables_with_every_case_in_its_place():
    first, second = report_tables([waiting(config) for config in EIGHT])
    assert list(first["Case"]) == ["1", "2", "3", "4", "5", "6"]
    assert list(second["Case"]) == ["1", "2"]
    assert list(first["Fine-tuning"]) == ["No"] * 3 + ["Block 5"] * 3
    assert list(first["Learning rate"]) == ["0.1", "0.001", "0.00001"] * 2
    assert len(CASE_NAMES) == len(EIGHT)


def test_every_published_number_stands_in_the_tables():
    first, second = report_tables([waiting(config) for config in EIGHT])
    tables = pd.concat([first, second], ignore_index=True)
    for row, published in zip(
        tables.to_dict("records"), published_results().to_dict("records"), strict=False
    ):
        assert lines(row["Train, report"]) == published["train_accuracy_by_epoch"].split()
        assert lines(row["Val., report"]) == published["val_accuracy_by_epoch"].split()
        assert row["Test, report"] == f"{published['test_accuracy']:.4f}"


def test_ours_stand_beside_them_with_the_difference():
    first, _ = report_tables([ran(EIGHT[0], last=0.8863, best=0.9)])
    [row] = first.to_dict("records")
    assert lines(row["Train"]) == ["0.8000", "0.8100", "0.8200"]
    assert lines(row["Val."]) == ["0.8500", "0.8600", "0.8700"]
    assert (row["Test, last"], row["Diff."]) == ("0.8863", "−0.0100")
    assert lines(row["Test, best"]) == ["0.9000", ":gray[epoch 2]"]


def test_columns_of_a_row_are_as_long_as_each_other():
    """Early stopping ends ours sooner than the report's, or later."""
    _, second = report_tables([waiting(config) for config in EIGHT[:6]] + [ran(EIGHT[6], losses=(0.5, 0.4))])
    [row] = second.to_dict("records")
    assert {len(lines(row[name])) for name in ("Train", "Train, report", "Val.", "Val., report")} == {8}


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.FAILED, State.STOPPED, State.CRASHED])
def test_a_run_without_scores_keeps_its_place_with_its_state(state):
    runs = [ran(EIGHT[0]), summary(next(IDS), config=EIGHT[1], state=state), ran(EIGHT[2])]
    first, _ = report_tables(runs)
    assert list(first["Case"]) == ["1", "2", "3"]
    row = first.to_dict("records")[1]
    assert row["Test, last"] in ("waiting", "training", "failed", "stopped", "crashed")
    assert (row["Diff."], row["Test, best"], row["Test, report"]) == (NOTHING, NOTHING, "0.9416")


def test_a_stopped_run_that_was_scored_has_its_score_and_its_state():
    first, _ = report_tables([ran(EIGHT[0], state=State.STOPPED)])
    assert lines(first["Test, last"][0]) == ["0.8800", "stopped"]


def test_a_deleted_run_without_a_configuration_keeps_its_place():
    gone = summary(next(IDS), config=None, environment=None, state=State.DELETED)
    first, _ = report_tables([gone, ran(EIGHT[1])])
    row = first.to_dict("records")[0]
    assert (row["Learning rate"], row["Fine-tuning"], row["Test, last"]) == (NOTHING, NOTHING, "deleted")


def test_a_grid_has_what_was_varied_and_how_each_run_did():
    study = grid(learning_rate=[0.1, 1e-5], fine_tune=["none"])
    runs = [ran(CONFIG.changed(learning_rate=0.1)), waiting(CONFIG.changed(learning_rate=1e-5))]
    table = grid_table(study, runs)
    assert list(table.index) == [run.id for run in runs]
    assert list(table["Learning rate"]) == ["0.1", "0.00001"]
    assert list(table["Fine-tuning"]) == ["Frozen", "Frozen"]
    assert list(table["State"]) == ["Finished", "Waiting"]
    assert (table["Validation"].iloc[0], table["Test"].iloc[0]) == (pytest.approx(0.86), 0.9)
    assert table["n"].iloc[0] == 80
    assert table.loc[runs[1].id, ["Validation", "Test", "n"]].isna().all()


def test_the_best_on_validation_come_first_and_untrained_runs_not_at_all():
    low, high = ran(CONFIG), ran(CONFIG, losses=(0.5, 0.4, 0.3))
    assert best_first([low, waiting(CONFIG), high]) == [high, low]


def test_n_is_told_once_where_all_share_it():
    assert counted_in_test([waiting(CONFIG)]) == ""
    assert counted_in_test([ran(CONFIG), ran(CONFIG)]) == "n = 80"


def test_the_headline_counts_what_became_of_the_runs():
    states = [State.FINISHED, State.FINISHED, State.FAILED, State.RUNNING, State.QUEUED, State.QUEUED]
    runs = [summary(next(IDS), state=state) for state in states]
    assert headline(runs) == "3 of 6 done · 2 finished · 1 failed · 1 training · 2 waiting"


def test_the_bar_counts_each_run_alike_and_the_one_that_trains_as_far_as_it_came():
    half = Progress(time="2026-01-31T14:25:01+00:00", phase="training", epoch=2, epochs=4, step=0, steps=9)
    states = [State.FINISHED, State.FAILED, State.RUNNING, State.QUEUED]
    runs = [summary(next(IDS), state=state) for state in states]
    assert bar(runs, {runs[2].id: half}) == pytest.approx((1 + 1 + 0.25 + 0) / 4)
    assert bar(runs[:2], {}) == 1

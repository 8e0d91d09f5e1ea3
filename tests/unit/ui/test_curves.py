"""The numbers behind the curves, and what the charts make of them."""

import math

import pytest

from core.runs import State
from core.runs.ids import turn
from core.runs.records import Metrics
from core.ui import curves
from core.ui.charts import CURVES, HEIGHT, curve_data, learning_curves
from core.ui.palette import DASHES, LOOKS, run_look
from tests.unit.ui.fabricated import CONFIG, SPLITS, history, metrics, summary

A, B = "20260131-142501-aaaaaa", "20260131-142502-bbbbbb"


def test_epochs_count_from_one_and_both_splits_are_there() -> None:
    frame = curves.curve_frame([summary(history=history([0.5, 0.4]))], "accuracy")
    assert list(frame.columns) == list(curves.COLUMNS)
    assert frame[["split", "epoch"]].to_numpy().tolist() == [
        ["train", 1],
        ["train", 2],
        ["validation", 1],
        ["validation", 2],
    ]
    assert frame["value"].round(4).tolist() == [0.80, 0.81, 0.85, 0.86]


def test_the_best_epoch_is_the_earliest_of_the_lowest_losses() -> None:
    rows = history([0.5, 0.3, 0.3, 0.4])
    assert curves.best_epoch(rows) == 2
    frame = curves.curve_frame([summary(history=rows)], "loss")
    assert frame[frame["best"]][["split", "epoch"]].to_numpy().tolist() == [["validation", 2]]


def test_a_loss_that_is_not_a_number_is_neither_best_nor_drawn() -> None:
    rows = history([math.nan, 0.4])
    assert curves.best_epoch(rows) == 2
    frame = curves.curve_frame([summary(history=rows)], "loss")
    assert frame[frame["split"] == "validation"]["epoch"].tolist() == [2]


def test_without_an_epoch_there_is_no_best_one() -> None:
    assert curves.best_epoch([]) is None
    assert curves.curve_frame([summary()], "loss").empty


def test_a_run_that_trains_has_room_for_all_its_epochs_and_an_ended_one_only_for_those_it_did() -> None:
    rows = history([0.5, 0.4])
    assert curves.epochs_shown([summary(history=rows, state=State.RUNNING)]) == CONFIG.epochs
    assert curves.epochs_shown([summary(history=rows, state=State.STOPPED)]) == 2


def test_runs_of_the_same_name_are_told_apart_by_their_ids() -> None:
    labels = curves.run_labels([summary(A, name="mine"), summary(B, name="mine")])
    assert labels == {A: "mine (aaaaaa)", B: "mine (bbbbbb)"}


def ids(*turns: int) -> list[str]:
    """Made-up ids with these turns, all different."""
    made = (f"20260131-{number:06d}-aaaaaa" for number in range(10_000))
    return [next(run_id for run_id in made if turn(run_id) == wanted) for wanted in turns]


def test_a_run_keeps_its_look_beside_others() -> None:
    alone = ids(0, 6, 7, 23)
    assert curves.run_looks(alone) == {run_id: run_look(run_id) for run_id in alone}


def test_of_two_runs_with_one_look_the_later_gets_a_free_pattern_of_its_colour() -> None:
    first, second, third = ids(0, 0, 6)
    looks = curves.run_looks([third, second, first])
    assert looks[first] == run_look(first) and looks[third] == run_look(third)
    assert looks[second].color == run_look(second).color
    assert len(set(looks.values())) == 3


def test_as_many_runs_as_there_are_looks_are_all_told_apart_and_more_are_still_drawn() -> None:
    same = ids(*[3] * (len(LOOKS) + 1))
    assert len(set(curves.run_looks(same[:-1]).values())) == len(LOOKS)
    assert len(curves.run_looks(same)) == len(LOOKS) + 1


def test_smoothing_follows_the_curve_from_its_first_value_and_keeps_curves_apart() -> None:
    runs = [summary(A, history=history([0.5, 0.3, 0.7])), summary(B, history=history([0.9]))]
    frame = curves.smoothed(curves.curve_frame(runs, "loss"), 0.5)
    found = {key: rows["smooth"].round(4).tolist() for key, rows in frame.groupby(["run_id", "split"])}
    assert found[A, "validation"] == [0.5, 0.3667, 0.5571]
    assert found[B, "validation"] == [0.9]
    assert frame["value"].tolist()[3:6] == [0.5, 0.3, 0.7]


def test_nothing_to_smooth_stays_nothing() -> None:
    assert curves.smoothed(curves.curve_frame([summary()], "loss"), 0.5)["smooth"].empty


def test_the_commoner_class_is_a_line_on_the_accuracy() -> None:
    frame = curves.majority_frame([summary(A), summary(B)])
    assert frame["value"].tolist() == [0.6]
    assert frame["text"].tolist() == ["always the commoner class: 0.6000"]


def test_runs_on_different_splits_have_lines_of_their_own_and_one_text() -> None:
    other: Metrics = metrics(1, 1).model_copy(update={"splits": {"val": SPLITS["test"]}})
    frame = curves.majority_frame([summary(A), summary(B, metrics=other)])
    assert frame["value"].tolist() == [0.6, 0.625]
    assert frame["text"].tolist() == ["", "always the commoner class: 0.6000 to 0.6250"]


def layers(chart: dict) -> list[dict]:
    return [inner for layer in chart["layer"] for inner in layer.get("layer", [layer])]


@pytest.mark.parametrize("rows", [[], history([0.5]), history([0.5, 0.4])])
def test_a_chart_keeps_its_height_and_its_epochs_while_it_grows(rows: list) -> None:
    chart = learning_curves([summary(history=rows, state=State.RUNNING)], "loss").to_dict()
    assert chart["height"] == HEIGHT
    x = layers(chart)[0]["encoding"]["x"]
    assert x["scale"]["domain"] == [1, CONFIG.epochs]


def test_train_is_dashed_validation_solid_and_no_axis_is_forced_to_zero() -> None:
    line = layers(learning_curves([summary(history=history([0.5, 0.4]))], "loss").to_dict())[0]["encoding"]
    dashes = line["strokeDash"]["scale"]
    found = dict(zip(dashes["domain"], map(tuple, dashes["range"]), strict=True))
    assert found == {"train": DASHES[0], "validation": (1, 0)} | {
        f"train {pattern}": dash for pattern, dash in enumerate(DASHES)
    }
    assert line["strokeDash"]["legend"]["values"] == ["train", "validation"]
    assert line["y"]["scale"]["zero"] is False
    assert [tip["field"] for tip in line["tooltip"]] == ["run", "split", "epoch", "value"]


def test_the_commoner_class_is_drawn_on_accuracy_and_not_on_loss() -> None:
    def rules(metric: str) -> str:
        return str(learning_curves([summary(history=history([0.5]))], metric).to_dict()["datasets"])

    assert "commoner" in rules("accuracy")
    assert "commoner" not in rules("loss")


def test_hovering_says_what_differs_when_it_is_known() -> None:
    run = summary(history=history([0.5, 0.4]))
    noted = curve_data([run], "loss", notes={run.id: "Dropout 0.2"})[CURVES]
    assert set(noted["note"]) == {"Dropout 0.2"}
    assert "note" not in curve_data([run], "loss")[CURVES]

"""Parallel coordinates: the axes, where runs stand on them, and what a brush keeps."""

import pytest

from core.runs import TrainConfig
from core.runs.records import Metrics
from core.ui import parallel_axes as axes
from core.ui.parallel_chart import parallel_coordinates
from tests.unit.ui.fabricated import CONFIG, metrics, summary

IDS = [f"20260131-14250{i}-aaaaaa" for i in range(4)]


def runs(*changes: dict, accuracies: tuple[float | None, ...] = (0.9, 0.8, 0.7, 0.6)) -> list:
    return [
        summary(run_id, name=run_id[14], config=CONFIG.changed(**change), metrics=_metrics(value))
        for run_id, change, value in zip(IDS, changes, accuracies, strict=False)
    ]


def _metrics(val_accuracy: float | None) -> Metrics | None:
    if val_accuracy is None:
        return None
    best = metrics(1, 1).best.model_copy(update={"val_accuracy": val_accuracy})
    return metrics(1, 1).model_copy(update={"best": best})


def axis(found: list[axes.Axis], label: str) -> axes.Axis:
    return next(item for item in found if item.label == label)


def test_there_is_an_axis_for_each_setting_that_differs_and_validation_comes_last() -> None:
    found = axes.axes_of(runs({}, {"dropout": 0.1, "batch_norm": True}))
    assert [item.label for item in found] == ["Batch norm", "Dropout", "Validation"]
    assert axes.axes_of(runs({}, {})) == []


def test_learning_rates_stand_by_their_logarithm_with_their_real_values() -> None:
    found = axis(axes.axes_of(runs({"learning_rate": 0.1}, {"learning_rate": 1e-3}, {"learning_rate": 1e-5})),
                 "Learning rate")  # fmt: skip
    assert found.log
    assert [found.positions[run_id] for run_id in IDS[:3]] == pytest.approx([1, 0.5, 0])
    assert {round(place, 6): text for place, text in found.ticks.items()} == {
        0: "0.00001", 0.5: "0.001", 1: "0.1"
    }  # fmt: skip


def test_numbers_near_each_other_are_linear_and_those_far_apart_are_not() -> None:
    near = axis(axes.axes_of(runs({"batch_size": 16}, {"batch_size": 32}, {"batch_size": 64})), "Batch size")
    assert not near.log and near.positions[IDS[1]] == pytest.approx(1 / 3)
    far = axis(axes.axes_of(runs({"epochs": 1}, {"epochs": 10}, {"epochs": 100})), "Epochs asked")
    assert far.log and far.positions[IDS[1]] == pytest.approx(0.5)


def test_zero_has_no_logarithm() -> None:
    found = axis(axes.axes_of(runs({"seed": 0}, {"seed": 1000})), "Seed")
    assert not found.log and found.positions == {IDS[0]: 0, IDS[1]: 1}


def test_words_stand_evenly_in_their_own_order() -> None:
    found = axis(axes.axes_of(runs({"fine_tune": "all"}, {"fine_tune": "none"}, {"fine_tune": "block5"})),
                 "Fine-tuning")  # fmt: skip
    assert [found.positions[run_id] for run_id in IDS[:3]] == [1, 0, 0.5]
    stop = axes.axes_of(runs(*({"early_stopping_patience": epochs} for epochs in (0, 10, 2))))[0]
    assert list(stop.ticks.values()) == ["after 2", "after 10", "never"]


def test_a_value_that_some_run_lacks_makes_words_of_the_axis() -> None:
    found = axes.axes_of(runs({"limit": None}, {"limit": 2000}, {"limit": 500}))[0]
    assert list(found.ticks.values()) == ["500", "2,000", "none"]


def test_a_run_without_an_accuracy_yet_ends_before_the_last_axis() -> None:
    found = axes.axes_of(runs({}, {"dropout": 0.1}, accuracies=(0.9, None)))
    assert set(found[-1].positions) == {IDS[0]} and set(found[0].positions) == set(IDS[:2])


def test_a_damaged_run_is_left_out() -> None:
    damaged = summary(IDS[3], config=None)
    found = axes.axes_of([*runs({}, {"dropout": 0.1}), damaged])
    assert all(IDS[3] not in item.positions for item in found)


def test_values_that_would_write_over_each_other_are_not_all_written() -> None:
    found = axis(axes.axes_of(runs({}, {"seed": 1}, {"seed": 2}, {"seed": 1000})), "Seed")
    assert list(found.ticks.values()) == ["0", "1000"]


def test_a_brush_is_of_the_nearest_axis_and_keeps_what_passes_through_it() -> None:
    found = axes.axes_of(runs({}, {"dropout": 0.1}, {"dropout": 0.2}))
    brush = axes.brush_of({"axis": [0.7, 1.2], "position": [1.1, 0.4]}, found)
    assert brush == axes.Brush(1, 0.4, 1.1)
    assert axes.kept_by(brush, found) == IDS[:2]
    assert axes.brush_of({"axis": [-0.3, -0.2], "position": [0, 1]}, found).axis == 0
    assert axes.brush_of({"axis": [7.0, 8.0], "position": [0, 1]}, found).axis == 1


@pytest.mark.parametrize("selection", [{}, {"axis": [1, 2]}, {"axis": [], "position": []}])
def test_no_rectangle_is_no_brush(selection: dict) -> None:
    assert axes.brush_of(selection, axes.axes_of(runs({}, {"dropout": 0.1}))) is None


def test_the_lines_tell_run_value_and_whether_they_are_kept() -> None:
    chosen = runs({}, {"dropout": 0.1})
    frame = axes.line_frame(chosen, axes.axes_of(chosen), kept=[IDS[1]])
    assert frame[["run", "label", "text", "kept"]].to_numpy().tolist() == [
        ["0", "Dropout", "0.5", False],
        ["0", "Validation", "0.9000", False],
        ["1", "Dropout", "0.1", True],
        ["1", "Validation", "0.8000", True],
    ]


def test_the_chart_can_be_made_for_every_setting_at_once() -> None:
    labels = tuple(f'it\'s "{name}"' for name in TrainConfig.model_fields)
    chart = parallel_coordinates(labels).to_dict()
    assert chart["layer"][0]["encoding"]["x"]["axis"]["values"] == list(range(len(labels)))
    assert [param["name"] for param in chart["params"]] == ["brush"]

"""Chosen runs side by side: the verdict and its images, curves, what differs, a study's published numbers."""

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.runs import Run, RunStore, State
from core.runs.predictions import read_predictions
from core.runs.studies import StudyStore
from core.settings import Settings
from tests.app.test_compare_page import opened, press, texts
from tests.scored_runs import CONFIG, scored_run
from tests.unit.ui.fabricated import hold_running, write_run

CAVEAT = "not their settings"


def chosen(*runs: Run, **query: str) -> AppTest:
    return opened(runs=",".join(run.id for run in runs), **query)


def badges(app: AppTest) -> str:
    return " ".join(item.value for item in app.markdown if "-badge[" in item.value)


def verdicts(app: AppTest) -> dict[str, str]:
    """Verdict by run of the table of several."""
    table = next(item.value for item in app.dataframe if "Verdict" in item.value)
    return dict(zip(table["Run"], table["Verdict"], strict=True))


def control(app: AppTest, label: str):
    return next(
        item for item in (*app.selectbox, *app.button_group, *app.slider) if item.label.startswith(label)
    )


def charts(app: AppTest) -> list[str]:
    return [item.proto.spec for item in app.get("vega_lite_chart")]


@pytest.mark.parametrize(("right", "expected"), [((0.97, 0.7), "A is better"), ((0.7, 0.97), "B is better")])
def test_two_runs_get_a_verdict_with_its_difference_interval_p_and_n(host, right, expected):
    a, b = (scored_run(host, name, right=right[i], seed=i) for i, name in enumerate("ab"))
    app = chosen(a, b)
    assert expected in badges(app)
    said = texts(app)
    assert "of 200 test images" in said and "(persons resampled)" in said
    assert "McNemar's exact p <" in said and CAVEAT in said


def test_equal_runs_are_within_noise_on_the_split_that_was_asked_for(host: Settings) -> None:
    a, b = (scored_run(host, name, right=0.9, seed=3) for name in "ab")
    app = chosen(a, b, split="val")
    assert "Within noise" in badges(app)
    assert "of 200 validation images" in texts(app) and "p = 1.0000" in texts(app)


def test_a_split_that_is_none_shows_the_test_images(host: Settings) -> None:
    a, b = (scored_run(host, name, seed=3) for name in "ab")
    assert "of 200 test images" in texts(chosen(a, b, split="../train"))


def test_the_cells_sum_up_and_each_opens_its_images(host: Settings) -> None:
    config = CONFIG.changed(data="/not/on/this/machine")
    a, b = (scored_run(host, name, config=config, right=0.8, seed=seed) for seed, name in enumerate("ab"))
    app = chosen(a, b)
    frames = [read_predictions(run, "test") for run in (a, b)]
    right = [(frame["probability"] > 0.5) == (frame["label"] == 1) for frame in frames]
    expected = {
        "Only A right": right[0] & ~right[1],
        "Both right": right[0] & right[1],
        "Both wrong": ~right[0] & ~right[1],
        "Only B right": ~right[0] & right[1],
    }
    assert control(app, "Show the images of a cell").options == [
        f"{words} ({int(mask.sum()):,})" for words, mask in expected.items()
    ]
    for cell, mask in zip(("only_a", "both_right", "both_wrong", "only_b"), expected.values(), strict=True):
        control(app, "Show the images of a cell").set_value(cell).run()
        assert not app.exception
        # Ids stand for the faces.
        listed = next(item.value for item in app.dataframe if "image_id" in item.value)
        assert set(listed["image_id"]) == set(frames[0]["image_id"][mask])


def test_runs_of_other_targets_or_images_are_not_compared_and_say_why(host: Settings) -> None:
    a, b = scored_run(host, "a"), scored_run(host, "b", config=CONFIG.changed(target="Smiling"))
    app = chosen(a, b)
    assert "Not comparable" in badges(app)
    assert "B cannot be held against A: it learned another target (smiling)." in texts(
        app
    ) and CAVEAT not in texts(app)
    assert "another data set or limit" in texts(chosen(a, scored_run(host, "c", images=7)))


def test_several_runs_are_held_against_the_best_by_validation(host: Settings) -> None:
    best, worse, same = (
        scored_run(host, name, right=right, seed=seed)
        for name, right, seed in (("best", 0.97, 1), ("worse", 0.7, 2), ("same", 0.97, 1))
    )
    other = scored_run(host, "other", images=9)
    app = chosen(worse, best, other, same)
    baseline = control(app, "Baseline")
    assert baseline.value in (best.id, same.id)
    names = {best.id: "best", same.id: "same"}
    twin = names[({best.id, same.id} - {baseline.value}).pop()]
    assert verdicts(app) == {"worse": "Worse", "other": "Not comparable", twin: "Within noise"}
    assert "Holm" in texts(app) and CAVEAT in texts(app)


def test_another_baseline_stands_in_the_address_and_the_usual_one_does_not(host: Settings) -> None:
    runs = [scored_run(host, name, right=right) for name, right in (("a", 0.97), ("b", 0.7), ("c", 0.8))]
    app = chosen(*runs)
    control(app, "Baseline").set_value(runs[1].id).run()
    assert app.query_params["baseline"] in (runs[1].id, [runs[1].id])
    assert verdicts(app) == {"a": "Better", "c": "Better"}
    control(app, "Baseline").set_value(runs[0].id).run()
    assert "baseline" not in app.query_params


def test_a_run_that_trains_and_one_without_predictions_do_not_stop_the_others(host: Settings) -> None:
    a, b = scored_run(host, "a", right=0.97), scored_run(host, "b", right=0.7)
    crashed = write_run(host, "crashed", state=State.CRASHED, test_accuracy=None)
    with hold_running(host, "live") as held:
        app = chosen(a, b, crashed, held.run)
        assert verdicts(app) == {
            "b": "Worse",
            "crashed": "No predictions",
            "live": "No predictions",
        }


def test_of_two_runs_without_predictions_each_says_why(host: Settings) -> None:
    a = scored_run(host, "a")
    crashed = write_run(host, "crashed", state=State.CRASHED, test_accuracy=None)
    said = texts(chosen(a, crashed))
    assert "No verdict: 1 run of 2 has predictions" in said
    assert "it is crashed and was not scored" in said


def test_predictions_that_cannot_be_read_say_so_and_the_page_stays(host: Settings) -> None:
    a, b = scored_run(host, "a"), scored_run(host, "b")
    b.predictions_path.write_bytes(b"not parquet")
    said = texts(chosen(a, b))
    assert "No verdict" in said and "predictions.parquet of" in said


def test_a_deleted_run_in_the_address_leaves_the_rest_compared(host: Settings) -> None:
    a, b = scored_run(host, "a", right=0.97), scored_run(host, "b", right=0.7)
    app = opened(runs=f"{a.id},20260131-142501-k3x9ab,{b.id}")
    assert "A is better" in badges(app)


def test_ten_runs_are_drawn_and_more_are_said_to_be_left_out(host: Settings) -> None:
    runs = [scored_run(host, str(i), seed=i, config=CONFIG.changed(seed=i)) for i in range(11)]
    app = chosen(*runs)
    assert "of the first 10" in texts(app)
    loss = app.get("vega_lite_chart")[0].proto.datasets
    frames = [pa.ipc.open_stream(item.data.data).read_pandas() for item in loss]
    assert max(frame["run_id"].nunique() for frame in frames if "run_id" in frame) == 10


def test_a_long_curve_can_be_smoothed_and_a_short_one_not(host: Settings) -> None:
    losses = [0.5, 0.3, 0.6, 0.2, 0.4, 0.3]
    app = chosen(write_run(host, "long", val_losses=losses))
    assert '"smooth' not in charts(app)[0]
    control(app, "Smoothing").set_value(0.6).run()
    assert '"smooth' in charts(app)[0]
    assert "faint lines are as measured" in texts(app)
    assert not chosen(write_run(host, "short")).slider


def test_cards_lead_to_the_runs_own_pages(host: Settings) -> None:
    a, b = scored_run(host, "a"), scored_run(host, "b")
    said = texts(chosen(a, b))
    assert f"(/run?run={a.id})" in said and f"(/run?run={b.id})" in said


def test_three_runs_have_axes_and_two_a_table(host: Settings) -> None:
    runs = [scored_run(host, str(i), config=CONFIG.changed(dropout=i / 10)) for i in range(3)]
    assert len(charts(chosen(*runs))) == 3
    assert "Draw a rectangle" in texts(chosen(*runs))
    two = chosen(*runs[:2])
    assert len(charts(two)) == 2 and list(two.table[0].value.index) == ["Dropout"]


def test_a_brush_keeps_the_runs_within_it_and_can_become_the_choice(host, monkeypatch):
    runs = [scored_run(host, str(i), config=CONFIG.changed(dropout=i / 10)) for i in range(4)]
    monkeypatch.setattr(
        "core.ui.compare_axes.brushed", lambda key, brush: {"axis": [-0.2, 0.2], "position": [0.5, 1.1]}
    )
    app = chosen(*runs)
    assert "2 of 4 runs** in the brush on dropout" in texts(app)
    table = next(item.value for item in app.dataframe if list(item.value.columns) == ["Dropout"])
    assert table.index.tolist() == ["2", "3"]
    press(app, "Choose only these 2")
    assert "2 runs chosen" in texts(app)
    asked = app.query_params["runs"]
    assert (asked if isinstance(asked, str) else asked[0]) == f"{runs[2].id},{runs[3].id}"


def test_a_reports_study_shows_its_tables_and_another_only_the_way_to_its_page(host: Settings) -> None:
    runs = [scored_run(host) for _ in range(8)]
    store = StudyStore(host.studies)
    report = store.create("the report", "report", {}, [run.id for run in runs])
    app = opened(study=report.id)
    assert "Our figures beside the report's" in [box.label for box in app.expander]
    assert any("Test, report" in table.value for table in app.table)
    other = RunStore(host.runs).create(CONFIG)
    grid = store.create("grid", "grid", {"seed": [0]}, [other.id])
    app = opened(study=grid.id)
    assert not app.table and f"study={grid.id}" in texts(app)

"""What the page of one run shows: figures with n and interval, matrix, mistakes, slices; what is missing."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.confusion import confusion_at
from core.evaluation.summary import summarise
from core.evaluation.thresholds import best_threshold
from core.runs import State
from core.runs.predictions import read_predictions
from core.settings import Settings
from core.ui.run_slices import shown_table
from tests.app.pages import page
from tests.scored_runs import scored_run
from tests.unit.ui.fabricated import write_run


def opened(run_id: str | None) -> AppTest:
    app = page("run")
    if run_id is not None:
        app.query_params["run"] = run_id
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    elements = (*app.title, *app.markdown, *app.caption, *app.warning, *app.error, *app.info)
    return "\n".join(element.value for element in elements).replace("\\", "")


def test_the_accuracy_has_its_n_its_interval_and_its_method(host: Settings):
    run = scored_run(host, "a good one")
    app = opened(run.id)
    assert app.metric[0].label == "Test accuracy"
    assert app.metric[0].value == f"{run.metrics().best.test_accuracy:.4f}"
    assert "persons resampled), n = 200" in words(app)


def test_validation_can_be_looked_at_instead(host: Settings):
    run = scored_run(host)
    app = opened(run.id)
    app.segmented_control(key="run_split").set_value("val").run()
    assert app.metric[0].label == "Validation accuracy"
    assert app.metric[0].value == f"{run.metrics().best.val_accuracy:.4f}"


def test_synthetic_data_and_random_weights_are_named(host: Settings):
    app = opened(scored_run(host).id)
    assert "synthetic faces" in words(app) and "random weights" in words(app)


def test_the_matrix_follows_the_threshold(host: Settings):
    run = scored_run(host)
    frame = read_predictions(run, "test")
    app = opened(run.id)
    app.slider(key="run_threshold").set_value(0.9).run()
    found = confusion_at(frame["label"], frame["probability"].to_numpy(), 0.9)
    assert f"{found.fn:,} of {found.fn + found.tp:,}" in words(app)
    assert f"Accuracy **{found.accuracy:.4f}** at 0.9" in words(app)


def test_the_threshold_that_is_best_on_validation_is_a_click_away(host: Settings):
    run = scored_run(host, right=0.85)
    val, test = read_predictions(run, "val"), read_predictions(run, "test")
    best = best_threshold(val["label"].to_numpy(), val["probability"].to_numpy())
    app = opened(run.id)
    next(button for button in app.button if button.label.startswith("Best on validation")).click().run()
    at_best = confusion_at(test["label"], test["probability"].to_numpy(), best)
    assert f"Accuracy **{at_best.accuracy:.4f}** at {best:.4g}" in words(app)


def test_a_cell_opens_its_images(host: Settings):
    run = scored_run(host)
    frame = read_predictions(run, "test")
    app = opened(run.id)
    app.pills(key="run_cell").set_value("fn").run()
    missed = confusion_at(frame["label"], frame["probability"].to_numpy()).fn
    assert f"{missed} images, the surest answers first." in words(app)


@pytest.mark.parametrize("tab", ["Mistakes", "Slices", "Calibration", "Config", "Log", "Files"])
def test_each_tab_opens(host: Settings, tab: str):
    app = page("run")
    app.query_params["run"] = scored_run(host).id
    app.session_state["run_tab"] = tab
    app.run()
    assert not app.exception
    said = {
        "Mistakes": "the surest first",
        "Slices": "Skin tone is not labelled",
        "Calibration": "It was fitted on validation alone",
        "Config": "",
        "Log": "",
        "Files": "public format",
    }
    assert said[tab] in words(app)


def test_small_slices_are_grey_and_last(host: Settings):
    frame = read_predictions(scored_run(host, n=120), "test")
    slices = summarise(frame, ["Male", "Eyeglasses", "Bangs", "Young"]).slices
    small = slices["small"].tolist()
    assert any(small) and not all(small)
    assert small == sorted(small)
    style = shown_table(slices).to_html().split("</style>")[0]
    assert [f"_row{i}_col0" in style for i in range(len(small))] == small


@pytest.mark.parametrize("run_id", ["20260131-142501-zzzzzz", "../../etc/passwd", "<b>x</b>", "a" * 3000])
def test_unknown_and_hostile_ids_get_a_sentence(host: Settings, run_id: str):
    app = opened(run_id)
    assert "There is no run" in words(app) or "is not a run id" in words(app)
    assert not app.metric


def test_without_a_run_the_page_says_where_to_choose_one(host: Settings):
    assert "No run was chosen." in words(opened(None))


def test_a_run_that_was_not_scored_says_so_and_shows_its_configuration(host: Settings):
    run = write_run(host, state=State.FAILED, reason="The disk is full.", test_accuracy=None)
    app = opened(run.id)
    assert "has no predictions" in words(app) and "The disk is full." in words(app)
    assert [tab.label for tab in app.tabs] == ["Overview", "Config", "Log", "Files"]


def test_damaged_predictions_are_said_and_the_page_stays_up(host: Settings):
    run = scored_run(host)
    run.predictions_path.write_bytes(b"not parquet")
    assert "predictions.parquet" in words(opened(run.id))


def test_a_run_that_was_deleted_meanwhile_gets_a_sentence(host: Settings):
    run = scored_run(host)
    opened(run.id)
    shutil.rmtree(run.path)
    assert "There is no run" in words(opened(run.id))


def test_a_name_is_text_and_never_markdown(host: Settings):
    app = opened(scored_run(host, "**loud** <script>").id)
    assert app.title[0].value == r"\*\*loud\*\* \<script\>"

"""The pages of a demo: they offer what a visitor may do, and nothing that would be refused."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.access import HOST, Access
from core.atomic import write_json
from core.jobs import JobQueue
from core.runs import Run, RunStore, State, TrainConfig
from core.runs.records import Owner
from core.settings import Settings
from core.ui.train_fields import KEYS
from tests.app.pages import page
from tests.app.runs import finished_run

ANN = Access("a" * 32)
SMALL = TrainConfig(weights="random", limit=100, image_size=48, epochs=2)


@pytest.fixture
def demo(host: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A demo, looked at by Ann. AppTest has no cookies: whoever sends none is taken for her."""
    monkeypatch.setenv("LINEAMENT_MODE", "demo")
    monkeypatch.setattr("core.access.visitor_key", lambda cookie: ANN.visitor)
    return Settings()


def run_of(demo: Settings, visitor: str, name: str) -> Run:
    """A scored run of somebody."""
    run = finished_run(demo, name, val_accuracy=0.9)
    if visitor:
        write_json(run.path / "owner.json", Owner(visitor=visitor).model_dump())
    return run


def buttons(app: AppTest) -> set[str]:
    """What the page's buttons say."""
    return {button.label for button in app.button}


def texts(app: AppTest) -> str:
    """All that the page says in words."""
    return "\n".join(
        str(element.value) for element in (*app.markdown, *app.caption, *app.error, *app.info)
    ).replace("\\", "")


def popovers(app: AppTest) -> set[str]:
    """What the page's popovers are called."""
    return {block.proto.popover.label for block in app.get("popover")}


def test_the_faces_are_the_drawn_ones(demo):
    app = page("dataset").run()
    assert not app.exception
    [sources] = [box for box in app.selectbox if box.label == "Data set"]
    assert sources.options == ["synthetic faces", "faulty drawn faces"]
    assert not popovers(app) & {"Add a folder", "Download CelebA"}
    assert "Upload a zip" not in buttons(app)


def test_on_ones_own_machine_the_ways_in_are_there(host):
    app = page("dataset").run()
    assert {"Add a folder", "Download CelebA"} <= popovers(app)
    assert "Upload a zip" in buttons(app)


def test_the_form_keeps_to_the_caps(demo):
    app = page("train").run()
    assert not app.exception
    most = {field.key: field.max for field in app.number_input}
    assert [most[KEYS[name]] for name in ("epochs", "limit", "image_size", "batch_size")] == [
        10,
        1000,
        96,
        128,
    ]
    assert app.pills[0].options == ["Quick look"]
    assert "file" not in app.selectbox(KEYS["weights"]).options
    assert app.selectbox(KEYS["weights"]).value == "random"


def test_a_start_makes_a_run_of_the_visitor(demo):
    app = page("train").run()
    next(button for button in app.button if button.label == "Start").click().run()
    assert not app.exception
    [run_id] = JobQueue(demo, HOST).waiting()
    assert JobQueue(demo, HOST).store.get(run_id).visitor() == ANN.visitor
    assert {"Cancel"} <= buttons(app)


def test_a_larger_run_that_is_cloned_is_cut_to_the_caps(demo):
    large = TrainConfig(weights="/models/mine.h5", image_size=224, epochs=30)
    run = RunStore(demo.runs).create(large)
    app = page("train")
    app.query_params["like"] = run.id
    app.run()
    assert not app.exception
    assert app.number_input(KEYS["image_size"]).value == 96
    assert app.number_input(KEYS["epochs"]).value == 10
    assert app.selectbox(KEYS["weights"]).value == "random"


@pytest.mark.parametrize("name", ["train", "run"])
def test_a_run_of_somebody_else_is_not_there(demo, name):
    run = run_of(demo, "b" * 32, "Ben's secret")
    app = page(name)
    app.query_params["run"] = run.id
    app.run()
    assert not app.exception
    assert f"There is no run {run.id}" in texts(app)
    assert "Ben" not in texts(app)


@pytest.mark.parametrize("name", ["compare", "predict"])
def test_lists_hold_the_hosts_runs_and_ones_own(demo, name, monkeypatch):
    monkeypatch.setattr("core.ui.predict_model.warm_up", lambda run: None)
    for visitor, words in (("", "the host"), (ANN.visitor, "Ann's"), ("b" * 32, "Ben's secret")):
        run_of(demo, visitor, words)
    app = page(name).run()
    assert not app.exception
    shown = repr([*app.dataframe, *(box.options for box in app.selectbox)]) + "".join(
        str(table.value) for table in app.dataframe
    )
    assert "Ann's" in shown
    assert "the host" in shown
    assert "Ben" not in shown


def test_the_hosts_run_is_shown_and_cannot_be_changed(demo):
    run = run_of(demo, "", "the host's")
    app = page("train")
    app.query_params["run"] = run.id
    app.run()
    assert not app.exception
    assert "Clone into the form" in buttons(app)
    assert not buttons(app) & {"Resume", "Add them and train"}
    app = page("compare")
    app.query_params["runs"] = run.id
    app.run()
    assert not buttons(app) & {"Star", "Delete"}


def test_ones_own_run_can_be_changed(demo):
    run = run_of(demo, ANN.visitor, "Ann's")
    app = page("compare")
    app.query_params["runs"] = run.id
    app.run()
    assert {"Star", "Delete"} <= buttons(app)
    next(button for button in app.button if button.label == "Star").click().run()
    assert JobQueue(demo, HOST).store.get(run.id).notes().star


def test_nothing_is_exported(demo):
    run = run_of(demo, "", "the host's")
    app = page("run")
    app.query_params["run"] = run.id
    app.run()
    assert "Export the model" not in popovers(app)


def test_what_waits_of_others_is_counted_and_not_named(demo):
    JobQueue(demo, Access("b" * 32)).submit(SMALL, name="Ben's secret")
    mine = JobQueue(demo, ANN).submit(SMALL, name="Ann's")
    app = page("train")
    app.query_params["run"] = mine.id
    app.run()
    assert "Waiting: 1 run before this one" in [bar.proto.text for bar in app.get("progress")]
    assert "Ben" not in texts(app)


def test_a_queue_that_is_full_is_said_at_the_click(demo):
    for _ in range(3):
        JobQueue(demo, ANN).submit(SMALL)
    app = page("train").run()
    next(button for button in app.button if button.label == "Start").click().run()
    assert "allows one visitor" in texts(app)
    assert len(JobQueue(demo, HOST).waiting()) == 3


def test_a_run_that_ended_in_another_state_can_be_resumed_by_its_owner_only(demo):
    runs = [JobQueue(demo, who).submit(SMALL) for who in (ANN, HOST)]
    for run in runs:
        with run.hold() as held:
            held.set_state(State.PAUSED)
    offered = []
    for run in runs:
        app = page("train")
        app.query_params["run"] = run.id
        offered.append("Resume" in buttons(app.run()))
    assert offered == [True, False]

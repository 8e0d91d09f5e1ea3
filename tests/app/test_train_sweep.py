"""The Sweep tab and the report's: what is varied, what it takes, and a study queued once."""

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import register_folder
from core.runs import RunStore, State, TrainConfig
from core.runs.studies import MAX_RUNS, StudyStore, report_configs
from core.settings import Settings
from core.ui.resources import queue
from core.ui.train_fields import KEYS
from core.ui.train_sweep_fields import label
from core.ui.train_tabs import REPEAT, SWEEP
from tests.app.train_page import addresses, button, labels, opened, texts
from tests.faces import make_class_folders
from tests.unit.ui.fabricated import CONFIG, hold_running, write_run

BASE = CONFIG.changed(limit=None)


@pytest.fixture(autouse=True)
def no_imagenet(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(host.artifacts.parent / "keras"))


def on_tab(tab: str, **query: str) -> AppTest:
    """The page with that tab chosen."""
    app = opened(**query)
    app.session_state["train_tab"] = tab
    app.run()
    assert not app.exception
    return app


def sweep(host: Settings, config: TrainConfig = BASE) -> AppTest:
    """The Sweep tab over a form that holds `config`."""
    return on_tab(SWEEP, like=write_run(host, config=config).id)


def vary(app: AppTest, **values: list[str]) -> AppTest:
    """Choose the fields, then type the values; AppTest's multiselect takes no new options by itself."""
    app.multiselect("sweep_fields").set_value(list(values)).run()
    for name, texts_ in values.items():
        app.session_state[f"sweep_{name}_values"] = texts_
    app.run()
    assert not app.exception
    return app


def configs_of(host: Settings, study_id: str) -> list[TrainConfig]:
    study = StudyStore(host.studies).get(study_id)
    return [RunStore(host.runs).get(run_id).config() for run_id in study.run_ids]


def started(app: AppTest, words: str) -> str:
    """The id of the study that this button starts."""
    app = button(app, words).click().run()
    assert not app.exception
    return app.query_params["study"]


def test_a_new_visitor_finds_the_reports_three_learning_rates(host: Settings) -> None:
    app = on_tab(SWEEP)
    assert app.multiselect("sweep_fields").value == ["learning_rate"]
    assert "Learning rate (3) = **3 runs**, of 200 at most" in texts(app)
    assert [found.label for found in app.button if found.proto.type == "primary"] == ["Start 3 runs"]


def test_the_sweep_starts_from_the_form(host: Settings) -> None:
    app = vary(sweep(host, BASE.changed(dropout=0.25, epochs=7)), dropout=["0.25"])
    assert app.multiselect("sweep_dropout_values").value == ["0.25"]
    assert "Epochs 7" in texts(app)
    [config] = configs_of(host, started(app, "Start 1 run"))
    assert config == BASE.changed(dropout=0.25, epochs=7)


def test_every_combination_is_queued_as_one_study(host: Settings) -> None:
    app = vary(sweep(host), learning_rate=["0.1", "1e-3"], fine_tune=["none", "block5"])
    assert "Learning rate (2) × Fine-tuning (2) = **4 runs**" in texts(app)
    app.text_input("sweep_name").set_value("My *rates*").run()
    study_id = started(app, "Start 4 runs")
    found = [(config.learning_rate, config.fine_tune) for config in configs_of(host, study_id)]
    assert found == [(0.1, "none"), (0.1, "block5"), (1e-3, "none"), (1e-3, "block5")]
    assert StudyStore(host.studies).get(study_id).name == "My *rates*"
    assert len(queue().waiting()) == 4


def test_a_second_click_on_the_same_form_makes_no_second_study(host: Settings) -> None:
    app = sweep(host)
    token = app.session_state["train_token"]
    first = started(app, "Start 3 runs")
    del app.query_params["study"]
    app.session_state["train_token"], app.session_state["train_token_used"] = token, False
    app.session_state["train_tab"] = SWEEP
    app.run()
    assert started(app, "Start 3 runs") == first
    assert len(queue().waiting()) == 3


@pytest.mark.parametrize(
    "name", ["learning_rate", "dense_units", "seed", "batch_norm", "optimizer", "target", "data"]
)
def test_any_field_can_be_varied_from_its_present_value(host: Settings, name: str) -> None:
    app = sweep(host)
    app.multiselect("sweep_fields").set_value([name]).run()
    assert not app.exception
    assert f"{label(name)} (" in texts(app) and "Start" in button(app, labels(app)[0]).label
    assert getattr(configs_of(host, started(app, labels(app)[0]))[0], name) == getattr(BASE, name) or (
        name == "learning_rate"
    )


def test_the_fields_are_called_as_in_the_form(host: Settings) -> None:
    app = opened()
    widgets = (*app.selectbox, *app.number_input, *app.text_input, *app.toggle, *app.pills)
    found = {widget.key: widget.label for widget in widgets}
    for name in TrainConfig.model_fields.keys() - {"schema_version"}:
        assert found.get(KEYS[name], label(name)) == label(name)


def test_a_bad_value_is_named_in_the_configurations_words_and_nothing_starts(host: Settings) -> None:
    app = vary(sweep(host), learning_rate=["0.1", "fast"])
    assert "learning_rate = 'fast': Input should be a valid number" in texts(app)
    assert button(app, "Start").disabled
    app = vary(app, learning_rate=["0.1"])
    assert not app.error and not button(app, "Start 1 run").disabled


def test_a_field_without_values_is_asked_for(host: Settings) -> None:
    app = vary(sweep(host), fine_tune=[])
    assert "Choose values for Fine-tuning." in texts(app)
    assert button(app, "Start").disabled


def test_more_runs_than_allowed_are_refused_with_their_number(host: Settings) -> None:
    app = vary(sweep(host), seed=[str(i) for i in range(MAX_RUNS + 1)])
    assert f"{MAX_RUNS + 1} runs; {MAX_RUNS} are allowed" in texts(app)
    assert button(app, "Start").disabled


def test_a_queue_without_room_is_said_before_the_click(
    host: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_QUEUED", "3")
    app = sweep(host)
    assert not app.warning
    queue().submit(CONFIG)
    app.run()
    assert "1 runs are waiting and 3 more would pass the 3" in texts(app)
    assert button(app, "Start 3 runs").disabled


def test_a_queue_that_filled_since_is_said_after_the_click(
    host: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_QUEUED", "3")
    app = sweep(host)
    queue().submit(CONFIG)
    app = button(app, "Start 3 runs").click().run()
    assert "study" not in app.query_params
    assert any("3 more would pass the 3" in error.value for error in app.error)
    assert StudyStore(host.studies).list_studies() == []


def test_more_epochs_than_the_host_allows_are_said_before(
    host: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_EPOCHS", "5")
    app = vary(sweep(host), epochs=["5", "9"])
    assert "9 epochs are more than this host allows (5)" in texts(app)
    assert button(app, "Start 2 runs").disabled


def test_a_target_that_other_data_lack_is_named(host: Settings) -> None:
    folder = make_class_folders(host.artifacts.parent / "mine")
    register_folder(folder, host)
    app = sweep(host, BASE.changed(target="Young"))
    app = vary(app, data=["sample", str(folder)])
    assert "mine has no attribute 'Young'" in texts(app)
    assert button(app, "Start").disabled


def test_the_time_of_the_study_and_of_what_waits_before_it_is_said(host: Settings) -> None:
    app = sweep(host)
    assert "for all 3" in texts(app) and "come first" not in texts(app)
    with hold_running(host) as held:
        queue().enlist(held.run)
        queue().submit(CONFIG)
        app.run()
        assert "2 runs in the queue come first: 1 min 40 s" in texts(app)


def test_the_report_is_eight_runs_on_the_forms_data(host: Settings) -> None:
    base = BASE.changed(image_size=96, limit=500, target="Male")
    app = on_tab(REPEAT, like=write_run(host, config=base).id)
    planned = app.table[0].value
    assert len(planned) == 8
    assert list(planned["Test, report"])[:2] == ["0.8963", "0.9416"]
    assert "synthetic faces · Random start · 500 images at most · 96 px" in texts(app)
    assert "for all 8" in texts(app)
    study_id = started(app, "Start the eight runs")
    assert configs_of(host, study_id) == report_configs(base)
    assert StudyStore(host.studies).get(study_id).kind == "report"


def test_another_target_than_the_reports_is_pointed_out(host: Settings) -> None:
    assert not on_tab(REPEAT, like=write_run(host, config=BASE).id).info
    app = on_tab(REPEAT, like=write_run(host, config=BASE.changed(target="Young")).id)
    assert "The published numbers are for Male" in app.info[0].value


def test_without_imagenet_weights_the_random_start_is_one_click_away(host: Settings) -> None:
    app = on_tab(REPEAT, like=write_run(host, config=BASE.changed(weights="imagenet")).id)
    app = button(app, "Use the random start instead").click().run()
    assert app.session_state[KEYS["weights"]] == "random"
    assert "Random start" in texts(app)


def test_a_broken_form_is_to_be_mended_first(host: Settings) -> None:
    app = opened()
    app.session_state[KEYS["dense_units"]] = "many"
    for tab in (SWEEP, REPEAT):
        app.session_state["train_tab"] = tab
        app.run()
        assert not app.exception
        assert "Mend the form" in texts(app) and "dense_units" in texts(app)


def test_studies_are_listed_newest_first_with_links(host: Settings) -> None:
    store = StudyStore(host.studies)
    run = write_run(host, state=State.FAILED, reason="The disk is full.")
    old = store.create("Old *one*", "grid", {"learning_rate": [0.1, 0.001]}, [run.id])
    new = store.create("New one", "report", {}, [run.id, "20260101-000000-aaaaaa"])
    app = on_tab(SWEEP)
    shown, links = texts(app), addresses(app)
    assert links.index(f"study={max(new.id, old.id)}") < links.index(f"study={min(new.id, old.id)}")
    assert f"(/compare?study={new.id})" in links
    assert "Learning rate 0.1, 0.001" in shown and "1 of 1 done · 1 failed" in shown


def test_many_studies_come_ten_at_a_time(host: Settings) -> None:
    run = write_run(host)
    for i in range(12):
        StudyStore(host.studies).create(f"Number {i}", "grid", {"seed": [0]}, [run.id])
    app = on_tab(SWEEP)
    assert addresses(app).count("/compare?study=") == 10
    app = button(app, "Show older studies").click().run()
    assert addresses(app).count("/compare?study=") == 12
    assert "Show older studies" not in labels(app)

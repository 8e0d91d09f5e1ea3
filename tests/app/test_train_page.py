"""What the Train page shows: the form and its presets, a run that waits, trains or has ended."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.runs import RunStore, State, TrainConfig
from core.runs.imagenet import IMAGENET_FILE
from core.runs.presets import PRESETS, QUICK_LOOK, REPORT_FINE_TUNED
from core.settings import Settings
from core.ui.resources import queue
from core.ui.train_fields import FIELDS, KEYS
from core.ui.train_help import HELP
from tests.app.train_page import button, labels, opened, texts
from tests.faces import make_celeba
from tests.unit.ui.fabricated import CONFIG, hold_running, write_run

NO_DOWNLOAD = "The ImageNet weights (59 MB) could not be downloaded. Start from random weights instead."


@pytest.fixture(autouse=True)
def no_imagenet(host: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras's cache is an empty folder."""
    home = host.artifacts.parent / "keras"
    monkeypatch.setenv("KERAS_HOME", str(home))
    return home


def type_learning_rate(app: AppTest, text: str) -> AppTest:
    """What a selectbox that takes new options does; AppTest itself only picks from those it has."""
    widget = app.selectbox(KEYS["learning_rate"])
    widget.options.append(text)
    widget.set_value(text)
    return app


def start(app: AppTest) -> AppTest:
    app = button(app, "Start").click().run()
    assert not app.exception
    return app


def test_the_form_opens_with_the_quick_look(host: Settings) -> None:
    app = opened()
    assert app.title[0].value == "Train"
    assert app.pills[0].options == [preset.name for preset in PRESETS]
    assert app.pills[0].value == QUICK_LOOK.name
    assert app.session_state[KEYS["epochs"]] == QUICK_LOOK.fields["epochs"]
    assert texts(app).count(QUICK_LOOK.help) == 1


def test_only_start_is_a_primary_button(host: Settings) -> None:
    app = opened()
    assert [found.label for found in app.button if found.proto.type == "primary"] == ["Start"]


def test_every_field_explains_itself(host: Settings) -> None:
    app = opened()
    fields = (*app.selectbox, *app.number_input, *app.text_input, *app.toggle, app.pills(KEYS["augment"]))
    assert {field.key for field in fields} == set(KEYS.values())
    assert all(field.help == HELP[name] for name, key in KEYS.items() for field in fields if field.key == key)


def test_augmentation_says_that_features_are_not_kept_and_is_queued(host: Settings) -> None:
    app = opened()
    app.selectbox(KEYS["weights"]).set_value("random").run()
    app.pills(KEYS["augment"]).set_value(["shift", "flip"]).run()
    assert "Turns kept features off" in texts(app)
    start(app)
    [run_id] = RunStore(host.runs).ids()
    assert RunStore(host.runs).get(run_id).config().augment == ("flip", "shift")


def test_a_preset_fills_the_form_and_goes_out_when_a_field_is_changed(host: Settings) -> None:
    app = opened()
    app.pills[0].set_value(REPORT_FINE_TUNED.name).run()
    assert app.selectbox(KEYS["learning_rate"]).value == "0.00001"
    assert app.selectbox(KEYS["fine_tune"]).value == "block5"
    assert app.number_input(KEYS["limit"]).value is None
    app.number_input(KEYS["epochs"]).set_value(4).run()
    assert app.pills[0].value is None
    assert "Your own settings." in texts(app)


def test_start_queues_what_the_form_says_and_shows_it(host: Settings) -> None:
    app = opened()
    type_learning_rate(app, "3e-3")
    app.text_input(KEYS["dense_units"]).set_value("128, 64")
    app.text_input(KEYS["name"]).set_value("My *first*")
    app = start(app)
    (run_id,) = RunStore(host.runs).ids()
    assert app.query_params["run"] == run_id
    expected = QUICK_LOOK.apply(TrainConfig()).changed(learning_rate=0.003, dense_units=(128, 64))
    assert RunStore(host.runs).get(run_id).config() == expected
    assert "My *first*" in texts(app)
    assert "Waiting: next to start" in [bar.proto.text for bar in app.get("progress")]


def test_a_second_click_on_the_same_form_makes_no_second_run(host: Settings) -> None:
    app = opened()
    token = app.session_state["train_token"]
    first = queue().submit(QUICK_LOOK.apply(TrainConfig()), token=token)
    app = start(app)
    assert RunStore(host.runs).ids() == [first.id]
    assert app.query_params["run"] == first.id


def test_a_form_opened_anew_makes_a_new_run(host: Settings) -> None:
    app = start(opened())
    del app.query_params["run"]
    start(app.run())
    assert len(RunStore(host.runs).ids()) == 2


def test_a_learning_rate_that_is_no_number_is_named_and_start_waits(host: Settings) -> None:
    app = opened()
    type_learning_rate(app, "fast").run()
    assert "learning_rate = 'fast'" in app.error[0].value.replace("\\", "")
    assert button(app, "Start").disabled
    app.selectbox(KEYS["learning_rate"]).set_value("0.01").run()
    assert not app.error and not button(app, "Start").disabled


def test_dense_units_out_of_bounds_are_named(host: Settings) -> None:
    app = opened()
    app.text_input(KEYS["dense_units"]).set_value("256, many").run()
    assert "dense_units" in app.error[0].value.replace("\\", "")


def test_a_full_queue_says_so_and_keeps_the_form(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_QUEUED", "1")
    start(opened())
    app = opened()
    app.text_input(KEYS["name"]).set_value("Kept")
    app.number_input(KEYS["epochs"]).set_value(7)
    app = start(app)
    assert "1 runs are waiting" in texts(app)
    assert len(RunStore(host.runs).ids()) == 1
    assert app.text_input(KEYS["name"]).value == "Kept" and app.number_input(KEYS["epochs"]).value == 7
    assert "1 runs are waiting" not in texts(app.run())


def test_without_imagenet_weights_the_random_start_is_one_click_away(host: Settings) -> None:
    app = opened()
    assert "ImageNet weights (59 MB) are not on this machine yet" in texts(app)
    button(app, "Use the random start instead").click().run()
    assert app.selectbox(KEYS["weights"]).value == "random"
    assert "59 MB) are not on this machine" not in texts(app)


def test_with_imagenet_weights_in_keras_cache_nothing_is_said(host: Settings, no_imagenet: Path) -> None:
    (no_imagenet / "models").mkdir(parents=True)
    (no_imagenet / "models" / IMAGENET_FILE).touch()
    assert "Use the random start instead" not in labels(opened())


def test_a_run_without_weights_starts_again_with_random_ones(host: Settings) -> None:
    config = CONFIG.changed(weights="imagenet", dropout=0.2)
    failed = write_run(
        host,
        "Mine",
        config=config,
        state=State.FAILED,
        reason=NO_DOWNLOAD,
        val_losses=(),
        test_accuracy=None,
        weights="imagenet",
    )
    app = opened(run=failed.id)
    assert NO_DOWNLOAD in texts(app)
    button(app, "Start again with random weights").click().run()
    again = app.query_params["run"]
    assert again != failed.id
    assert RunStore(host.runs).get(again).config() == config.changed(weights="random")


def test_a_run_that_failed_for_another_reason_offers_a_copy_and_no_random_weights(host: Settings) -> None:
    failed = write_run(
        host, state=State.FAILED, reason="There is no folder.", val_losses=(), test_accuracy=None
    )
    app = opened(run=failed.id)
    assert "There is no folder." in texts(app)
    assert labels(app) == ["Clone into the form"]


def test_a_run_that_trains_shows_where_it_is(host: Settings) -> None:
    with hold_running(host, "Live one") as held:
        app = opened(run=held.run.id)
        bar = app.get("progress")[0].proto
        assert (bar.text, bar.value) == ("Training: epoch 2 of 5, step 7 of 15", 29)
        shown = texts(app)
        assert "Live one" in shown and "synthetic faces" in shown and "random weights" in shown
        assert "152 images/s · left: 1 min 35 s in all · last sign of life" in shown
        assert "Why can validation be better than training?" in shown
        assert len(app.get("vega_lite_chart")) == 2
        assert "epoch 1/5" in app.code[0].value
        assert labels(app) == ["Stop", "Pause"]


@pytest.mark.parametrize(("label", "request_"), [("Stop", "stop"), ("Pause", "pause")])
def test_stop_and_pause_are_asked_for_once(host: Settings, label: str, request_: str) -> None:
    with hold_running(host) as held:
        app = button(opened(run=held.run.id), label).click().run()
        assert held.run.requested() == request_
        assert f"Asked to {request_}" in texts(app)
        assert all(found.disabled for found in app.button)


def test_a_waiting_run_can_be_cancelled(host: Settings) -> None:
    run = queue().submit(CONFIG)
    app = button(opened(run=run.id), "Cancel").click().run()
    assert run.state().state is State.STOPPED
    assert "Cancelled before it started." in texts(app)


def test_a_finished_run_shows_its_accuracies_with_n_and_interval(host: Settings) -> None:
    run = write_run(host, "Done", test_accuracy=0.9)
    app = opened(run=run.id)
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("Test accuracy", "0.9000"),
        ("Validation accuracy", "0.9000"),
        ("Train accuracy", "0.8500"),
    ]
    shown = texts(app)
    assert "95 % interval 0.8149 to 0.9485 (Wilson), n = 80" in shown
    assert "At the best epoch, 2 of 3" in shown
    for way in (f"/predict?run={run.id}", f"/run?run={run.id}", f"/compare?runs={run.id}"):
        assert f"({way})" in shown


def test_a_clone_opens_the_form_with_its_settings(host: Settings) -> None:
    run = write_run(host, config=CONFIG.changed(learning_rate=0.002, dropout=0.1, seed=7))
    app = button(opened(run=run.id), "Clone into the form").click().run()
    assert "run" not in app.query_params
    assert app.selectbox(KEYS["learning_rate"]).value == "0.002"
    assert app.selectbox(KEYS["weights"]).value == "random"
    assert app.number_input(KEYS["seed"]).value == 7


def test_a_copy_of_a_run_keeps_every_setting(host: Settings) -> None:
    folder = make_celeba(host.artifacts.parent / "faces")
    config = TrainConfig(
        data=str(folder),
        target="Young",
        limit=40,
        image_size=96,
        weights="/somewhere/vgg.h5",
        fine_tune="block4",
        dense_units=(64, 32),
        batch_norm=True,
        dropout=0.25,
        optimizer="sgd",
        learning_rate=0.02,
        batch_size=16,
        epochs=7,
        early_stopping_patience=2,
        reduce_lr_factor=0.3,
        reduce_lr_patience=1,
        precision="float32",
        seed=11,
    )
    run = write_run(host, config=config)
    app = start(opened(like=run.id))
    assert RunStore(host.runs).get(app.query_params["run"]).config() == config
    assert len(FIELDS) == len(TrainConfig.model_fields) - 1


def test_a_copy_whose_data_is_gone_says_so(host: Settings) -> None:
    run = write_run(host, config=CONFIG.changed(data=str(host.artifacts.parent / "gone"), seed=5))
    app = opened(like=run.id)
    assert "not its data" in app.warning[0].value
    assert app.number_input(KEYS["seed"]).value == 5


def test_a_paused_run_can_be_resumed(host: Settings) -> None:
    run = write_run(host, state=State.PAUSED, reason="Paused on request.", test_accuracy=None)
    app = button(opened(run=run.id), "Resume").click().run()
    assert run.state().state is State.QUEUED
    assert labels(app) == ["Cancel"]


def test_a_finished_run_has_nothing_to_resume(host: Settings) -> None:
    assert "Resume" not in labels(opened(run=write_run(host).id))


@pytest.mark.parametrize("run_id", ["../../etc/passwd", "20260131-142501-k3x9ab", "<script>", "%00"])
def test_an_address_that_names_no_run_leads_back_to_the_form(host: Settings, run_id: str) -> None:
    app = opened(run=run_id)
    assert len(app.error) == 1
    button(app, "Train a new run").click().run()
    assert app.pills[0].value == QUICK_LOOK.name


def test_a_damaged_run_is_explained(host: Settings) -> None:
    run = write_run(host)
    (run.path / "config.json").write_text("{")
    app = opened(run=run.id)
    assert "config.json is not JSON" in texts(app)
    assert labels(app) == ["Train a new run"]


def test_other_open_runs_are_listed_with_links(host: Settings) -> None:
    run = queue().submit(CONFIG, name="Waiting one")
    app = opened()
    assert f"[Waiting one](/train?run={run.id})" in texts(app)
    assert "Queue" not in texts(opened(run=run.id))

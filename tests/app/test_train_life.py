"""A run's life on the Train page: alarms, queue, ending it, going on, and the estimate before it."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st

from core.data.sources import register_folder
from core.jobs import JobQueue, control
from core.jobs.control import KillStep
from core.runs import HeldRun, Run, State
from core.runs.alarms import Alarm, raise_alarm
from core.runs.files import append_json, write_csv_rows
from core.runs.records import Progress
from core.settings import Settings
from core.ui.resources import queue
from core.ui.train_fields import KEYS
from tests.app.train_page import button, labels, opened, texts
from tests.faces import make_celeba
from tests.unit.ui.fabricated import CONFIG, history, hold_running, write_run

COLLAPSE = Alarm("collapse", 1, "One answer for all images.", "Try a lower learning rate.")
OVERFITTING = Alarm("overfitting", 4, "The validation loss rose.", "Try more dropout.")


@pytest.fixture(autouse=True)
def no_imagenet(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(host.artifacts.parent / "keras"))


def waiting(host: Settings, *names: str) -> list[Run]:
    return [JobQueue(host).submit(CONFIG, name=name) for name in names]


def asked_long_ago(run: Run, seconds: float = 20) -> None:
    run.request("stop")
    past = time.time() - seconds
    os.utime(run.path / "control.json", (past, past))


def silent_for(held: HeldRun, seconds: float) -> None:
    then = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()
    append_json(held.run.path / "progress.jsonl", Progress(time=then, phase="training").model_dump())


def wait_until_over(app) -> None:
    deadline = time.monotonic() + 20
    while app.run().status and app.status[0].state == "running":
        assert time.monotonic() < deadline


def test_alarms_stand_in_one_block_while_it_trains_and_after(host: Settings) -> None:
    with hold_running(host) as held:
        raise_alarm(held.run, COLLAPSE)
        raise_alarm(held.run, OVERFITTING)
        (block,) = opened(run=held.run.id).warning
        assert all(alarm.message[:-1] in block.value for alarm in (COLLAPSE, OVERFITTING))
        assert all(alarm.advice[:-1] in block.value for alarm in (COLLAPSE, OVERFITTING))
        held.set_state(State.FAILED, "No space left.")
    assert "Try more dropout." in texts(opened(run=held.run.id))


def test_a_run_without_alarms_shows_no_block(host: Settings) -> None:
    with hold_running(host) as held:
        assert not opened(run=held.run.id).warning


def test_a_dead_trainer_is_called_crashed_and_can_be_resumed(host: Settings) -> None:
    held = hold_running(host)
    with held:
        assert "Resume" not in labels(opened(run=held.run.id))
    app = opened(run=held.run.id)
    assert "The trainer died while it was running." in texts(app)
    button(app, "Resume").click().run()
    assert held.run.state().state is State.QUEUED


def test_a_run_that_crashed_while_it_was_scored_can_be_resumed(host: Settings) -> None:
    run = write_run(host, val_losses=(0.5,) * CONFIG.epochs, test_accuracy=None)
    with run.hold() as held:
        held.set_state(State.RUNNING)
    assert "Resume" in labels(opened(run=run.id))


def test_a_longer_run_that_crashed_says_which_epochs_its_scores_leave_out(host: Settings) -> None:
    run = write_run(host, val_losses=(0.5, 0.3, 0.4))
    app = opened(run=run.id)
    assert "came after these scores" not in texts(app)
    write_csv_rows(run.path / "history.csv", history((0.5, 0.3, 0.4, 0.2)))
    with run.hold() as held:
        held.set_state(State.RUNNING)
    app = opened(run=run.id)
    assert "1 epoch came after these scores" in texts(app)
    assert "Look at the end of the log, then resume it" in app.warning[0].value


def test_waiting_runs_stand_in_their_order_and_can_be_moved(host: Settings) -> None:
    first, second, third = waiting(host, "first", "second", "third")
    app = opened()
    shown = texts(app)
    assert shown.index("first") < shown.index("second") < shown.index("third")
    assert app.button(key=f"Move up {first.id}").disabled
    assert app.button(key=f"Move down {third.id}").disabled
    app.button(key=f"Move up {third.id}").click().run()
    assert queue().waiting() == [first.id, third.id, second.id]
    app.button(key=f"Move down {first.id}").click().run()
    assert queue().waiting() == [third.id, first.id, second.id]


def test_a_waiting_run_can_be_cancelled_from_the_list(host: Settings) -> None:
    first, second = waiting(host, "first", "second")
    app = opened(run=first.id)
    assert "first (this run)" in texts(app) and f"(/train?run={second.id})" in texts(app)
    app.button(key=f"Cancel {second.id}").click().run()
    assert second.state().state is State.STOPPED
    assert queue().waiting() == [first.id]


def test_the_run_that_trains_stands_before_those_that_wait(host: Settings) -> None:
    active, _, third = waiting(host, "active", "second", "third")
    with active.hold() as held:
        held.set_state(State.RUNNING)
        queue().move(third.id, 0)
        app = opened()
    shown = texts(app)
    assert shown.index("active") < shown.index("third") < shown.index("second")
    assert labels(app).count("Move up") == 2


def test_ending_is_not_offered_while_the_trainer_answers(host: Settings) -> None:
    with hold_running(host) as held:
        held.run.request("stop")
        assert "End it" not in labels(opened(run=held.run.id))


def test_one_that_stops_by_scoring_is_answering(host: Settings) -> None:
    with hold_running(host) as held:
        asked_long_ago(held.run)
        held.set_state(State.STOPPING)
        assert "End it" not in labels(opened(run=held.run.id))


def test_a_request_without_an_answer_offers_to_end_it(host: Settings) -> None:
    with hold_running(host) as held:
        asked_long_ago(held.run)
        app = opened(run=held.run.id)
        assert "End it" in labels(app)
        assert "asked to stop 20 s ago and has not answered" in texts(app)


def test_a_silent_trainer_can_be_ended_without_asking_first(host: Settings) -> None:
    with hold_running(host) as held:
        silent_for(held, 25)
        assert "End it" not in labels(opened(run=held.run.id))
        silent_for(held, 45)
        app = opened(run=held.run.id)
        assert "End it" in labels(app)
        assert "No sign of life for 45 s" in texts(app)


def test_the_ladder_is_shown_step_by_step(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = []

    def kill(_: JobQueue, run_id: str):
        killed.append(run_id)
        yield KillStep("Asked the trainer to stop; it has 20 s.")
        yield KillStep("The trainer ended on SIGTERM.", ended=True)

    monkeypatch.setattr(control, "kill", kill)
    with hold_running(host) as held:
        asked_long_ago(held.run)
        app = button(opened(run=held.run.id), "End it").click().run()
        wait_until_over(app)
        assert killed == [held.run.id]
        assert (app.status[0].label, app.status[0].state) == ("The trainer was ended", "complete")
        held.set_state(State.PAUSED)
    app.run()
    assert [text.value for text in app.status[0].markdown][:2] == [
        r"Asked the trainer to stop; it has 20 s\.",
        r"The trainer ended on SIGTERM\.",
    ]


def test_a_trainer_that_cannot_be_ended_is_said_to_live_on(host: Settings, monkeypatch) -> None:
    monkeypatch.setattr(control, "kill", lambda *_: iter([KillStep("Its process was not found.")]))
    with hold_running(host) as held:
        asked_long_ago(held.run)
        app = button(opened(run=held.run.id), "End it").click().run()
        wait_until_over(app)
        assert (app.status[0].label, app.status[0].state) == ("The trainer could not be ended", "error")
        assert "End it" in labels(app)


def test_one_that_ended_by_itself_before_the_first_step_shows_no_ladder(host: Settings) -> None:
    held = hold_running(host)
    with held:
        asked_long_ago(held.run)
        app = opened(run=held.run.id)
        held.set_state(State.STOPPED, "Stopped on request.")
    button(app, "End it").click().run()
    app.run()
    assert not app.exception and not app.status
    assert "Stopped on request." in texts(app)


@pytest.mark.parametrize("state", [State.FINISHED, State.STOPPED, State.PAUSED])
def test_an_ended_run_can_train_longer(host: Settings, state: State) -> None:
    run = write_run(host, state=state)
    app = opened(run=run.id)
    app.number_input(key="train_more_epochs").set_value(4)
    button(app, "Add them and train").click().run()
    assert run.config().epochs == CONFIG.epochs + 4
    assert run.state().state is State.QUEUED


@pytest.mark.parametrize("state", [State.FAILED, State.CRASHED])
def test_what_broke_is_resumed_not_extended(host: Settings, state: State) -> None:
    run = write_run(host, state=State.RUNNING if state is State.CRASHED else state)
    assert run.state().state is state
    assert "Add them and train" not in labels(opened(run=run.id))


def test_no_more_epochs_are_offered_than_the_host_allows(host: Settings, monkeypatch) -> None:
    run = write_run(host)
    monkeypatch.setenv("LINEAMENT_MAX_EPOCHS", str(CONFIG.epochs + 2))
    st.cache_resource.clear()
    assert opened(run=run.id).number_input(key="train_more_epochs").max == 2
    monkeypatch.setenv("LINEAMENT_MAX_EPOCHS", str(CONFIG.epochs))
    st.cache_resource.clear()
    assert "Add them and train" not in labels(opened(run=run.id))


def test_a_full_queue_leaves_the_run_as_it_was(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write_run(host)
    monkeypatch.setenv("LINEAMENT_MAX_QUEUED", "1")
    st.cache_resource.clear()
    waiting(host, "in the way")
    app = button(opened(run=run.id), "Add them and train").click().run()
    assert "1 runs are waiting" in app.toast[0].value.replace("\\", "")
    assert (run.config().epochs, run.state().state) == (CONFIG.epochs, State.FINISHED)


def test_the_estimate_is_called_a_guess_until_something_has_run(host: Settings) -> None:
    assert "a rough guess, nothing has run here yet" in texts(opened())
    write_run(host)
    assert "a rough guess, nothing like it has run here yet" in texts(opened())


def test_the_estimate_is_judged_by_runs_of_the_same_depth(host: Settings) -> None:
    run = write_run(host, config=CONFIG.changed(fine_tune="all"))
    record = run.metrics().model_copy(update={"images_per_second": {"training": 100.0}})
    (run.path / "metrics.json").write_text(record.model_dump_json())
    app = opened(like=run.id)
    # 480 images and half of 120 at a third of the time, five epochs, at 100 a second, after 8 s.
    assert "About 35 s" in texts(app) and "judged by earlier runs here" in texts(app)


def test_the_estimate_counts_the_images_of_a_folder(host: Settings) -> None:
    source = register_folder(make_celeba(host.artifacts.parent / "faces"), host)
    app = opened(source=source.id)
    assert "About 10 s; a rough guess" in texts(app)


def test_the_address_chooses_the_data_and_forgets_it(host: Settings) -> None:
    source = register_folder(make_celeba(host.artifacts.parent / "faces"), host)
    app = opened(source=source.id)
    assert app.session_state[KEYS["data"]] == source.id
    assert "source" not in app.query_params
    app.selectbox(KEYS["data"]).set_value("sample").run()
    assert app.session_state[KEYS["data"]] == "sample"


@pytest.mark.parametrize("source", ["nowhere", "../etc"])
def test_an_address_with_unknown_data_is_told_so(host: Settings, source: str) -> None:
    app = opened(source=source)
    assert f"no data source '{source}'" in texts(app)
    assert app.session_state[KEYS["data"]] == "sample"

"""A study on the Train page: live, ended, the report's, and what does not exist."""

import shutil

import pytest

from core.jobs.studies import REPORT_NAMES
from core.runs import Run, State
from core.runs.studies import Study, StudyStore, report_configs
from core.settings import Settings
from core.ui.resources import queue
from core.ui.train_tabs import SWEEP
from tests.app.train_page import addresses, button, labels, opened, texts
from tests.unit.ui.fabricated import CONFIG, hold_running, write_run

GRID = {"learning_rate": [0.1, 0.001]}


def study_of(
    host: Settings, *runs: Run, kind: str = "grid", grid: dict | None = None, name: str = "Mine"
) -> Study:
    grid = (GRID if grid is None else grid) if kind == "grid" else {}
    return StudyStore(host.studies).create(name, kind, grid, [run.id for run in runs])


def ended_report(host: Settings) -> Study:
    """The report's study: case 4 lost its loss, case 5 failed, the others were scored."""
    ends = {
        3: {
            "state": State.STOPPED,
            "reason": "The loss became nan in epoch 1.",
            "val_losses": (),
            "test_accuracy": None,
        },
        4: {"state": State.FAILED, "reason": "The disk is *full*.", "test_accuracy": None},
    }
    runs = [
        write_run(host, name, config=config, **ends.get(i, {}))
        for i, (config, name) in enumerate(zip(report_configs(CONFIG), REPORT_NAMES, strict=True))
    ]
    return study_of(host, *runs, kind="report", name="The report's study")


def test_an_ended_sweep_is_a_table_and_curves(host: Settings) -> None:
    runs = [write_run(host, f"lr {rate}", config=CONFIG.changed(learning_rate=rate)) for rate in (0.1, 0.001)]
    app = opened(study=study_of(host, *runs, name="My *rates*").id)
    shown = texts(app)
    assert "My *rates*" in shown and "2 of 2 done · 2 finished" in shown
    assert "Learning rate 0.1, 0.001" in shown
    assert "synthetic faces" in shown and "random weights" in shown
    assert "n = 80" in shown
    table = app.dataframe[0].value
    assert list(table["Learning rate"]) == ["0.1", "0.001"]
    assert list(table["Test"]) == [0.9, 0.9]
    assert len(app.get("vega_lite_chart")) == 2
    assert "/compare?study=" in shown


def test_the_ended_report_has_its_two_tables_its_plots_and_what_differs(host: Settings) -> None:
    app = opened(study=ended_report(host).id)
    first, second = (table.value for table in app.table)
    assert (len(first), len(second)) == (6, 2)
    assert list(first["Test, report"])[:3] == ["0.8963", "0.9416", "0.9383"]
    assert first["Test, last"][0] == "0.9000" and first["Diff."][0] == "+0.0037"
    assert (first["Test, last"][3], first["Test, last"][4]) == ("stopped", "failed")
    shown = texts(app)
    assert "Extended 1: loss over epochs" in shown and "Extended 2: loss over epochs" in shown
    assert len(app.get("vega_lite_chart")) == 2
    assert "What differs from the report" in shown and "620 drawn faces" in shown
    assert "ours with n = 80" in shown


def test_runs_that_ended_early_say_why(host: Settings) -> None:
    shown = texts(opened(study=ended_report(host).id))
    assert "Ended, not all finished" in shown
    assert "8 of 8 done · 6 finished · 1 stopped · 1 failed" in shown
    assert "Case 4, stopped:** The loss became nan in epoch 1." in shown
    assert "Case 5, failed:** The disk is *full*." in shown


def test_a_deleted_run_keeps_its_place(host: Settings) -> None:
    study = ended_report(host)
    shutil.rmtree(host.runs / study.run_ids[0])
    app = opened(study=study.id)
    first = app.table[0].value
    assert list(first["Case"])[:2] == ["1", "2"]
    assert (first["Test, last"][0], first["Test, last"][1]) == ("deleted", "0.9000")
    assert f"run={study.run_ids[0]}" not in addresses(app)
    assert f"/run?run={study.run_ids[1]}" in texts(app)


def test_a_live_study_shows_where_it_is(host: Settings) -> None:
    done = write_run(host, "first")
    with hold_running(host, "second *one*") as held:
        queue().enlist(held.run)
        waits = queue().submit(CONFIG, name="third")
        study = study_of(host, done, held.run, waits, grid={"seed": [0, 1, 2]})
        app = opened(study=study.id)
        shown = texts(app)
        [bar] = [found.proto for found in app.get("progress")]
        assert bar.text == "1 of 3 done · 1 finished · 1 training · 1 waiting"
        assert 33 < bar.value < 66
        assert f"/train?run={held.run.id}" in shown and "second *one*" in shown
        assert "Training: epoch 2 of 5, step 7 of 15" in shown
        assert " left" in shown and "You may leave this page." in shown
        assert list(app.dataframe[0].value["State"]) == ["Finished", "Training", "Waiting"]


def test_what_waits_of_a_study_can_be_cancelled(host: Settings) -> None:
    runs = [queue().submit(CONFIG) for _ in range(2)]
    other = queue().submit(CONFIG)
    app = opened(study=study_of(host, *runs).id)
    assert "Its next run waits for its turn." in texts(app)
    app = button(app, "Cancel the waiting runs").click().run()
    assert [run.state().state for run in runs] == [State.STOPPED] * 2
    assert queue().waiting() == [other.id]
    assert "2 of 2 done · 2 stopped" in texts(app.run())


def test_a_live_report_has_all_its_rows_from_the_start(host: Settings) -> None:
    runs = [queue().submit(config) for config in report_configs(CONFIG)]
    app = opened(study=study_of(host, *runs, kind="report").id)
    assert [len(table.value) for table in app.table] == [6, 2]
    assert set(app.table[0].value["Test, last"]) == {"waiting"}
    assert len(app.get("vega_lite_chart")) == 2


def test_the_way_to_a_new_study_opens_its_tab(host: Settings) -> None:
    app = opened(study=study_of(host, write_run(host)).id)
    app = button(app, "New study").click().run()
    assert "study" not in app.query_params
    assert app.session_state["train_tab"] == SWEEP
    assert "sweep_fields" in [found.key for found in app.multiselect]


def test_a_run_leads_to_its_study(host: Settings) -> None:
    run = write_run(host)
    assert "/train?study=" not in texts(opened(run=run.id))
    study = study_of(host, run, name="My *rates*")
    app = opened(run=run.id)
    assert f"/train?study={study.id}" in addresses(app)


@pytest.mark.parametrize("study_id", ["../../etc/passwd", "20260131-142501-k3x9ab", "<script>", "%00"])
def test_an_address_that_names_no_study_leads_back_to_the_form(host: Settings, study_id: str) -> None:
    app = opened(study=study_id)
    assert "There is no study" in app.error[0].value
    assert labels(app) == ["Train a new run"]
    button(app, "Train a new run").click().run()
    assert app.pills

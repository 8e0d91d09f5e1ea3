"""Exported tables hold every number, survive a spreadsheet, and compile."""

import csv
import io
import json

import pytest

from core.runs import RunStore, TrainConfig
from core.runs.export import as_csv, as_json, as_latex
from core.runs.notes import edit_notes
from core.settings import Settings
from tests.scored_runs import CONFIG, scored_run


@pytest.fixture
def host(tmp_path) -> Settings:
    return Settings(artifacts=tmp_path)


def test_csv_and_json_hold_accuracies_with_n_and_interval(host):
    run = scored_run(host, "first", config=CONFIG.changed(dense_units=[64, 32]))
    runs = RunStore(host.runs).list_runs()
    row, best = json.loads(as_json(runs))[0], run.metrics().best
    assert row["best_test_accuracy"] == pytest.approx(best.test_accuracy)
    assert row["best_test_accuracy_low"] < best.test_accuracy < row["best_test_accuracy_high"]
    assert (row["test_n"], row["best_epoch"], row["weights_kind"], row["synthetic_data"]) == (
        200,
        2,
        "random",
        True,
    )
    line = next(csv.DictReader(io.StringIO(as_csv(runs))))
    assert float(line["best_test_accuracy"]) == pytest.approx(best.test_accuracy)
    assert line["dense_units"] == "64 32"


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@sum"])
def test_a_name_never_becomes_a_formula(host, name):
    scored_run(host, name)
    line = next(csv.DictReader(io.StringIO(as_csv(RunStore(host.runs).list_runs()))))
    assert line["name"] == f"'{name}"


def test_a_run_without_scores_has_empty_cells(host):
    RunStore(host.runs).create(TrainConfig(), name="queued")
    row = json.loads(as_json(RunStore(host.runs).list_runs()))[0]
    assert row["best_test_accuracy"] is None and row["state"] == "queued"
    assert "--" in as_latex(RunStore(host.runs).list_runs())


def test_latex_is_booktabs_in_the_reports_form(host):
    run = scored_run(host)
    edit_notes(RunStore(host.runs), run.id, name="100 % _sure_ & {safe}")
    text = as_latex(RunStore(host.runs).list_runs())
    assert [rule for rule in (r"\toprule", r"\midrule", r"\bottomrule") if rule in text] == [
        r"\toprule",
        r"\midrule",
        r"\bottomrule",
    ]
    assert f"{run.metrics().best.test_accuracy:.4f}" in text
    assert text.count("&") == 2 * 6

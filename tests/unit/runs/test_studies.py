"""Studies: which runs a grid makes, which the report made, and the file that holds them together."""

import pytest

from core.errors import ConfigError, UnknownRunError
from core.runs import TrainConfig
from core.runs.studies import MAX_RUNS, StudyStore, grid_configs, report_configs

BASE = TrainConfig(data="faces", target="Young", weights="random", image_size=64, limit=100, seed=7)
RUNS = ["20260131-142501-aaaaaa", "20260131-142501-bbbbbb"]


def test_a_grid_is_every_combination_with_the_last_field_fastest():
    configs = grid_configs(BASE, {"learning_rate": [0.1, 1e-3], "fine_tune": ["none", "block5"]})
    varied = [(config.learning_rate, config.fine_tune) for config in configs]
    assert varied == [(0.1, "none"), (0.1, "block5"), (1e-3, "none"), (1e-3, "block5")]
    assert all(config.changed(learning_rate=1e-3, fine_tune="none") == BASE for config in configs)


@pytest.mark.parametrize("grid", [{}, {"epochs": []}, {"epochs": [1], "dropout": []}])
def test_a_grid_without_values_is_refused(grid):
    with pytest.raises(ConfigError, match="at least one"):
        grid_configs(BASE, grid)


@pytest.mark.parametrize("grid", [{"epochs": [1, 0]}, {"epoch": [1]}, {"fine_tune": ["none", "block9"]}])
def test_one_bad_value_refuses_the_whole_grid(grid):
    with pytest.raises(ConfigError, match=next(iter(grid))):
        grid_configs(BASE, grid)


def test_a_grid_of_more_runs_than_allowed_is_refused_with_their_number():
    assert len(grid_configs(BASE, {"seed": list(range(MAX_RUNS))})) == MAX_RUNS
    with pytest.raises(ConfigError, match=str(MAX_RUNS + 1)):
        grid_configs(BASE, {"seed": list(range(MAX_RUNS + 1))})


def test_the_report_is_six_short_runs_then_its_two_choices():
    configs = report_configs(BASE)
    assert [(config.fine_tune, config.learning_rate, config.epochs) for config in configs] == [
        ("none", 0.1, 3),
        ("none", 1e-3, 3),
        ("none", 1e-5, 3),
        ("block5", 0.1, 3),
        ("block5", 1e-3, 3),
        ("block5", 1e-5, 3),
        ("none", 1e-3, 10),
        ("block5", 1e-5, 10),
    ]


def test_the_reports_first_six_have_none_of_what_it_added_afterwards():
    for i, config in enumerate(report_configs(BASE)):
        added = (
            config.dropout,
            config.batch_norm,
            config.early_stopping_patience,
            config.reduce_lr_patience,
        )
        assert all(added) if i >= 6 else not any(added), i


def test_the_reports_runs_keep_the_faces_weights_and_size_given():
    kept = ("data", "target", "weights", "image_size", "limit", "seed")
    for config in report_configs(BASE):
        assert [getattr(config, field) for field in kept] == [getattr(BASE, field) for field in kept]


def test_a_study_comes_back_as_it_was_written(tmp_path):
    store = StudyStore(tmp_path / "studies")
    assert store.list_studies() == []
    study = store.create("Rates", "grid", {"learning_rate": [0.1, 1e-3]}, RUNS)
    assert store.get(study.id) == study
    assert (study.name, study.run_ids, study.grid) == ("Rates", tuple(RUNS), {"learning_rate": [0.1, 1e-3]})


def test_a_run_leads_to_its_study(tmp_path):
    store = StudyStore(tmp_path)
    study = store.create("Rates", "grid", {}, RUNS)
    assert store.of_run(RUNS[1]) == study
    assert store.of_run("20260131-142501-cccccc") is None


def test_studies_are_listed_newest_first_and_bad_files_are_passed_over(tmp_path, monkeypatch):
    store = StudyStore(tmp_path)
    ids = ["20260101-000000-aaaaaa", "20260102-000000-aaaaaa"]
    for study_id in ids:
        monkeypatch.setattr("core.runs.studies.new_run_id", lambda study_id=study_id: study_id)
        store.create("Rates", "grid", {}, RUNS)
    (tmp_path / "20260103-000000-aaaaaa.json").write_text("{")
    (tmp_path / "20260104-000000-aaaaaa.json").write_text('{"id": 3}')
    (tmp_path / "20260105-000000-aaaaaa.json").write_text(
        '{"id": "20260105-000000-aaaaaa", "name": "x", "run_ids": ["../x"], "created_at": "now"}'
    )
    (tmp_path / "notes.json").write_text("{}")
    assert [study.id for study in store.list_studies()] == ids[::-1]


@pytest.mark.parametrize("study_id", ["20260101-000000-aaaaaa", "../secret", "", "x" * 500])
def test_a_study_that_is_not_there_is_named(tmp_path, study_id):
    (tmp_path / "secret.json").write_text("{}")
    store = StudyStore(tmp_path / "studies")
    with pytest.raises(UnknownRunError, match="study list"):
        store.get(study_id)

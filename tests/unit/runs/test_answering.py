"""What the page and the command line agree on: the rule of a run, and how photos reach it."""

import json

import pytest

from core.evaluation.decision import UNTAUGHT, decision_rule
from core.runs.answering import read_rule, takes_crops
from core.runs.predictions import read_predictions
from core.runs.summary import read_summary
from core.settings import Settings
from tests.scored_runs import scored_run


def test_the_rule_is_taught_by_validation_alone(settings: Settings):
    run = scored_run(settings, n=400)
    frame = read_predictions(run, "val")
    assert read_rule(run) == decision_rule(frame["label"].to_numpy(), frame["probability"].to_numpy())
    test = read_predictions(run, "test")
    assert read_rule(run) != decision_rule(test["label"].to_numpy(), test["probability"].to_numpy())


def test_a_run_whose_predictions_are_gone_is_cautious(settings: Settings):
    run = scored_run(settings)
    run.predictions_path.unlink()
    assert read_rule(run) == UNTAUGHT


@pytest.mark.parametrize(("recorded", "cut"), [(True, True), (False, False), (None, True)])
def test_faces_are_cut_out_for_runs_that_trained_on_cut_faces(settings: Settings, recorded, cut):
    run = scored_run(settings)
    path = run.path / "environment.json"
    environment = json.loads(path.read_text())
    environment["data"]["aligned"] = recorded
    path.write_text(json.dumps(environment))
    assert takes_crops(read_summary(run)) is cut

"""`python -m core export` refuses in one line what it cannot do, and writes nothing."""

import pytest

from core.settings import Settings
from tests.scored_runs import scored_run
from tests.unit.cli.test_refusals import refused


@pytest.fixture
def scored(tmp_path):
    """A run with predictions, and without weights."""
    return scored_run(Settings(artifacts=tmp_path / "artifacts"))


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """The folder in which bundles are written by default."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def test_a_run_that_is_not_there_is_unusable_input(command):
    refused(command("export", "20260101-000000-aaaaaa", "--format", "keras"), "20260101-000000-aaaaaa")


def test_an_unknown_format_is_answered_with_those_there_are(command, scored):
    refused(
        command("export", scored.id, "--format", "pickle"), "pickle", "keras", "saved_model", "litert", "onnx"
    )


def test_a_run_that_was_never_scored_is_refused_in_words(command, saved, here):
    answer = command("export", saved.id, "--format", "keras")
    assert answer.code == 1
    assert saved.id in answer.err
    assert list(here.iterdir()) == []


def test_a_run_without_weights_is_refused_in_words(command, scored, here):
    answer = command("export", scored.id, "--format", "keras")
    assert answer.code == 1
    assert "checkpoint" in answer.err
    assert list(here.iterdir()) == []


def test_a_file_that_is_there_is_not_replaced_unless_forced(command, scored, here):
    (here / f"{scored.id}-keras.zip").write_text("mine")
    refused(command("export", scored.id, "--format", "keras"), "there already", "--force")
    assert (here / f"{scored.id}-keras.zip").read_text() == "mine"


@pytest.mark.parametrize(("out", "word"), [("nowhere/x.zip", "no folder"), (".", "is a folder")])
def test_a_place_that_cannot_hold_a_file_is_refused(command, scored, out, word):
    refused(command("export", scored.id, "--format", "keras", "--out", out, "--force"), word)


@pytest.mark.parametrize("margin", ["-0.1", "0.6", "wide"])
def test_a_margin_outside_its_bounds_is_refused(command, scored, margin):
    refused(command("export", scored.id, "--format", "keras", "--margin", margin), "--margin")


def test_a_card_that_cannot_be_read_is_refused(command, scored, monkeypatch):
    monkeypatch.setattr("core.runs.checkpoints.Checkpoints.best_weights", lambda self: None)
    refused(command("export", scored.id, "--format", "keras", "--card", "nowhere.md"), "nowhere.md")


def test_a_missing_package_is_told_with_the_command_that_brings_it(command, scored, monkeypatch):
    monkeypatch.setattr("core.runs.export_formats.find_spec", lambda name: None)
    refused(
        command("export", scored.id, "--format", "onnx"), "tf2onnx", "pip install -r requirements-export.txt"
    )

"""`runs evaluate`: figures of one run as text and JSON, and clear words where there are none."""

import pytest

from core.evaluation import accuracy
from core.runs import TrainConfig
from core.runs.predictions import read_predictions
from core.settings import Settings
from tests.scored_runs import scored_run

KEYS = ["n", "threshold", "accuracy", "ci95", "fpr", "fnr", "fdr", "for", "auc", "brier", "ece", "slices"]


@pytest.fixture
def scored(store):
    return scored_run(Settings(artifacts=store.runs.parent), "scored", n=150)


def test_the_json_has_the_promised_keys(command, scored):
    told = command("runs", "evaluate", scored.id, "--json").json()
    frame = read_predictions(scored, "test")
    assert list(told) == KEYS
    assert (told["n"], told["threshold"]) == (150, 0.5)
    assert told["accuracy"] == accuracy(frame["label"], frame["probability"])
    assert len(told["slices"]) == 20
    assert [row["fdr"] for row in told["slices"] if row["slice"].startswith("Male")] == [None, None]


def test_split_and_threshold_are_heard(command, scored):
    told = command("runs", "evaluate", scored.id, "--split", "val", "--threshold", 0.8, "--json").json()
    frame = read_predictions(scored, "val")
    assert told["threshold"] == 0.8
    assert told["accuracy"] == accuracy(frame["label"], frame["probability"], 0.8)
    out = command("runs", "evaluate", scored.id, "--split", "val", "--threshold", 0.8).out
    assert out.startswith(f"{scored.id}  val  n = 150  threshold 0.8000\n")


def test_a_person_reads_figures_with_intervals_and_dashes(command, scored):
    told = command("runs", "evaluate", scored.id, "--json").json()
    answer = command("runs", "evaluate", scored.id)
    low, high = told["ci95"]
    assert (answer.code, answer.err) == (0, "")
    assert (
        f"accuracy {told['accuracy']:.4f}, 95 % interval {low:.4f} to {high:.4f} (persons resampled)"
        in answer.out
    )
    assert f"FPR {told['fpr']:.4f}, " in answer.out
    assert f"AUC {told['auc']:.4f}, " in answer.out
    male = next(line for line in answer.out.splitlines() if "Male: yes" in line)
    assert "FPR –" in male
    assert "FOR –" in male
    positives = int(read_predictions(scored, "test")["label"].sum())
    assert f" of {positives}  FDR –" in male


def test_one_class_is_told_instead_of_an_auc(command, scored):
    frame = read_predictions(scored).assign(label=1)
    frame.to_parquet(scored.predictions_path, index=False)
    assert command("runs", "evaluate", scored.id, "--json").json()["auc"] is None
    out = command("runs", "evaluate", scored.id).out
    assert "AUC –. All 150 images are labelled yes" in out
    assert "FPR –\n" in out


def test_a_run_without_predictions_says_what_to_do(command, store):
    run = store.create(TrainConfig())
    answer = command("runs", "evaluate", run.id)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1
    assert f"{run.id} has no predictions: it is queued" in answer.err


def test_a_damaged_file_is_named(command, scored):
    scored.predictions_path.write_bytes(b"PAR1 no more")
    answer = command("runs", "evaluate", scored.id, "--json")
    assert (answer.code, answer.out) == (1, "")
    assert f"predictions.parquet of {scored.id}" in answer.err


@pytest.mark.parametrize(
    "options", [("--threshold", "1.5"), ("--threshold", "nan"), ("--split", "train"), ("--threshold", "best")]
)
def test_what_cannot_be_meant_is_refused(command, scored, options):
    answer = command("runs", "evaluate", scored.id, *options)
    assert (answer.code, answer.out) == (2, "")
    assert options[0] in answer.err


@pytest.mark.parametrize("run_id", ["20260131-142501-zzzzzz", "../../etc", "no id"])
def test_an_id_that_is_no_run_is_refused(command, run_id):
    assert command("runs", "evaluate", run_id).code == 2


def test_what_the_run_saw_is_said_beside_the_figures(command, scored):
    words = "[synthetic faces, random weights]"
    assert command("runs", "evaluate", scored.id).out.splitlines()[1] == words
    told = command("runs", "evaluate", scored.id, "--json")
    assert list(told.json()) == KEYS
    assert told.err == f"{scored.id}  {words}\n"

"""One real trainer process from start to finish: what it leaves in the run's folder, and that it repeats."""

import math

import numpy as np
import pandas as pd
import pytest

from core.data import ATTRIBUTES, open_dataset
from core.evaluation import accuracy, accuracy_interval, binary_cross_entropy
from core.runs import Run, State
from core.runs.checkpoints import RESUME_PARTS, part_name
from tests.training.conftest import interrupted, predictions

FILES = {
    "config.json",
    "state.json",
    "notes.json",
    "environment.json",
    "history.csv",
    "progress.jsonl",
    "metrics.json",
    "predictions.parquet",
    "checkpoints",
    "lock",
}
KERAS_COLUMNS = {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}


def test_a_finished_run_has_every_file_of_the_format(finished):
    assert finished.state().state is State.FINISHED
    names = {path.name for path in finished.path.iterdir()}
    assert names >= FILES
    assert not [name for name in names if name.startswith(".")]


def test_the_history_has_one_row_an_epoch_in_kerass_names(finished):
    frame = pd.read_csv(finished.path / "history.csv")
    assert set(frame.columns) == KERAS_COLUMNS
    assert frame["epoch"].tolist() == [0, 1]
    assert np.isfinite(frame.to_numpy()).all()
    assert frame["learning_rate"].tolist() == pytest.approx([1e-4, 1e-4])


def test_it_learnt_what_a_child_could_see(finished):
    assert finished.metrics().best.test_accuracy > 0.8


def test_the_best_epoch_has_the_lowest_val_loss(finished):
    losses = [row["val_loss"] for row in finished.history()]
    metrics = finished.metrics()
    assert metrics.best.epoch == losses.index(min(losses)) + 1
    assert metrics.best.val_loss == pytest.approx(min(losses))
    assert metrics.last.epoch == len(losses)


def test_predictions_are_one_row_an_image_of_validation_and_test(finished, tiny, host):
    frame = pd.read_parquet(finished.predictions_path)
    fixed = ["image_id", "person_id", "split", "label", "probability"]
    assert list(frame.columns) == [*fixed, *ATTRIBUTES]
    assert frame["split"].value_counts().to_dict() == {"val": 10, "test": 10}
    assert frame["probability"].dtype == np.float32
    assert frame["probability"].between(0, 1).all()
    faces = open_dataset(tiny.data, settings=host).frame.set_index("image_id")
    assert frame["image_id"].is_unique
    assert frame["label"].tolist() == faces.loc[frame["image_id"], "Male"].tolist()
    assert frame["split"].tolist() == faces.loc[frame["image_id"], "split"].tolist()


@pytest.mark.parametrize("split", ["val", "test"])
def test_metrics_can_be_recomputed_from_the_predictions(finished, split):
    frame, best = predictions(finished, split), finished.metrics().best
    found = accuracy(frame["label"], frame["probability"])
    assert found == pytest.approx(getattr(best, f"{split}_accuracy"), abs=1e-6)
    loss = binary_cross_entropy(frame["label"], frame["probability"])
    assert loss == pytest.approx(getattr(best, f"{split}_loss"), rel=1e-4)


@pytest.mark.parametrize("split", ["val", "test"])
def test_intervals_can_be_recomputed_from_the_predictions(finished, split):
    frame, best = predictions(finished, split), finished.metrics().best
    right = (frame["probability"] > 0.5) == frame["label"]
    assert getattr(best, f"{split}_interval") == accuracy_interval(right, frame["person_id"])


def test_the_last_epoch_has_an_interval_where_it_was_scored(finished):
    metrics = finished.metrics()
    assert metrics.last.test_interval is not None
    assert (metrics.last.val_interval is None) == (metrics.last.epoch != metrics.best.epoch)


def test_metrics_count_the_images_of_each_split(finished):
    counts = finished.metrics().splits
    assert {name: (count.n, count.positives) for name, count in counts.items()} == {
        "train": (40, 20),
        "val": (10, 5),
        "test": (10, 5),
    }


def test_the_environment_tells_where_the_numbers_come_from(finished):
    environment = finished.environment()
    assert environment.weights.kind == "random"
    assert len(environment.weights.fingerprint) == len(environment.data.fingerprint) == 64
    assert environment.data.official_split
    assert not environment.data.synthetic
    assert (environment.precision, environment.seed) == ("float32", 0)
    assert set(environment.versions) >= {"python", "tensorflow", "keras", "numpy", "pillow"}
    assert environment.frozen_parameters == 14_714_688
    assert environment.trained_parameters == 512 * 16 + 16 + 16 + 1


def test_progress_tells_the_phases_in_their_order(finished):
    lines = pd.read_json(finished.path / "progress.jsonl", lines=True)
    phases = lines["phase"].drop_duplicates().tolist()
    assert phases == ["reading data", "computing features", "training", "scoring"]
    training = lines[(lines["phase"] == "training") & (lines["epoch"] > 0)]
    assert set(training["epoch"]) == {1, 2}
    assert training["steps"].eq(5).all()


def test_a_finished_run_keeps_its_best_weights_and_can_be_extended(finished):
    manifest = finished.checkpoints.manifest()
    assert finished.checkpoints.best_weights().is_file()
    assert all(finished.checkpoints.checked(part_name(manifest.last_epoch, part)) for part in RESUME_PARTS)


def test_the_same_seed_gives_the_same_history(finished, train):
    """Twice the same command, in two processes; the second reads the features that the first computed."""
    again = train()
    assert again.history() == finished.history()
    left, right = (predictions(run)["probability"] for run in (again, finished))
    assert left.tolist() == right.tolist()


@pytest.fixture(scope="module")
def other_seed(host, train) -> tuple[Run, set[str], set[str]]:
    """A run that differs in all but its images, and the feature sets before and after it."""

    def feature_sets() -> set[str]:
        return {path.name for path in host.features.iterdir() if path.is_dir()}

    before = feature_sets()
    return train(seed=1, dropout=0.1, target="Young"), before, feature_sets()


def test_another_seed_gives_another_history(finished, other_seed):
    assert other_seed[0].history() != finished.history()


def test_features_are_computed_once_for_runs_that_share_their_images(finished, other_seed):
    _, before, after = other_seed
    assert before == after
    assert len(before) == 1


def test_stopping_keeps_and_scores_the_best_epoch(host, tiny):
    run = interrupted(host, tiny, "stop")
    assert run.state().state is State.STOPPED
    assert run.requested() is None
    losses = [row["val_loss"] for row in run.history()]
    best = run.metrics().best
    assert best.epoch == losses.index(min(losses)) + 1
    assert accuracy(predictions(run)["label"], predictions(run)["probability"]) == best.test_accuracy
    assert len(losses) < 1000


def test_pausing_drops_the_unfinished_epoch(host, tiny):
    run = interrupted(host, tiny, "pause")
    assert run.state().state is State.PAUSED
    assert run.requested() is None
    assert run.metrics() is None
    assert len(run.history()) == run.checkpoints.manifest().last_epoch
    epoch, complaints = run.checkpoints.newest_whole()
    assert (epoch, complaints) == (len(run.history()), [])


@pytest.mark.slow
def test_everything_can_be_trained_without_a_frozen_part(train):
    run = train(fine_tune="all", epochs=1, learning_rate=1e-5)
    assert run.environment().frozen_parameters == 0
    assert math.isfinite(run.metrics().best.test_loss)


@pytest.mark.slow
def test_of_epochs_that_tie_the_earliest_is_the_best(train):
    """A rate too small to change any weight: every epoch has the same val_loss."""
    run = train(optimizer="sgd", learning_rate=1e-30, epochs=3)
    assert len({row["val_loss"] for row in run.history()}) == 1
    assert (run.metrics().best.epoch, run.metrics().last.epoch) == (1, 3)

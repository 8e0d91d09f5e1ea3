"""What a model answers on the Predict page is what it answered when it was scored."""

import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from core.atomic import write_json
from core.data import open_dataset
from core.errors import CheckpointError, RunError, WeightsError
from core.model.predictor import Predictor
from core.model.weights import RANDOM_FILE
from core.runs import Run, RunStore, TrainConfig
from core.runs.checkpoints import MANIFEST, file_mark
from core.settings import Settings
from tests.training.conftest import predictions


@pytest.fixture(scope="module")
def in_bfloat16(train):
    """A run in the arithmetic that newer processors are fast in."""
    return train(precision="mixed_bfloat16")


@pytest.mark.parametrize(("fixture", "tolerance"), [("finished", 1e-3), ("in_bfloat16", 1e-2)])
def test_a_face_of_the_data_set_gets_the_probability_it_was_scored_with(request, host, fixture, tolerance):
    run = request.getfixturevalue(fixture)
    scored = predictions(run)
    faces = open_dataset(run.config().data, settings=host)
    row = {image_id: i for i, image_id in enumerate(faces.frame["image_id"])}
    images = [faces.image(row[image_id]) for image_id in scored["image_id"]]
    answered = Predictor(run, host).probabilities(images)
    assert answered.dtype == np.float32
    assert answered == pytest.approx(scored["probability"].to_numpy(), abs=tolerance)


def test_photos_of_any_size_and_number_are_answered(finished, host):
    model = Predictor(finished, host)
    photos = [Image.new("RGB", size, "white") for size in [(1, 1), (500, 20), (33, 64)] * 7]
    assert model.probabilities(photos).shape == (21,)
    assert model.probabilities([]).shape == (0,)


def test_answers_have_the_probabilities_and_one_graph_does_for_any_number_of_photos(
    finished, host, monkeypatch
):
    """Building the graph again takes longer than answering."""
    traced = []
    monkeypatch.setattr("tensorflow.concat", _noting(traced, tf.concat))
    model = Predictor(finished, host)
    photos = [Image.new("RGB", (40, 40), (i * 12, 90, 200 - i * 9)) for i in range(20)]
    for n in (1, 3, 16, 20):
        answers = model.answers(photos[:n])
        assert answers.probabilities.dtype == np.float32
        assert np.array_equal(answers.probabilities, model.probabilities(photos[:n]))
    assert len(traced) == 1


def _noting(seen: list, function: Callable) -> Callable:
    return lambda *args, **kwargs: seen.append(1) or function(*args, **kwargs)


def test_other_base_weights_than_it_was_trained_on_are_refused(finished, tmp_path):
    """A frozen part that is another one would answer without sense and without a word."""
    other = Settings(artifacts=tmp_path)
    other.weights.mkdir()
    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    base.save_weights(other.weights / RANDOM_FILE)
    with pytest.raises(WeightsError, match=finished.id):
        Predictor(finished, other)


def test_changed_weights_of_the_run_are_refused(finished, host, tmp_path):
    run = Run(Path(shutil.copytree(finished.path, tmp_path / finished.id)))
    path = run.checkpoints.best_weights()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="sha256"):
        Predictor(run, host)


def test_a_run_that_was_never_trained_has_no_answer(host):
    run = RunStore(host.runs).create(TrainConfig())
    with pytest.raises(RunError, match="not been trained"):
        Predictor(run, host)


@pytest.mark.filterwarnings("ignore:Skipping nested container")
@pytest.mark.parametrize("shape", [(7,), (10**6, 10**6)], ids=["another network", "terabytes"])
def test_weights_of_another_shape_are_refused_though_their_hash_is_right(finished, host, tmp_path, shape):
    run = Run(shutil.copytree(finished.path, tmp_path / finished.id))
    manifest, weights = run.checkpoints.manifest(), run.checkpoints.best_weights()
    with h5py.File(weights, "r+") as file:
        names = []
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        name = next(name for name in names if file[name].ndim > 1)
        del file[name]
        # A hole: it takes no disk, and whoever reads it whole takes as much memory.
        file.create_dataset(name, shape, "float32", chunks=tuple(min(side, 1_000) for side in shape))
    files = {**manifest.files, weights.name: file_mark(weights)}
    write_json(weights.parent / MANIFEST, manifest.model_copy(update={"files": files}).model_dump())
    with pytest.raises(CheckpointError, match="of another network"):
        Predictor(run, host)

"""Augmentation: what it does to images, that it is there in training alone, that a run with it repeats."""

import keras
import numpy as np
import pytest
from PIL import Image

from core.data import open_dataset
from core.model.augmentation import BRIGHTNESS, SHIFT, augment
from core.model.network import build_network, frozen_parameters, trained_parameters
from core.model.predictor import Predictor
from core.runs import Run, TrainConfig
from core.training.callbacks import SeedNoise
from core.training.fitting import compiled
from tests.training.conftest import predictions

SIDE = 50
ALL = ("flip", "shift", "brightness")


@pytest.fixture(autouse=True)
def policy():
    """Float32 here, and Keras's global as it was afterwards."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy(before)


def config(**changes) -> TrainConfig:
    """A small head on small images."""
    return TrainConfig(image_size=SIDE, dense_units=(8,), **changes)


def varied(images: np.ndarray, *names: str) -> np.ndarray:
    """`images` as one training step would see them."""
    entry = keras.Input(images.shape[1:], dtype="float32")
    model = keras.Model(entry, augment(entry, config(augment=names)))
    return np.asarray(model(images, training=True))


def noise(n: int) -> np.ndarray:
    """Images of which no two pixels are alike."""
    return np.random.default_rng(0).uniform(0, 255, (n, SIDE, SIDE, 3)).astype(np.float32)


def test_about_half_of_the_images_are_mirrored_and_none_is_changed_otherwise():
    images = noise(64)
    mirrored = [
        np.array_equal(seen, image[:, ::-1])
        for seen, image in zip(varied(images, "flip"), images, strict=True)
    ]
    kept = [np.array_equal(seen, image) for seen, image in zip(varied(images, "flip"), images, strict=True)]
    assert all(a != b for a, b in zip(mirrored, kept, strict=True))
    assert 16 < sum(mirrored) < 48


def test_images_are_shifted_by_less_than_the_limit_and_filled_from_the_edge():
    """A ramp of columns: where it is moved by d pixels, each value changes by d."""
    ramp = np.broadcast_to(np.arange(SIDE, dtype=np.float32)[None, None, :, None], (64, SIDE, SIDE, 3))
    moved = varied(np.ascontiguousarray(ramp), "shift") - ramp
    inner = moved[:, :, 5:-5]
    assert inner.max(axis=(1, 2, 3)) == pytest.approx(inner.min(axis=(1, 2, 3)), abs=1e-3)
    assert 1 < np.abs(inner).max() <= SHIFT * SIDE + 1e-3
    assert moved.min() >= -SHIFT * SIDE - 1e-3 and moved.max() <= SHIFT * SIDE + 1e-3


def test_images_become_lighter_or_darker_as_a_whole_and_stay_within_0_and_255():
    grey = np.full((64, SIDE, SIDE, 3), 128, np.float32)
    change = varied(grey, "brightness") - grey
    assert np.ptp(change, axis=(1, 2, 3)).max() < 1e-3
    assert change.min() < -10 and change.max() > 10
    assert np.abs(change).max() <= BRIGHTNESS * 255
    white = np.full((16, SIDE, SIDE, 3), 250, np.float32)
    assert varied(white, "brightness").max() <= 255


def test_images_stay_float32_under_mixed_precision():
    """bfloat16 would round a shifted pixel to a multiple of two near white."""
    keras.config.set_dtype_policy("mixed_bfloat16")
    assert varied(noise(4), *ALL).dtype == np.float32


def test_asking_for_nothing_adds_nothing():
    entry = keras.Input((SIDE, SIDE, 3))
    assert augment(entry, config()) is entry


def test_the_model_that_answers_never_varies_an_image():
    """Called bare, Keras's layers would: they take themselves to be in training."""
    network = build_network(config(augment=ALL))
    compiled(network.whole(), config(augment=ALL))
    images = noise(4)
    first, second = (np.asarray(network.whole()(images)) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("fine_tune", ["none", "block5", "all"])
def test_the_same_is_trained_with_it_as_without(fine_tune):
    with_it, without = (build_network(config(fine_tune=fine_tune, augment=names)) for names in (ALL, ()))
    assert trained_parameters(with_it) == trained_parameters(without)
    assert frozen_parameters(with_it) == frozen_parameters(without)
    model = compiled(with_it.whole(), config(fine_tune=fine_tune, augment=ALL))
    assert [w.path for w in model.trainable_weights] == [w.path for w in with_it.tail.trainable_weights]


def test_noise_depends_on_seed_and_epoch_alone():
    def seen(seed: int, epoch: int, draws_before: int = 0) -> np.ndarray:
        entry = keras.Input((SIDE, SIDE, 3), dtype="float32")
        model = keras.Model(entry, augment(entry, config(augment=ALL)))
        for _ in range(draws_before):
            model(noise(8), training=True)
        callback = SeedNoise(seed)
        callback.set_model(model)
        callback.on_epoch_begin(epoch)
        return np.asarray(model(noise(8), training=True))

    assert np.array_equal(seen(0, 3), seen(0, 3, draws_before=2))
    assert not np.array_equal(seen(0, 3), seen(0, 4))
    assert not np.array_equal(seen(0, 3), seen(1, 3))


def test_dropout_is_seeded_wherever_it_is_nested():
    """A change of the order or number of seeds would change what a run resumes to."""
    asked = config(augment=ALL).changed(dense_units=(8, 8))
    model = compiled(build_network(asked).whole(), asked)
    states = [variable for variable in model.variables if variable.name == "seed_generator_state"]
    assert len(states) == len(ALL) + 2


@pytest.fixture(scope="module")
def augmented(train) -> Run:
    """A frozen run with all of it, in float32."""
    return train(augment=ALL, learning_rate=1e-3)


def test_a_run_with_it_learns_keeps_no_features_and_saves_the_head_alone(augmented, finished, host):
    assert augmented.metrics().best.test_accuracy > 0.8
    mine, other = augmented.environment(), finished.environment()
    assert mine.trained_parameters == other.trained_parameters
    assert mine.frozen_parameters == other.frozen_parameters
    assert augmented.checkpoints.best_weights().stat().st_size < 10 * mine.trained_parameters
    assert "computing features" not in augmented.metrics().images_per_second


def test_a_run_with_it_repeats(augmented, train):
    again = train(augment=ALL, learning_rate=1e-3)
    assert again.history() == augmented.history()
    assert predictions(again)["probability"].tolist() == predictions(augmented)["probability"].tolist()


def test_a_run_with_it_trains_otherwise_than_one_without(augmented, train):
    assert train(learning_rate=1e-3).history()[0]["loss"] != augmented.history()[0]["loss"]


def test_a_face_of_the_data_set_gets_the_probability_it_was_scored_with(augmented, host):
    scored = predictions(augmented)
    faces = open_dataset(augmented.config().data, settings=host)
    row = {image_id: i for i, image_id in enumerate(faces.frame["image_id"])}
    images: list[Image.Image] = [faces.image(row[image_id]) for image_id in scored["image_id"]]
    answered = Predictor(augmented, host).probabilities(images)
    assert answered == pytest.approx(scored["probability"].to_numpy(), abs=1e-3)

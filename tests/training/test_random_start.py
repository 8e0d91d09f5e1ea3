"""The random start: the same each time, and a frozen VGG-16 still tells one face from another by it."""

import keras
import numpy as np
import pytest

from core.data.images import resize_rgb
from core.data.synthetic import draw_face, sample_specs
from core.model.network import preprocess
from core.model.random_start import SEED, set_random_weights

SIDE = 96
FACES = 32
LEARN_FROM, ASK = 300, 150
NEARLY_PARALLEL = 0.9
"""Mean cosine between faces; plain He-normal weights come close to 1."""
CLEARLY = 0.08


@pytest.fixture(autouse=True)
def policy():
    """Float32 here, and Keras's global as it was afterwards."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy(before)


def started() -> keras.Model:
    """A VGG-16 without top with the random start."""
    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(SIDE, SIDE, 3))
    set_random_weights(base)
    return base


@pytest.fixture(scope="module")
def base():
    """One for all tests that only look at it."""
    return started()


def features(base, specs) -> np.ndarray:
    """Flattened block5 features of drawn faces, shape (n, 4608)."""
    faces = np.stack([resize_rgb(draw_face(spec), SIDE) for spec in specs]).astype(np.float32)
    batches = [faces[start : start + 32] for start in range(0, len(faces), 32)]
    return np.concatenate([base.predict_on_batch(preprocess(batch)) for batch in batches]).reshape(
        len(faces), -1
    )


@pytest.fixture(scope="module")
def few(base):
    """Features of faces that the start did not look at."""
    return features(base, sample_specs(FACES, SEED + 1))


def test_the_random_start_is_the_same_each_time(base):
    keras.utils.set_random_seed(99)
    for first, second in zip(base.get_weights(), started().get_weights(), strict=True):
        assert np.array_equal(first, second)


def test_every_channel_is_finite_and_no_layer_is_empty(base):
    for weights in base.get_weights():
        assert np.isfinite(weights).all()
        assert np.abs(weights).max() > 0


def test_different_faces_have_features_that_are_not_nearly_parallel(few):
    unit = few / np.linalg.norm(few, axis=1, keepdims=True)
    cosines = (unit @ unit.T)[np.triu_indices(FACES, 1)]
    assert cosines.mean() < NEARLY_PARALLEL


def test_features_are_neither_dead_nor_huge(few):
    assert 0.1 < few.std() < 10
    assert (few.max(0) > 0).mean() > 0.5


@pytest.mark.slow
def test_a_logistic_regression_on_the_features_learns_from_drawn_faces(base):
    """Clearly better on faces it has not seen than always answering the commoner class."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    specs = sample_specs(LEARN_FROM + ASK, SEED + 2)
    found = features(base, specs)
    male = np.array([spec.has("Male") for spec in specs])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1e-3, max_iter=500))
    model.fit(found[:LEARN_FROM], male[:LEARN_FROM])
    asked = male[LEARN_FROM:]
    correct = model.score(found[LEARN_FROM:], asked)
    assert correct > max(asked.mean(), 1 - asked.mean()) + CLEARLY

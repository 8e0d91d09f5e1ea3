"""What a run's frozen layers said of its images is found again, averaged, while it is kept."""

import numpy as np
import pytest

from core.runs import RunStore, TrainConfig
from core.runs.features import FeatureStore
from core.runs.kept_features import feature_key, is_kept, kept_vectors
from tests.scored_runs import scored_run

SIZE = 64
SIDES = {"none": (2, 512), "block5": (4, 512), "block4": (8, 256)}


def run_of(settings, **fields):
    run = scored_run(settings, config=TrainConfig(weights="random", image_size=SIZE, epochs=3, **fields), n=5)
    return RunStore(settings.runs).summary(run.id)


def keep(settings, key, side: int, channels: int) -> np.ndarray:
    """Features of which image i says i, plus noise that averages out."""
    store = FeatureStore(settings.features, max_bytes=10**9)
    features = store.open(key, (key.rows, side, side, channels), np.dtype(np.float32))
    values = np.broadcast_to(np.arange(key.rows).reshape(-1, 1, 1, 1), features.shape).astype(np.float32)
    values = values + np.where(np.arange(side) % 2, 0.5, -0.5)[None, :, None, None]
    for i, rows in enumerate(features.chunks()):
        features.write(i, values[rows])
    return values.mean(axis=(1, 2))


@pytest.mark.parametrize("fine_tune", SIDES)
def test_each_image_has_the_average_of_its_own_features(settings, fine_tune: str):
    key = feature_key(run_of(settings, fine_tune=fine_tune, precision="float32"))
    assert key.rows > 0 and not is_kept(key, settings)
    expected = keep(settings, key, *SIDES[fine_tune])
    assert is_kept(key, settings)
    np.testing.assert_allclose(kept_vectors(key, settings), expected)


def test_a_run_that_keeps_none_has_no_key(settings):
    assert feature_key(run_of(settings, fine_tune="all")) is None
    assert feature_key(run_of(settings, augment=("flip",))) is None


def test_a_pass_that_is_not_through_gives_nothing(settings):
    key = feature_key(run_of(settings, precision="float32"))
    FeatureStore(settings.features, max_bytes=10**9).open(key, (key.rows, 2, 2, 512), np.dtype(np.float32))
    assert is_kept(key, settings)
    assert kept_vectors(key, settings) is None

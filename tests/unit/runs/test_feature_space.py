"""Kept features as disk: what they take is told, and given back without taking anything from a run."""

import os
from dataclasses import replace

import numpy as np
import pytest

from core.runs.feature_space import Cleared, clear_features, feature_space
from core.runs.features import FeatureKey, Features, FeatureStore
from core.settings import Settings

KEY = FeatureKey("faces", 10, 32, "weights", "block5_pool", "float32")
ROWS = np.arange(40, dtype=np.float32).reshape(10, 1, 1, 4)


@pytest.fixture
def store(settings: Settings) -> FeatureStore:
    """Where that host keeps its features."""
    return FeatureStore(settings.features, max_bytes=settings.max_feature_bytes)


def written(store: FeatureStore, *, used: float = 2000.0, **differs: object) -> Features:
    """A whole set of 160 bytes."""
    features = store.open(replace(KEY, **differs), ROWS.shape, np.dtype(np.float32))
    features.write(0, ROWS)
    os.utime(features.folder / "meta.json", (used, used))
    return features


def test_an_empty_host_keeps_nothing(settings):
    assert feature_space(settings).sets == ()
    assert feature_space(settings).bytes == 0
    assert clear_features(settings) == Cleared(0, 0, 0)


def test_what_is_kept_is_told_with_its_size_and_the_cap(settings, store):
    written(store, used=2000.0)
    written(store, used=1000.0, layer="block4_pool", image_size=96)
    space = feature_space(settings)
    assert [(kept.layer, kept.rows, kept.image_size, kept.precision) for kept in space.sets] == [
        ("block4_pool", 10, 96, "float32"),
        ("block5_pool", 10, 32, "float32"),
    ]
    assert (space.bytes, space.max_bytes) == (2 * ROWS.nbytes, settings.max_feature_bytes)


def test_a_set_whose_description_is_damaged_is_counted_all_the_same(settings, store):
    (written(store).folder / "meta.json").write_text('{"rows": "many"}')
    [kept] = feature_space(settings).sets
    assert (kept.bytes, kept.rows, kept.layer) == (ROWS.nbytes, 0, "")


def test_clearing_gives_all_of_it_back(settings, store):
    written(store)
    written(store, layer="block4_pool")
    cleared = clear_features(settings)
    assert (cleared.sets, cleared.busy) == (2, 0)
    assert cleared.bytes >= 2 * ROWS.nbytes
    assert feature_space(settings).sets == ()


def test_a_set_that_is_being_computed_stays(settings, store):
    computing = written(store)
    written(store, layer="block4_pool")
    with store.lock(KEY, pytest.fail):
        cleared = clear_features(settings)
        assert (cleared.sets, cleared.busy) == (1, 1)
        assert computing.missing() == []
    assert clear_features(settings).sets == 1


def test_a_run_that_holds_a_set_trains_on_after_it_was_cleared(settings, store):
    held = written(store)
    held.hold()
    clear_features(settings)
    assert not held.folder.exists()
    assert (held[np.arange(10)] == ROWS).all()


def test_what_a_cut_off_removal_left_goes_too(settings, store):
    (written(store).folder / "meta.json").unlink()
    assert feature_space(settings).sets == ()
    assert clear_features(settings).sets == 1
    assert not [path for path in store.root.iterdir() if path.is_dir()]


def test_a_link_among_the_features_is_not_followed(settings, store, tmp_path):
    written(store)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.txt").touch()
    (store.root / "link").symlink_to(elsewhere)
    clear_features(settings)
    assert (elsewhere / "mine.txt").exists()

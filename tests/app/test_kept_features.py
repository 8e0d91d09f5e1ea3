"""Kept features on the Train page: how much they take, and clearing them after a second question."""

import pytest

from core.runs.feature_space import feature_space
from core.runs.features import FeatureStore
from core.settings import Settings
from tests.app.train_page import button, labels, opened, texts
from tests.unit.runs.test_feature_space import KEY, written


@pytest.fixture
def features(host: Settings) -> FeatureStore:
    """Two sets, one of a frozen network and one of a fine-tuned one."""
    store = FeatureStore(host.features, max_bytes=host.max_feature_bytes)
    written(store)
    written(store, layer="block4_pool")
    return store


def test_a_host_that_keeps_nothing_says_nothing(host: Settings) -> None:
    assert "Clear them" not in labels(opened())


def test_what_is_kept_is_shown_with_the_cap(host: Settings, features: FeatureStore) -> None:
    app = opened()
    assert "2 sets so far" in texts(app)
    table = app.table[0].value
    assert set(table["Fine-tuning"]) == {"Frozen", "Block 5"}
    assert set(table["Images"]) == {"10 at 32 px"} and set(table["Size"]) == {"160 bytes"}


def test_clearing_asks_first(host: Settings, features: FeatureStore) -> None:
    app = button(opened(), "Clear them").click().run()
    assert "Delete them all?" in texts(app)
    app = button(app, "Keep them").click().run()
    assert len(feature_space(host).sets) == 2
    assert "Clear them" in labels(app)


def test_clearing_deletes_them(host: Settings, features: FeatureStore) -> None:
    app = button(opened(), "Clear them").click().run()
    app = button(app, "Delete 320 bytes").click().run()
    assert not app.exception
    assert feature_space(host).sets == ()
    assert app.toast[0].value.startswith("Freed")
    assert "Clear them" not in labels(app)


def test_a_set_that_is_being_computed_stays_and_is_told(host: Settings, features: FeatureStore) -> None:
    app = button(opened(), "Clear them").click().run()
    with features.lock(KEY, pytest.fail):
        app = button(app, "Delete 320 bytes").click().run()
    assert "1 set stayed: a run is computing it." in app.toast[0].value
    assert len(feature_space(host).sets) == 1

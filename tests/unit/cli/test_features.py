"""`python -m core features …`: what is kept is listed, and cleared."""

from core.runs.features import FeatureStore
from tests.unit.runs.test_feature_space import ROWS, written


def kept_features(store, **differs):
    """A set where the command looks."""
    return written(FeatureStore(store.runs.parent / "features", max_bytes=10**9), **differs)


def test_nothing_kept_is_told(command):
    assert command("features", "list").out.startswith("0 kept: 0.0 MB of 20,000 MB")
    assert command("features", "list", "--json").json() == {"bytes": 0, "max_bytes": 20 * 10**9, "sets": []}


def test_what_is_kept_is_listed(command, store):
    features = kept_features(store, used=1_000_000_000)
    [row] = command("features", "list", "--json").json()["sets"]
    assert row == {
        "id": features.folder.name,
        "layer": "block5_pool",
        "rows": 10,
        "image_size": 32,
        "precision": "float32",
        "bytes": ROWS.nbytes,
        "used": "2001-09-09T01:46:40+00:00",
    }
    assert "10 images at 32 px" in command("features", "list").out


def test_clearing_says_what_it_freed(command, store):
    kept_features(store)
    answer = command("features", "clear", "--json").json()
    assert (answer["sets"], answer["busy"]) == (1, 0)
    assert command("features", "clear").out.strip() == "Deleted 0, freed 0.0 MB."
    assert command("features", "list", "--json").json()["sets"] == []

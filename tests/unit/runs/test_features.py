"""Kept features: a chunk counts once its hash is written, and the longest unused set goes first."""

import os
import shutil
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import DiskFullError
from core.runs import features as module
from core.runs.features import FeatureKey, FeatureStore

KEY = FeatureKey("faces", 10, 32, "weights", "block5_pool", "float32")
SHAPE = (10, 1, 1, 4)
BYTES = 10 * 4 * 4
ROWS = np.arange(40, dtype=np.float32).reshape(SHAPE)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Chunks of four rows: three of them, the last with two rows."""
    monkeypatch.setattr(module, "CHUNK_BYTES", 64)


@pytest.fixture
def store(tmp_path):
    """Room for two sets and a half."""
    return FeatureStore(tmp_path / "features", max_bytes=BYTES * 5 // 2)


def opened(store, key=KEY):
    """The set of `key` as somebody sees it who comes anew."""
    return store.open(key, SHAPE, np.dtype(np.float32))


def written(store, key=KEY, *, used=None):
    """A whole set, last used at `used` seconds since the epoch."""
    features = opened(store, key)
    for i, rows in enumerate(features.chunks()):
        features.write(i, ROWS[rows])
    if used is not None:
        os.utime(features.folder / "meta.json", (used, used))
    return features


def test_rows_come_back_in_the_order_asked_for(store):
    written(store)
    assert (opened(store)[np.array([9, 0, 4, 4])] == ROWS[[9, 0, 4, 4]]).all()


def test_a_chunk_counts_once_it_is_written(store):
    features = opened(store)
    assert features.missing() == [0, 1, 2]
    features.write(1, ROWS[4:8])
    assert opened(store).missing() == [0, 2]


def test_a_chunk_without_a_line_in_the_ledger_does_not_count(store):
    """The process died between the chunk and its line."""
    features = written(store)
    ledger = features.folder / "chunks.jsonl"
    lines = ledger.read_text().splitlines(keepends=True)
    ledger.write_text("".join(lines[:2]) + lines[2][:20])
    assert opened(store).missing() == [2]
    features.write(2, ROWS[8:])
    assert opened(store).missing() == []


@pytest.mark.parametrize("damage", ["flipped", "short", "gone"])
def test_a_damaged_chunk_is_found(store, damage):
    path = written(store).folder / "chunk-00001.raw"
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        content[17] ^= 1
        path.write_bytes(content[:-1] if damage == "short" else content)
    assert opened(store).missing() == [1]


@pytest.mark.parametrize("content", ["{", "[1]", '{"rows": 3}'])
def test_a_set_whose_description_is_damaged_is_described_anew(store, content):
    written(store)
    before = store.sets()
    (store.root / KEY.folder / "meta.json").write_text(content)
    assert opened(store).missing() == []
    assert [replace(kept, used=before[0].used) for kept in store.sets()] == before


def test_a_chunk_written_again_counts_by_its_newest_hash(store):
    features = written(store)
    features.write(0, ROWS[:4] + 1)
    assert opened(store).missing() == []
    assert (opened(store)[np.array([0])] == ROWS[0] + 1).all()


def test_everything_the_values_depend_on_is_in_the_key():
    others = [
        replace(KEY, **{field.name: 7 if isinstance(getattr(KEY, field.name), int) else "other"})
        for field in fields(KEY)
    ]
    assert len({KEY.folder, *(other.folder for other in others)}) == len(fields(KEY)) + 1
    assert replace(KEY).folder == KEY.folder


def test_large_sets_have_few_chunks(store):
    """A run keeps all chunks open, and a process may open 256 files on macOS."""
    features = module.Features(store.root, (100_000, 1, 1, 4), np.dtype(np.float32))
    assert 64 < len(features.chunks()) <= module.MAX_CHUNKS
    assert np.concatenate(features.chunks()).tolist() == list(range(100_000))


def test_the_longest_unused_set_goes_first(store):
    old, young = replace(KEY, weights="old"), replace(KEY, weights="young")
    written(store, old, used=1000)
    written(store, young, used=2000)
    assert [kept.used for kept in store.sets()] == [1000, 2000]
    written(store)
    assert [store.known(key) for key in (old, young, KEY)] == [False, True, True]
    assert sum(kept.bytes for kept in store.sets()) <= store.max_bytes


def test_use_keeps_a_set_from_going_first(store):
    old, young = replace(KEY, weights="old"), replace(KEY, weights="young")
    written(store, old, used=1000)
    written(store, young, used=2000)
    opened(store, old)
    written(store)
    assert [store.known(key) for key in (old, young, KEY)] == [True, False, True]


def test_a_set_that_is_being_computed_does_not_go(store):
    """Its longest unused neighbour would go first, were it not in the middle of its own pass."""
    computing, idle = replace(KEY, weights="computing"), replace(KEY, weights="idle")
    written(store, computing, used=1000)
    written(store, idle, used=2000)
    with store.lock(computing, pytest.fail):
        opened(store)
    assert [store.known(key) for key in (computing, idle, KEY)] == [True, False, True]


def test_rows_that_a_run_holds_outlive_their_set(store):
    features = written(store)
    features.hold()
    shutil.rmtree(features.folder)
    assert (features[np.arange(10)] == ROWS).all()


def test_a_set_over_the_cap_is_refused_and_nothing_goes_for_it(store):
    written(store)
    with pytest.raises(DiskFullError, match="cap"):
        store.open(replace(KEY, rows=100), (100, 1, 1, 4), np.dtype(np.float32))
    assert opened(store).missing() == []
    assert len(store.sets()) == 1


def test_the_disk_counts_as_well_as_the_cap(store, monkeypatch):
    """70 bytes are missing to the reserve: one old set goes, and the new one is taken."""
    written(store, replace(KEY, weights="old"), used=1000)
    roomy = FeatureStore(store.root, max_bytes=10**9, min_free_bytes=1000)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000 + BYTES - 70))
    opened(roomy)
    assert [roomy.known(key) for key in (replace(KEY, weights="old"), KEY)] == [False, True]
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(DiskFullError, match="free"):
        opened(roomy, replace(KEY, weights="third"))


def test_the_rest_of_an_interrupted_set_must_fit_too(store, monkeypatch):
    """What is there is not asked for again; what is missing is."""
    features = opened(store)
    features.write(0, ROWS[:4])
    rest = BYTES - 64
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=rest))
    assert opened(store).missing() == [1, 2]
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=rest - 1))
    with pytest.raises(DiskFullError):
        opened(store)


def test_a_whole_set_is_read_on_a_full_disk(store, monkeypatch):
    written(store)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    assert (opened(store)[np.arange(10)] == ROWS).all()


def test_whoever_waits_for_a_pass_may_leave(store):
    def leave():
        raise KeyboardInterrupt

    with store.lock(KEY, pytest.fail), pytest.raises(KeyboardInterrupt):
        store.lock(KEY, leave)

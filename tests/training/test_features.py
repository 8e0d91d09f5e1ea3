"""Kept features change nothing but the time: same losses, computed once, whatever happened on the way."""

import threading
from collections import Counter
from dataclasses import dataclass, replace

import keras
import numpy as np
import pytest

from core.data import fingerprint, open_dataset, split_fingerprint, with_split
from core.errors import DiskFullError
from core.model import features as module
from core.model.features import open_features
from core.model.weights import find_weights
from core.runs import TrainConfig
from core.runs.features import FeatureKey, FeatureStore
from core.settings import Settings
from core.training.fitting import compiled
from core.training.inputs import Batches, ImageReader
from core.training.setup import Faces, model_inputs, prepare_network
from tests.faces import make_celeba

pytestmark = pytest.mark.slow

IMAGES = 24
CHUNK = 8
BATCH = 4
CLOSE = {"float32": 1e-4, "mixed_bfloat16": 1e-2}
"""Largest relative difference of losses, by precision."""


@pytest.fixture(autouse=True)
def policy():
    """Keras's global dtype policy is afterwards as it was."""
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


@pytest.fixture(scope="module")
def config(host: Settings, tmp_path_factory) -> TrainConfig:
    """Two epochs on 24 tiny faces, without dropout, from the random start as a file."""
    return TrainConfig(
        data=str(make_celeba(tmp_path_factory.mktemp("few") / "few", n=IMAGES)),
        weights=str(find_weights("random", host).path),
        image_size=32,
        dense_units=(8,),
        dropout=0,
        epochs=2,
        batch_size=8,
        learning_rate=1e-4,
        precision="float32",
    )


@pytest.fixture(scope="module")
def faces(config, host) -> Faces:
    """The faces with their split."""
    dataset = with_split(
        open_dataset(config.data, settings=host), config.target, seed=config.seed, limit=None
    )
    return Faces(dataset, fingerprint(dataset), split_fingerprint(dataset))


@pytest.fixture
def small(monkeypatch):
    """Three chunks of eight images, each of two batches."""
    monkeypatch.setattr(module, "BATCH", BATCH)
    monkeypatch.setattr("core.runs.features.CHUNK_BYTES", CHUNK * 512 * 4)


@pytest.fixture
def predicted(monkeypatch) -> Counter:
    """Counts batches through each model, by its name."""
    counts: Counter = Counter()
    original = keras.Model.predict_on_batch

    def counting(model, batch):
        counts[model.name] += 1
        return original(model, batch)

    monkeypatch.setattr(keras.Model, "predict_on_batch", counting)
    return counts


def quietly(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass
class Pass:
    """All that a pass over the images needs, for one network."""

    store: FeatureStore
    key: FeatureKey
    network: object
    images: ImageReader

    def open(self, on_batch=quietly):
        """The features; what is missing is computed."""
        return open_features(self.store, self.key, self.network, self.images.floats, on_batch)


@pytest.fixture
def make_pass(config, faces, settings):
    """Make a `Pass` for a fine-tuning depth over a feature store of this test's own."""
    store = FeatureStore(settings.features, max_bytes=10**9)

    def make(fine_tune="none", store=store) -> Pass:
        changed = config.changed(fine_tune=fine_tune)
        prepared = prepare_network(changed, settings)
        layer = prepared.network.prefix.layers[-1].name
        key = FeatureKey(faces.fingerprint, IMAGES, 32, prepared.weights.fingerprint, layer, "float32")
        return Pass(store, key, prepared.network, ImageReader(faces.dataset, 32))

    return make


def losses(model, config, faces, read) -> np.ndarray:
    """Loss and validation loss of each epoch, as the trainer would fit."""
    labels = faces.dataset.labels(config.target)
    train = Batches(read, faces.dataset.split_rows("train"), labels, config.batch_size, seed=config.seed)
    val = Batches(read, faces.dataset.split_rows("val"), labels, config.batch_size)
    history = compiled(model, config).fit(
        train, validation_data=val, epochs=config.epochs, shuffle=False, verbose=0
    )
    return np.array([history.history["loss"], history.history["val_loss"]])


@pytest.mark.parametrize("precision", CLOSE)
@pytest.mark.parametrize("fine_tune", ["none", "block5"])
def test_training_from_features_is_training_through_the_whole_network(
    config, faces, settings, fine_tune, precision
):
    config = config.changed(fine_tune=fine_tune, precision=precision)
    prepared = prepare_network(config, settings)
    inputs = model_inputs(config, faces, prepared, settings, quietly)
    assert inputs.note == ""
    from_features = losses(inputs.model, config, faces, inputs.read)
    whole = prepare_network(config, settings).network.whole()
    through_all = losses(whole, config, faces, ImageReader(faces.dataset, 32).floats)
    assert from_features == pytest.approx(through_all, rel=CLOSE[precision])
    assert from_features[0, 0] != pytest.approx(from_features[0, 1], rel=0.01), "nothing was learned"


@pytest.mark.parametrize("precision", CLOSE)
def test_features_are_what_the_prefix_gives_for_each_image(config, faces, settings, precision):
    config = config.changed(precision=precision)
    prepared = prepare_network(config, settings)
    read = model_inputs(config, faces, prepared, settings, quietly).read
    rows = np.array([23, 0, 7])
    prefix = prepared.network.prefix
    expected = prefix.predict_on_batch(ImageReader(faces.dataset, 32).floats(rows))
    assert read(rows).dtype == expected.dtype == prefix.output.dtype
    assert read(rows).astype(float) == pytest.approx(
        expected.astype(float), rel=CLOSE[precision], abs=CLOSE[precision]
    )


@pytest.mark.parametrize(("shallow", "deep"), [("block5", "none"), ("block4", "block5")])
def test_a_deeper_prefix_goes_on_from_a_shallower_ones_features(make_pass, settings, shallow, deep):
    elsewhere = FeatureStore(settings.artifacts / "elsewhere", max_bytes=10**9)
    from_images = make_pass(deep, elsewhere).open()
    make_pass(shallow).open()
    deeper = make_pass(deep)
    no_images = pytest.fail
    features = open_features(deeper.store, deeper.key, deeper.network, no_images, quietly)
    rows = np.arange(IMAGES)
    assert features[rows] == pytest.approx(from_images[rows], rel=1e-4, abs=1e-5)


def test_a_shallower_set_that_is_not_whole_is_not_started_from(make_pass, predicted):
    shallower = make_pass("block5").open()
    shallower._path(0).unlink()
    predicted.clear()
    make_pass("none").open()
    assert predicted == {"prefix": 1}


def test_an_interrupted_pass_goes_on_where_it_stopped(make_pass, small, predicted):
    """It stops in the second chunk: the first is kept, the other two are computed."""

    def stop_at_three(done, total):
        if done == 3 * BATCH:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_pass().open(stop_at_three)
    assert predicted == {"prefix": 3}
    predicted.clear()
    seen = []
    features = make_pass().open(lambda done, total: seen.append((done, total)))
    assert predicted == {"prefix": 4}
    assert seen == [(12, 24), (16, 24), (20, 24), (24, 24)]
    assert features.missing() == []


def test_batches_run_on_from_chunk_to_chunk(make_pass, settings, small, monkeypatch, predicted):
    """24 images in chunks of eight are five batches of five, not six, and values keep their rows."""
    elsewhere = FeatureStore(settings.artifacts / "elsewhere", max_bytes=10**9)
    aligned = make_pass(store=elsewhere).open()
    monkeypatch.setattr(module, "BATCH", 5)
    predicted.clear()
    features = make_pass().open()
    assert predicted == {"prefix": 5}
    assert len(features.chunks()) == 3
    rows = np.arange(IMAGES)
    assert features[rows] == pytest.approx(aligned[rows], rel=1e-4, abs=1e-5)


def test_a_flipped_byte_is_found_and_its_chunk_computed_again(make_pass, small, predicted):
    features = make_pass().open()
    rows = np.arange(IMAGES)
    before = features[rows].copy()
    damaged = features._path(1)
    content = bytearray(damaged.read_bytes())
    content[100] ^= 64
    damaged.write_bytes(content)
    predicted.clear()
    again = make_pass().open()
    assert predicted == {"prefix": CHUNK // BATCH}
    assert (again[rows] == before).all()


def test_a_last_batch_that_is_not_full_is_filled_up_and_cut_again(make_pass, monkeypatch):
    rows = np.arange(IMAGES)
    whole = make_pass().open()[rows].copy()
    monkeypatch.setattr(module, "BATCH", 7)
    other = make_pass()
    other.store = FeatureStore(other.store.root.parent / "elsewhere", max_bytes=10**9)
    assert other.open()[rows] == pytest.approx(whole, rel=1e-4, abs=1e-5)


def test_opened_again_nothing_is_computed(make_pass, predicted):
    make_pass().open()
    first = dict(predicted)
    make_pass().open(lambda done, total: pytest.fail("a batch was computed"))
    assert first == predicted == {"prefix": 1}


def test_two_who_open_at_once_compute_once(make_pass, small, predicted):
    """The second asks while the first is in its first batch, waits, and finds all there."""
    first, second = make_pass(), make_pass()
    begun, asked, found = threading.Event(), threading.Event(), []

    def wait_for_the_second(done, total):
        begun.set()
        assert asked.wait(60)

    def ask(done, total):
        assert done == 0, "the second computed"
        asked.set()

    def open_too():
        assert begun.wait(60)
        found.append(second.open(ask))

    thread = threading.Thread(target=open_too)
    thread.start()
    features = first.open(wait_for_the_second)
    thread.join(60)
    assert predicted == {"prefix": IMAGES // BATCH}
    rows = np.arange(IMAGES)
    assert (found[0][rows] == features[rows]).all()


def test_the_least_recently_used_set_goes_first_under_the_cap(make_pass, settings):
    """Room for two: opening the first again makes the second the one to go."""
    store = FeatureStore(settings.features, max_bytes=IMAGES * 512 * 4 * 2)
    passes = [make_pass(store=store) for _ in range(3)]
    for i, one in enumerate(passes):
        one.key = replace(one.key, data=f"faces {i}")
    for i in (0, 1, 0, 2):
        passes[i].open()
    assert [store.known(one.key) for one in passes] == [True, False, True]


def test_a_run_reads_its_features_though_they_were_evicted(make_pass, settings):
    store = FeatureStore(settings.features, max_bytes=IMAGES * 512 * 4)
    reading, other = make_pass(store=store), make_pass(store=store)
    features = reading.open()
    other.key = replace(other.key, data="other faces")
    same = other.open()
    assert not store.known(reading.key)
    rows = np.arange(IMAGES)
    assert (features[rows] == same[rows]).all()


@pytest.mark.parametrize("limits", [{"max_bytes": 100}, {"max_bytes": 10**9, "min_free_bytes": 10**18}])
def test_features_that_fit_nowhere_are_refused(make_pass, settings, limits):
    with pytest.raises(DiskFullError, match="GB"):
        make_pass(store=FeatureStore(settings.features, **limits)).open()
    assert list(settings.features.glob("*/chunk-*")) == []


@pytest.mark.parametrize(
    ("fine_tune", "full"), [("none", {"max_feature_bytes": 100}), ("block5", {"min_free_bytes": 10**18})]
)
def test_a_run_without_room_trains_as_it_would_with_features(config, faces, settings, fine_tune, full):
    config = config.changed(fine_tune=fine_tune)
    found = []
    elsewhere = {"artifacts": settings.artifacts / "elsewhere"}
    for host in (settings, settings.model_copy(update=elsewhere | full)):
        prepared = prepare_network(config, host)
        inputs = model_inputs(config, faces, prepared, host, quietly)
        assert ("every epoch" in inputs.note) == (host is not settings)
        found.append(losses(inputs.model, config, faces, inputs.read))
    assert found[1] == pytest.approx(found[0], rel=1e-5)

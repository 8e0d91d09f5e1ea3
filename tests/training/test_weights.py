"""Base weights: told apart by content, refused with a sentence, known by their fingerprint."""

import socket

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

from core.errors import WeightsError
from core.model.weights import find_weights, fingerprint, load_base_weights
from core.runs.imagenet import IMAGENET_FILE
from core.settings import Settings


def vgg16(**options) -> keras.Model:
    """VGG-16 for 32 x 32 images, weights random."""
    return keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3), **options)


@pytest.fixture(scope="module")
def source() -> keras.Model:
    """A network whose weights were saved."""
    return vgg16()


@pytest.fixture(scope="module")
def files(source, tmp_path_factory):
    """The same weights in Keras 3's and in the legacy format, each under the other's name."""
    folder = tmp_path_factory.mktemp("weights")
    source.save_weights(folder / "keras3.weights.h5")
    (folder / "keras3.weights.h5").rename(folder / "keras3.h5")
    with h5py.File(folder / "legacy.weights.h5", "w") as file:
        save_weights_to_hdf5_group(file, source)
    return folder


def load(path, settings: Settings):
    """Load a file into a fresh network; the network and what was recorded of it."""
    base = vgg16()
    return base, load_base_weights(base, find_weights(str(path), settings))


@pytest.mark.parametrize("name", ["keras3.h5", "legacy.weights.h5"])
def test_the_content_tells_the_format_not_the_name(files, source, settings, name):
    base, record = load(files / name, settings)
    assert fingerprint(base) == fingerprint(source) == record.fingerprint
    assert (record.kind, record.name) == ("file", name)


def test_the_fingerprint_is_of_the_arrays_not_of_the_file(files, settings):
    records = [load(files / name, settings)[1] for name in ("keras3.h5", "legacy.weights.h5")]
    assert records[0].fingerprint == records[1].fingerprint
    assert fingerprint(vgg16()) != records[0].fingerprint


def text(path, files):
    path.write_text("these are not weights")


def cut(path, files):
    content = (files / "keras3.h5").read_bytes()
    path.write_bytes(content[: len(content) // 2])


def empty_hdf5(path, files):
    h5py.File(path, "w").close()


def another_network(path, files):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3)])
    model.save_weights(path.with_name("other.weights.h5"))
    path.with_name("other.weights.h5").rename(path)


def another_legacy_network(path, files):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3)])
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, model)


def vgg19(path, files):
    model = keras.applications.VGG19(weights=None, include_top=False, input_shape=(32, 32, 3))
    model.save_weights(path.with_name("vgg19.weights.h5"))
    path.with_name("vgg19.weights.h5").rename(path)


def not_numbers(path, files):
    model = vgg16()
    model.layers[-2].kernel.assign(np.full(model.layers[-2].kernel.shape, np.nan))
    model.save_weights(path.with_name("nan.weights.h5"))
    path.with_name("nan.weights.h5").rename(path)


# Keras warns of each part it does not find before it refuses the file.
@pytest.mark.filterwarnings("ignore:Skipping nested container:UserWarning")
@pytest.mark.parametrize(
    "make",
    [text, cut, empty_hdf5, another_network, another_legacy_network, vgg19, not_numbers],
    ids=lambda make: make.__name__,
)
def test_what_are_no_weights_of_vgg16_is_refused_in_one_line(files, settings, tmp_path, make):
    make(tmp_path / "bad.h5", files)
    with pytest.raises(WeightsError, match=r"bad\.h5.*Choose another file") as raised:
        load(tmp_path / "bad.h5", settings)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_named_with_the_choices(settings, tmp_path):
    with pytest.raises(WeightsError, match=rf"nowhere\.h5.*{IMAGENET_FILE}.*random"):
        find_weights(str(tmp_path / "nowhere.h5"), settings)
    with pytest.raises(WeightsError, match=str(tmp_path)):
        find_weights(str(tmp_path), settings)


def test_random_weights_are_the_same_on_every_host(tmp_path):
    hosts = [Settings(artifacts=tmp_path / name) for name in ("one", "other")]
    records = []
    for host in hosts:
        base = vgg16()
        records.append(load_base_weights(base, find_weights("random", host)))
    assert records[0] == records[1]
    assert records[0].kind == "random"


def test_random_weights_give_features_near_one(settings):
    """Thirteen layers neither let the signal fade nor blow it up; the head starts with a loss near ln 2."""
    base = vgg16()
    load_base_weights(base, find_weights("random", settings))
    noise = np.random.default_rng(0).normal(0, 60, (8, 32, 32, 3)).astype(np.float32)
    assert 0.1 < base.predict_on_batch(noise).std() < 10


def test_a_download_that_fails_is_one_sentence_with_the_choices(settings, tmp_path, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    url = f"http://127.0.0.1:{port}/{IMAGENET_FILE}"
    monkeypatch.setattr("keras.src.applications.vgg16.WEIGHTS_PATH_NO_TOP", url)
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path / "keras"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    with pytest.raises(WeightsError) as raised:
        find_weights("imagenet", settings)
    message = str(raised.value)
    assert "could not be downloaded" in message
    for choice in ("try again", IMAGENET_FILE, "random"):
        assert choice in message
    assert "\n" not in message
    assert len(message) < 600

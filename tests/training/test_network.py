"""The network: where it is cut, what it takes, and that its two halves are the whole."""

import keras
import numpy as np
import pytest

from core.model.network import build_network, frozen_parameters, trained_parameters
from core.runs import TrainConfig

VGG16 = 14_714_688
"""Numbers in VGG-16 without its top."""
CONVOLUTIONS = {"none": 0, "block5": 3, "block4": 6, "all": 13}


@pytest.fixture(autouse=True)
def policy():
    """Float32 here, and Keras's global as it was afterwards."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy(before)


@pytest.fixture(scope="module")
def images():
    """Four images as the model takes them: RGB, 0..255."""
    return np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)


def config(**changes) -> TrainConfig:
    """A small head on 32 x 32 images."""
    return TrainConfig(image_size=32, dense_units=(8,), **changes)


@pytest.mark.parametrize("fine_tune", CONVOLUTIONS)
def test_the_two_halves_are_the_whole(images, fine_tune):
    network = build_network(config(fine_tune=fine_tune))
    features = network.prefix.predict_on_batch(images) if network.prefix else images
    halves = network.tail.predict_on_batch(features)
    assert halves.shape == (4, 1)
    assert network.whole().predict_on_batch(images) == pytest.approx(halves, rel=1e-5)


@pytest.mark.parametrize("fine_tune", CONVOLUTIONS)
def test_fine_tuning_trains_from_the_chosen_block_on(fine_tune):
    network = build_network(config(fine_tune=fine_tune))
    kernels = [weight for weight in network.tail.trainable_weights if len(weight.shape) == 4]
    assert len(kernels) == CONVOLUTIONS[fine_tune]
    head = 512 * 8 + 8 + 8 + 1
    assert trained_parameters(network) + frozen_parameters(network) == VGG16 + head
    assert not (network.prefix and network.prefix.trainable_weights)


def test_the_model_takes_plain_rgb_and_does_what_vgg16_expects_inside(images):
    network = build_network(config())
    expected = network.base.predict_on_batch(
        keras.applications.vgg16.preprocess_input(images.copy(), data_format="channels_last")
    )
    assert network.prefix.input.dtype == "float32"
    assert network.prefix.predict_on_batch(images) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_the_seed_alone_decides_the_heads_first_weights():
    def head(seed: int) -> list[np.ndarray]:
        return [weight.numpy() for weight in build_network(config(seed=seed)).tail.trainable_weights]

    first, same, other = head(3), head(3), head(4)
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_the_head_is_built_as_asked():
    network = build_network(TrainConfig(image_size=32, dense_units=(8, 4), batch_norm=True, dropout=0.25))
    names = [layer.name for layer in network.tail.layers if layer.name != "features"]
    assert names == [
        "flatten",
        *("dense_1", "batch_norm_1", "dropout_1"),
        *("dense_2", "batch_norm_2", "dropout_2"),
        "logit",
        "probability",
    ]
    assert network.tail.get_layer("dropout_2").rate == 0.25
    assert not [layer for layer in build_network(config(dropout=0)).tail.layers if "dropout" in layer.name]


def test_probabilities_are_float32_in_mixed_precision(images):
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = build_network(config())
    assert network.prefix.output.dtype == "bfloat16"
    assert network.tail.output.dtype == "float32"
    assert network.whole().predict_on_batch(images).dtype == np.float32

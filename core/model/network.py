"""The network: VGG-16 and a head, cut where training begins.

    image 0..255 RGB -> [ preprocessing, frozen blocks ] -> features -> [ trained blocks, head ] -> P
                              the prefix                                     the tail

The prefix never changes, so its output can be computed once; the tail is all that a run trains and
saves. When everything is trained there is no prefix and the tail takes images.
"""

import math
from dataclasses import dataclass

import keras

from core.model.devices import device_count
from core.runs.config import TrainConfig

PREFIX_END = {"none": "block5_pool", "block5": "block4_pool", "block4": "block3_pool", "all": None}
"""Last frozen layer for each fine-tuning depth."""


@dataclass(frozen=True)
class Network:
    """A VGG-16 with a head.

    Attributes:
        base: all of VGG-16 without its top; only for loading its weights.
        prefix: images (n, size, size, 3) float32 0..255 to features; None when all is trained.
        tail: features (or images) to P(target = 1), float32, shape (n, 1).
    """

    base: keras.Model
    prefix: keras.Model | None
    tail: keras.Model

    def whole(self) -> keras.Model:
        """Images to probabilities, prefix and tail in one model that shares their weights."""
        if self.prefix is None:
            return self.tail
        return keras.Model(self.prefix.input, self.tail(self.prefix.output), name="whole")


def build_network(config: TrainConfig) -> Network:
    """Build the network of `config` under the dtype policy in force; its base still has random weights.

    Initial head weights depend on `config.seed` alone.
    """
    shape = (config.image_size, config.image_size, 3)
    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=shape)
    blocks = base.layers[1:]
    names = [layer.name for layer in blocks]
    end = PREFIX_END[config.fine_tune]
    cut = names.index(end) + 1 if end else 0
    for layer in blocks[:cut]:
        layer.trainable = False
    image = keras.Input(shape, name="image", dtype="float32")
    features = _chain(preprocess(image), blocks[:cut])
    if end is None:
        return Network(base, None, keras.Model(image, _head(_chain(features, blocks), config), name="tail"))
    entry = keras.Input(features.shape[1:], name="features", dtype=features.dtype)
    tail = keras.Model(entry, _head(_chain(entry, blocks[cut:]), config), name="tail")
    return Network(base, keras.Model(image, features, name="prefix"), tail)


def prefix_after(network: Network, layer: str) -> keras.Model:
    """The part of the prefix behind `layer`: that layer's output to the prefix's output."""
    blocks = network.base.layers
    names = [block.name for block in blocks]
    end = names.index(network.prefix.layers[-1].name)
    entry = blocks[names.index(layer)].output
    start = keras.Input(entry.shape[1:], name="shallower", dtype=entry.dtype)
    return keras.Model(start, _chain(start, blocks[names.index(layer) + 1 : end + 1]))


def preprocess(image: keras.KerasTensor) -> keras.KerasTensor:
    """RGB 0..255 to what ImageNet VGG-16 expects: BGR, the ImageNet mean subtracted. Stays float32."""
    return keras.applications.vgg16.preprocess_input(image)


def _chain(x: keras.KerasTensor, layers: list[keras.Layer]) -> keras.KerasTensor:
    for layer in layers:
        x = layer(x)
    return x


def _head(x: keras.KerasTensor, config: TrainConfig) -> keras.KerasTensor:
    """Flatten, dense ReLU layers with batch norm and dropout as chosen, one sigmoid unit in float32."""
    x = keras.layers.Flatten(name="flatten")(x)
    for i, units in enumerate(config.dense_units, start=1):
        initializer = keras.initializers.GlorotUniform(seed=config.seed + i)
        x = keras.layers.Dense(units, "relu", kernel_initializer=initializer, name=f"dense_{i}")(x)
        if config.batch_norm:
            # Over the whole batch, whoever holds which part of it.
            shared = device_count() > 1
            x = keras.layers.BatchNormalization(synchronized=shared, name=f"batch_norm_{i}")(x)
        if config.dropout:
            x = keras.layers.Dropout(config.dropout, seed=config.seed + i, name=f"dropout_{i}")(x)
    initializer = keras.initializers.GlorotUniform(seed=config.seed)
    logit = keras.layers.Dense(1, kernel_initializer=initializer, dtype="float32", name="logit")(x)
    return keras.layers.Activation("sigmoid", dtype="float32", name="probability")(logit)


def trained_parameters(network: Network) -> int:
    """Numbers that training changes."""
    return sum(math.prod(weight.shape) for weight in network.tail.trainable_weights)


def frozen_parameters(network: Network) -> int:
    """Numbers of the frozen blocks."""
    return network.prefix.count_params() if network.prefix else 0

"""How a network sees an image, in 512 numbers: the output of its last pooling layer, averaged over space.

They are divided by their length: what is no face excites little of a network for faces, and would otherwise
lie near the middle of all faces (Mueller and Hein 2025, arXiv:2505.18032). What is far from the training
images in these numbers is not judged here: `core.runs.domain`.
"""

import keras

from core.model.network import Network


def answers_and_embeddings(network: Network) -> keras.Model:
    """Images, float32 (n, size, size, 3), to P(target = 1), (n, 1), and embeddings, float32 (n, 512)."""
    tail = network.tail
    both = keras.Model(tail.input, [tail.output, _embedding(tail)], name="answers")
    return both if network.prefix is None else _after_prefix(network, both)


def embeddings(network: Network, answering: keras.Model) -> keras.Model:
    """What `answering` takes, features or images, to embeddings, float32 (n, 512).

    Args:
        answering: `network.tail` or `network.whole()`.
    """
    tail = network.tail
    described = keras.Model(tail.input, _embedding(tail), name="embedding")
    return described if answering is tail else _after_prefix(network, described)


def _embedding(tail: keras.Model) -> keras.KerasTensor:
    # The head begins with Flatten: what goes in is block5_pool's output, at every fine-tuning depth.
    pooled = tail.get_layer("flatten").input
    average = keras.layers.GlobalAveragePooling2D(dtype="float32", name="average")(pooled)
    return keras.layers.UnitNormalization(dtype="float32", name="of_length_one")(average)


def _after_prefix(network: Network, model: keras.Model) -> keras.Model:
    prefix = network.prefix
    return keras.Model(prefix.input, model(prefix.output), name=f"whole_{model.name}")

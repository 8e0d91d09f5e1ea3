"""The bare network: what one image costs when its batch is in memory already and nothing is written.

`core.model` builds the network, so that it is the product's own; data, disk and callbacks are left out.
"""

import statistics
import time
from collections.abc import Callable

from core.runs import TrainConfig

WARM_UP = 3
"""oneDNN packs weights and chooses kernels in the first calls."""
CALLS = 12

Seconds = dict[str, float]
"""Seconds an image of each part; keys as in `bare_seconds`."""


def bare_seconds(config: TrainConfig, precision: str) -> Seconds:
    """Seconds an image, at the batch size of `config`; call it in a process of its own.

    Keys: `images to block4_pool`, `block4_pool to block5_pool`, `images to block5_pool`; and for the depths
    none and block5 `<depth> step` (the tail's training step) and `<depth> forward`.
    """
    import keras

    keras.config.set_dtype_policy(precision)
    return {
        **seconds_of_depth(config.changed(fine_tune="none")),
        **seconds_of_depth(config.changed(fine_tune="block5")),
    }


def seconds_of_depth(config: TrainConfig) -> Seconds:
    """The part of `bare_seconds` that belongs to the depth of `config`, under the dtype policy in force."""
    import numpy as np

    from core.model.network import build_network, prefix_after
    from core.training.fitting import compiled

    network, size = build_network(config), config.batch_size
    images = np.random.default_rng(0).uniform(0, 255, (size, *network.prefix.input.shape[1:]))
    images, labels = images.astype(np.float32), np.arange(size, dtype=np.float32)[:, None] % 2
    features = network.prefix.predict_on_batch(images)
    model, depth = compiled(network.tail, config), config.fine_tune
    found = {
        f"images to {network.prefix.layers[-1].name}": lambda: network.prefix.predict_on_batch(images),
        f"{depth} step": lambda: model.train_on_batch(features, labels),
        f"{depth} forward": lambda: network.tail.predict_on_batch(features),
    }
    if depth == "none":
        deeper = prefix_after(network, "block4_pool")
        shallow = np.zeros((size, *deeper.input.shape[1:]), features.dtype)
        found["block4_pool to block5_pool"] = lambda: deeper.predict_on_batch(shallow)
    return {name: median_seconds(call) / size for name, call in found.items()}


def median_seconds(call: Callable[[], object]) -> float:
    """The median time of a call, after a few that do not count."""
    for _ in range(WARM_UP):
        call()
    seconds = []
    for _ in range(CALLS):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)

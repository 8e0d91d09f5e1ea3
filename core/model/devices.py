"""Which processors a network runs on: a GPU where there is one; several through TensorFlow's mirroring.

With several, each takes its part of every batch and their gradients are averaged: the batch size stays what
was asked. Losses are then close to those of one device, not the same to the last digit.
"""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from core.settings import Settings

GPU_FACTOR = 8
"""How many times as many images as a processor a GPU takes at once where nothing is trained."""


def open_devices(settings: Settings, batches: list[int]) -> tf.distribute.Strategy:
    """The strategy in whose scope networks are built; call it before TensorFlow is used for anything else.

    Args:
        batches: images of each split's first batch. They are shared in equal parts, as Keras wants it, and
            by as many devices at most as each then holds images: a batch of 32 by two of three GPUs, and by
            four of eight.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if settings.devices == "one":
        # TensorFlow would open all of them, at some hundred MB each.
        tf.config.set_visible_devices(gpus[:1], "GPU")
        return tf.distribute.get_strategy()
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    count = max(n for n in range(1, len(devices) + 1) if all(_can_share(n, size) for size in batches))
    if count == 1:
        return tf.distribute.get_strategy()
    return tf.distribute.MirroredStrategy([device.name for device in devices[:count]])


def _can_share(devices: int, images: int) -> bool:
    return devices == 1 or (images % devices == 0 and images >= devices**2)


def device_count() -> int:
    """How many devices share a batch."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def least_batch() -> int:
    """Fewest images of a batch of which each device gets some: TensorFlow hands out parts rounded up."""
    return (device_count() - 1) ** 2 + 1


def gpu_names() -> list[str]:
    """What the GPUs call themselves."""
    gpus = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]


def images_at_once(images: int) -> int:
    """How many images a pass without training takes at once, where a processor would take `images`."""
    factor = GPU_FACTOR if tf.config.list_logical_devices("GPU") else 1
    return images * factor * device_count()


def forward(model: keras.Model) -> Callable[[np.ndarray], np.ndarray]:
    """`model.predict_on_batch`, but each of several devices takes its part; Keras would give all to each."""
    strategy, count = tf.distribute.get_strategy(), device_count()
    if count == 1:
        return model.predict_on_batch

    @tf.function
    def step(parts: object) -> object:
        return strategy.run(lambda part: model(part, training=False), (parts,))

    def split(batch: np.ndarray) -> np.ndarray:
        parts = np.array_split(batch, count)
        given = strategy.experimental_distribute_values_from_function(
            lambda context: tf.convert_to_tensor(parts[context.replica_id_in_sync_group])
        )
        answers = strategy.experimental_local_results(step(given))
        return np.concatenate([answer.numpy() for answer in answers])

    return split

"""`plain_keras` by somebody who knows Keras well: mixed_bfloat16, each image decoded once, prefetch.

The decoded images stay in memory as bytes, and are shuffled one by one; `read` fills that cache, so that
its cost is told apart from the epochs'.
"""

import argparse

import keras
import tensorflow as tf

from tests.bench import plain_keras


def read(options: argparse.Namespace) -> plain_keras.Datasets:
    """Batches out of memory, prepared while the network works."""
    size = (options.image_size, options.image_size)
    train, val, test = (
        keras.utils.image_dataset_from_directory(
            options.faces / split,
            label_mode="binary",
            image_size=size,
            batch_size=None,
            shuffle=False,
            verbose=False,
        )
        .map(lambda image, label: (tf.cast(image, tf.uint8), label), tf.data.AUTOTUNE)
        .cache()
        for split in ("train", "val", "test")
    )
    for dataset in (train, val, test):
        for _ in dataset:
            pass
    shuffled = train.shuffle(int(train.cardinality()), seed=options.seed)
    return batched(shuffled, options), batched(val, options), batched(test, options)


def batched(dataset: tf.data.Dataset, options: argparse.Namespace) -> tf.data.Dataset:
    """Batches of float images, two or more ahead."""
    floats = dataset.batch(options.batch_size).map(lambda x, y: (tf.cast(x, tf.float32), y), tf.data.AUTOTUNE)
    return floats.prefetch(tf.data.AUTOTUNE)


if __name__ == "__main__":
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    plain_keras.main(read)

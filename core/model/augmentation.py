"""Images varied at random while a network trains: mirrored, shifted, lighter or darker.

A variation stands before the preprocessing, in the graph that is fitted and in no other: a model that is
scored, kept or asked never varies an image. What each image gets follows from the layers' seeds, which
`core.training.callbacks.SeedNoise` sets for each epoch.
"""

import keras

from core.runs.config import Augmentation, TrainConfig

SHIFT = 0.06
"""Largest shift along each side, as a share of it; the edge's pixels fill what becomes free."""
BRIGHTNESS = 0.15
"""Largest change of all pixels together, as a share of 0..255."""


def augment(images: keras.KerasTensor, config: TrainConfig) -> keras.KerasTensor:
    """`images`, float32 0..255, varied as `config.augment` asks; the same tensor when it asks for nothing."""
    for name in config.augment:
        images = _layer(name, config.seed)(images)
    return images


def _layer(name: Augmentation, seed: int) -> keras.layers.Layer:
    # Float32 whatever the policy: bfloat16 holds 8 bits, a shifted pixel needs more.
    common = {"seed": seed, "dtype": "float32", "name": name}
    if name == "flip":
        return keras.layers.RandomFlip("horizontal", **common)
    if name == "shift":
        return keras.layers.RandomTranslation(SHIFT, SHIFT, fill_mode="nearest", **common)
    return keras.layers.RandomBrightness(BRIGHTNESS, value_range=(0, 255), **common)

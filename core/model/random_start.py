"""Random base weights from which a frozen VGG-16 still tells images apart.

Plain He-normal weights do not do: with 0-255 inputs the features are in the hundreds, and scaled down, the
thirteen ReLU layers map all faces to nearly the same direction. So each layer hands on what it was given,
with both signs, plus noise (the "Dirac" part of arXiv 1706.00388), and is centred and scaled channel by
channel on a few drawn faces (data-dependent initialisation, arXiv 1602.07868, section 3).
"""

import keras
import numpy as np

from core.data.images import resize_rgb
from core.data.synthetic import draw_face, sample_specs
from core.model.network import preprocess

FACES = 64
SIDE = 64
RGB = 3
SEED = 0
NOISE = 0.5
"""Weight of the random part of a kernel against the part that hands on."""


def set_random_weights(base: keras.Model) -> None:
    """Give a VGG-16 without top the random start, the same each time on the same machine."""
    generator = np.random.default_rng(SEED)
    x = preprocess(keras.ops.convert_to_tensor(_faces()))
    for layer in base.layers[1:]:
        if isinstance(layer, keras.layers.Conv2D):
            kernel = _kernel(layer.kernel.shape, generator)
            raw = keras.ops.convert_to_numpy(keras.ops.conv(x, kernel, padding="same"))
            mean, size = raw.mean((0, 1, 2)), raw.std((0, 1, 2)) + 1e-6
            layer.set_weights([kernel / size, -mean / size])
        x = layer(x)


def _kernel(shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
    """A 3 x 3 kernel of unit fan-in noise; behind the first layer, its centre hands each channel on."""
    kernel = generator.normal(0, 1 / np.sqrt(np.prod(shape[:-1])), shape).astype(np.float32)
    given, made = shape[2:]
    if given == RGB:
        return kernel
    kernel *= NOISE
    kernel[1, 1] += np.concatenate([np.eye(given), -np.eye(given)], axis=1)[:, :made]
    return kernel


def _faces() -> np.ndarray:
    specs = sample_specs(FACES, SEED)
    return np.stack([resize_rgb(draw_face(spec), SIDE) for spec in specs]).astype(np.float32)

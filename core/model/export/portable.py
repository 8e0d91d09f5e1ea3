"""A run's network as one flat model of standard layers that takes pictures as they are: RGB, 0..255.

    image 0..255 RGB -> Rescaling (minus the ImageNet mean) -> VGG-16 -> head -> probability

VGG-16 was trained on BGR. Turning the channels over is no layer; turning over the first convolution's kernel
along its input channels is the same sum, so that no Lambda and no bare operation has to be written to a file.
The mean stays a layer of its own: folded into the first bias it would be wrong at the padded border.
"""

import keras

from core.model.network import Network

IMAGENET_MEAN = (123.68, 116.779, 103.939)
"""Of red, green and blue, 0..255; as `keras.applications.imagenet_utils` subtracts it."""


def portable(network: Network, size: int) -> keras.Model:
    """The float32 `network` flat: `image`, float32 (n, size, size, 3) RGB 0..255, to `probability` (n, 1).

    Its answers are those of `network.whole()` but for the last bits; all layers but the first convolution are
    shared with it.
    """
    parts = [part for part in (network.prefix, network.tail) if part is not None]
    layers = [
        layer for part in parts for layer in part.layers if not isinstance(layer, keras.layers.InputLayer)
    ]
    image = keras.Input((size, size, 3), name="image", dtype="float32")
    x = keras.layers.Rescaling(1.0, [-mean for mean in IMAGENET_MEAN], dtype="float32", name="mean")(image)
    first = keras.layers.Conv2D.from_config(layers[0].get_config())
    x = first(x)
    kernel, bias = layers[0].get_weights()
    first.set_weights([kernel[:, :, ::-1, :], bias])
    for layer in layers[1:]:
        x = layer(x)
    return keras.Model(image, x, name="lineament")

"""Where in an image a network found what speaks for its answer: HiResCAM on the run's own logit.

The gradient of the logit, not of the probability: that one vanishes where an answer is sure. It is taken at
the last convolution and multiplied by that layer's output, place by place (Draelos and Carin 2020,
arXiv:2011.08891). Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391) first averages the gradient over space;
our head gives each place weights of its own, and the average loses which place it was.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from core.model.network import Network, preprocess

LAST_CONVOLUTION = "block5_conv3"


@dataclass(frozen=True, eq=False)
class HeatMap:
    """What speaks for an answer, and where.

    Attributes:
        values: share of the strongest place's evidence, float32 0..1, shape (h, w), the grid of the last
            convolution; all 0 where no place speaks for the answer.
        strength: what the strongest place adds to the logit towards the answer; 0 where none does.
        towards: the answer it speaks for: 1 where the logit is above 0, else 0.
    """

    values: np.ndarray
    strength: float
    towards: int


class Explainer:
    """Heat maps of one network. Its graph is built at the first one, which takes a second."""

    def __init__(self, network: Network):
        self._network = network
        self._once = threading.Lock()
        self._evidence: Callable[[np.ndarray], tuple[tf.Tensor, tf.Tensor]] | None = None

    def __call__(self, pixels: np.ndarray) -> HeatMap:
        """The heat map of one image, float32 (size, size, 3), 0..255."""
        with self._once:
            self._evidence = self._evidence or _evidence(self._network)
        logit, evidence = (value.numpy() for value in self._evidence(pixels[None]))
        towards = int(logit > 0)
        speaking = np.maximum(evidence if towards else -evidence, 0)
        strength = float(speaking.max())
        return HeatMap(speaking / strength if strength > 0 else speaking, strength, towards)


def _evidence(network: Network) -> Callable[[np.ndarray], tuple[tf.Tensor, tf.Tensor]]:
    """One image, (1, size, size, 3), to its logit and to what each place adds to it, float32 (h, w)."""
    to_convolution, to_logit = _halves(network)

    @tf.function(input_signature=[tf.TensorSpec(to_convolution.input.shape, tf.float32)])
    def evidence(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        seen = to_convolution(image, training=False)
        with tf.GradientTape() as tape:
            tape.watch(seen)
            logit = to_logit(seen, training=False)
        parts = tf.cast(tape.gradient(logit, seen), tf.float32) * tf.cast(seen, tf.float32)
        return logit[0, 0], tf.reduce_sum(parts[0], axis=-1)

    return evidence


def _halves(network: Network) -> tuple[keras.Model, keras.Model]:
    """Images to the last convolution's output, and that to the logit, whatever part of it was trained."""
    blocks = network.base.layers[1:]
    cut = [layer.name for layer in blocks].index(LAST_CONVOLUTION) + 1
    image = keras.Input(network.base.input.shape[1:], name="image", dtype="float32")
    seen = keras.Sequential(blocks[:cut])(preprocess(image))
    entry = keras.Input(seen.shape[1:], name="seen", dtype=seen.dtype)
    logit = keras.Sequential([*blocks[cut:], *_head(network.tail)])(entry)
    return keras.Model(image, seen, name="to_convolution"), keras.Model(entry, logit, name="to_logit")


def _head(tail: keras.Model) -> list[keras.Layer]:
    """From Flatten to the logit, without the sigmoid behind it."""
    names = [layer.name for layer in tail.layers]
    return tail.layers[names.index("flatten") : names.index("logit") + 1]

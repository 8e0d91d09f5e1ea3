"""A run's model, ready to answer: rebuilt in code, with base weights whose fingerprint is checked and
trained weights whose hash is."""

import threading
from collections.abc import Sequence

import keras
import numpy as np
from PIL import Image

from core.data.images import resize_rgb
from core.errors import RunError, WeightsError
from core.model.network import build_network
from core.model.weights import find_weights, load_base_weights
from core.runs.run import Run
from core.settings import Settings

BATCH = 16
_policy = threading.Lock()
"""The dtype policy is Keras's global: two models must not be built at once."""


class Predictor:
    """P(target = 1) of a run's best epoch, for images."""

    def __init__(self, run: Run, settings: Settings):
        """Takes seconds: TensorFlow is imported and weights are read.

        Raises:
            RunError: the run has not read its data yet.
            CheckpointError: it has no checkpoint, or a file changed since it was saved.
            WeightsError: the base weights it was trained on cannot be had, or are others now.
        """
        self.config = run.config()
        environment = run.environment()
        if environment is None:
            raise RunError(f"{run.id} has not been trained yet. Wait for it to end.")
        trained = run.checkpoints.best_weights()
        with _policy:
            before = keras.config.dtype_policy()
            keras.config.set_dtype_policy(environment.precision)
            try:
                network = build_network(self.config)
            finally:
                keras.config.set_dtype_policy(before)
        loaded = load_base_weights(network.base, find_weights(self.config.weights, settings))
        if network.prefix is not None and loaded.fingerprint != environment.weights.fingerprint:
            raise WeightsError(
                f"{run.id} was trained on the base weights {environment.weights.name} "
                f"({environment.weights.fingerprint[:12]}…); {self.config.weights} now holds others "
                f"({loaded.fingerprint[:12]}…). Put the former file back."
            )
        network.tail.load_weights(trained)
        self._model = network.whole()

    def probabilities(self, images: Sequence[Image.Image]) -> np.ndarray:
        """P(target = 1) for each image, float32, shape (n,); resized as in training."""
        parts = []
        for start in range(0, len(images), BATCH):
            batch = [resize_rgb(image, self.config.image_size) for image in images[start : start + BATCH]]
            parts.append(self._model.predict_on_batch(np.stack(batch).astype(np.float32))[:, 0])
        return np.concatenate(parts) if parts else np.empty(0, np.float32)

"""A run's model, ready to answer; how unlike its training images a photo is comes out of the same pass.

How the model is made again from a run's folder is `core.model.rebuild`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from core.data.images import resize_rgb
from core.errors import RunDamagedError
from core.model.embedding import answers_and_embeddings
from core.model.explain import Explainer, HeatMap
from core.model.rebuild import rebuild
from core.runs.domain import SIZE, Domain, read_domain
from core.runs.run import Run
from core.settings import Settings

BATCH = 16


@dataclass(frozen=True, eq=False)
class Answers:
    """What a run says of n images.

    Attributes:
        probabilities: P(target = 1), float32, shape (n,).
        distances: how far each image is from the training images, float32, shape (n,), in the units of the
            run's `Domain.limit`; None for a run without that.
    """

    probabilities: np.ndarray
    distances: np.ndarray | None


class Predictor:
    """What a run's best epoch says of images, and why. Answers may be asked for in several threads.

    Attributes:
        domain: what its training images look like to it; None where it is not known.
        domain_fault: why `domain.npz` is there and cannot be used; "" otherwise.
    """

    def __init__(self, run: Run, settings: Settings):
        """Takes seconds: TensorFlow is imported and weights are read.

        Raises:
            RunError: the run has not read its data yet.
            CheckpointError: it has no checkpoint, or a file changed since it was saved.
            WeightsError: the base weights it was trained on cannot be had, or are others now.
        """
        self.config = run.config()
        network = rebuild(run, settings)
        self.domain, self.domain_fault = _domain(run)
        self._answer = _answering(answers_and_embeddings(network))
        self._explainer = Explainer(network)

    def answers(self, images: Sequence[Image.Image]) -> Answers:
        """Probability and distance of each image, resized as in training, from one pass."""
        parts = [
            self._answer(self._pixels(images[start : start + BATCH]))
            for start in range(0, len(images), BATCH)
        ]
        answered = np.concatenate([np.empty((0, 1 + SIZE), np.float32), *parts])
        distances = self.domain.distances(answered[:, 1:]) if self.domain else None
        return Answers(answered[:, 0], distances)

    def probabilities(self, images: Sequence[Image.Image]) -> np.ndarray:
        """P(target = 1) for each image, float32, shape (n,); resized as in training."""
        return self.answers(images).probabilities

    def explain(self, image: Image.Image) -> HeatMap:
        """Where the image speaks for the answer that it gets; the first time takes a second longer."""
        return self._explainer(self._pixels([image])[0])

    def _pixels(self, images: Sequence[Image.Image]) -> np.ndarray:
        return np.stack([resize_rgb(image, self.config.image_size) for image in images]).astype(np.float32)


def _answering(model: keras.Model) -> Callable[[np.ndarray], np.ndarray]:
    """Images to probability and embedding side by side, (n, 513), by one graph for any number of images."""

    @tf.function(input_signature=[tf.TensorSpec(model.input.shape, tf.float32)])
    def answer(images: tf.Tensor) -> tf.Tensor:
        return tf.concat(model(images, training=False), axis=1)

    return lambda images: answer(images).numpy()


def _domain(run: Run) -> tuple[Domain | None, str]:
    """The statistics of the run's best epoch, or why there are none; a photo gets its answer without them."""
    try:
        domain = read_domain(run)
    except RunDamagedError as error:
        return None, str(error)
    # While a run is trained further, its model may be newer than what was last written of it.
    manifest = run.checkpoints.manifest()
    return (domain, "") if domain and domain.epoch in (None, manifest.best_epoch) else (None, "")

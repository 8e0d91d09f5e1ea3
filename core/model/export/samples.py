"""Sample inputs of a bundle: drawn faces, which are nobody's, with what the run's model says of them."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from core.data.images import resize_rgb
from core.data.synthetic import draw_face, sample_specs

CANDIDATES = 16
KEPT = 6
SEED = 81_218
"""Another than that of the built-in data set: a run never saw these faces."""
BATCH = 8


@dataclass(frozen=True)
class Samples:
    """Faces to try a model on.

    Attributes:
        pictures: 178 x 218 RGB, as one would give them to the example.
        images: the same as the model takes them, uint8 (KEPT, size, size, 3).
        probabilities: float32 (KEPT, 1), of the network rebuilt in code.
    """

    pictures: tuple[Image.Image, ...]
    images: np.ndarray
    probabilities: np.ndarray

    def expected(self) -> dict[str, float]:
        """The probability of each picture by its file's name."""
        return {sample_name(i): round(float(p), 6) for i, p in enumerate(self.probabilities[:, 0], start=1)}

    def write(self, folder: Path) -> None:
        """Write the pictures into `folder`/samples, and the arrays into `folder`/samples.npz."""
        (folder / "samples").mkdir()
        for i, picture in enumerate(self.pictures, start=1):
            picture.save(folder / "samples" / sample_name(i))
        np.savez(folder / "samples.npz", image=self.images, probability=self.probabilities)


def sample_name(number: int) -> str:
    """File name of a picture, counted from 1."""
    return f"face-{number}.png"


def draw_samples(whole: keras.Model, size: int) -> Samples:
    """The KEPT of CANDIDATES drawn faces that `whole` is least sure of.

    At an answer of 0 or 1 any other sure model would pass for the same one.
    """
    pictures = [draw_face(spec) for spec in sample_specs(CANDIDATES, SEED)]
    images = np.stack([resize_rgb(picture, size) for picture in pictures])
    p = answers(whole, images)
    kept = np.sort(np.argsort(np.abs(p[:, 0] - 0.5), kind="stable")[:KEPT])
    return Samples(tuple(pictures[i] for i in kept), images[kept], p[kept])


def answers(whole: keras.Model, images: np.ndarray) -> np.ndarray:
    """What a model says of uint8 images (n, size, size, 3): float32 (n, 1)."""
    parts = [
        whole.predict_on_batch(images[start : start + BATCH].astype(np.float32))
        for start in range(0, len(images), BATCH)
    ]
    return np.concatenate(parts)

"""Predictions as a trainer would leave them, without training, and their file in a run's folder."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.runs import Run

ATTRIBUTES = ("Male", "Blond_Hair", "Eyeglasses", "Smiling", "Young")


def fabricated_predictions(
    n_val: int = 60,
    n_test: int = 80,
    *,
    seed: int = 0,
    sharpness: float = 2.0,
    attributes: Sequence[str] = ATTRIBUTES,
    persons: int = 0,
) -> pd.DataFrame:
    """The frame of a run that predicts the first of `attributes`; higher `sharpness` errs less.

    The images, labels and persons depend on the sizes and `attributes` alone, so that two frames of different
    `seed` or `sharpness` are two runs on the same images. `persons` of 0 leaves persons unknown (-1).
    """
    n = n_val + n_test
    images = np.random.default_rng(n)
    bits = {name: images.integers(0, 2, n).astype(np.uint8) for name in attributes}
    label = bits[attributes[0]]
    logits = np.random.default_rng(seed).normal(sharpness * (2.0 * label - 1), 1.5)
    fixed = {
        "image_id": [f"{i:06d}.jpg" for i in range(1, n + 1)],
        "person_id": images.integers(0, persons, n) if persons else np.full(n, -1),
        "split": ["val"] * n_val + ["test"] * n_test,
        "label": label,
        "probability": (1 / (1 + np.exp(-logits))).astype(np.float32),
    }
    return pd.DataFrame({**fixed, **bits})


def put_predictions(run: Run, frame: pd.DataFrame) -> None:
    """Write `frame` as the run's `predictions.parquet`."""
    frame.to_parquet(run.predictions_path, index=False)

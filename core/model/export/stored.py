"""How far a run's float32 answers are from those it was scored with: told, never a reason to refuse.

A run that trained in bfloat16 was scored in bfloat16, and differs from its own export by up to about 0.01.
"""

import keras
import numpy as np

from core.data import open_dataset
from core.data.images import resize_rgb
from core.errors import DataError
from core.model.export.samples import answers
from core.runs.predictions import read_predictions
from core.runs.run import Run
from core.settings import Settings

LOOKED_AT = 16
"""Validation images: enough to see a gap, and a few seconds of float32 at 224 px."""


def compared_with_stored(whole: keras.Model, run: Run, settings: Settings) -> str:
    """A sentence on the largest difference over the first validation images, or on why there is none."""
    config, precision = run.config(), run.environment().precision
    try:
        faces = open_dataset(config.data, settings=settings)
        frame = read_predictions(run, "val", attributes=()).head(LOOKED_AT)
        row = {image_id: i for i, image_id in enumerate(faces.frame["image_id"])}
        images = [resize_rgb(faces.image(row[name]), config.image_size) for name in frame["image_id"]]
    except (DataError, OSError, KeyError) as error:
        return f"Not compared with the run's stored answers: its images cannot be read ({error})."
    if not images:
        return "Not compared with the run's stored answers: there is no validation image."
    difference = np.abs(answers(whole, np.stack(images))[:, 0] - frame["probability"].to_numpy()).max()
    return (
        f"In float32 the run's answers differ from the stored ones ({precision}) by up to {difference:.4f} "
        f"on {len(images)} validation images."
    )

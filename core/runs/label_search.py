"""A look through all of a data set's labels of one target: a held-out probability for each, kept.

What is known of an image is what a run's frozen layers said of it, where that is kept, or else its outlines.
The models are `core.evaluation.held_out`'s, what their probabilities say of the labels is
`core.evaluation.label_errors`'s; `core.runs.label_findings` keeps them.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from core.data import FaceDataset, check_images, fingerprint, with_split
from core.data.outlines import outlines
from core.errors import DataError
from core.evaluation.held_out import held_out_probabilities
from core.runs.kept_features import feature_key, kept_vectors
from core.runs.label_findings import OUTLINES, About, Found, keep_found
from core.runs.state import now
from core.runs.summary import RunSummary
from core.settings import Settings

PARTS = 2
"""Along each side: what is left and right, above and below in a face stays apart."""

OnStep = Callable[[str, int, int], None]
"""Called with what is being done, how far it is, and of how much; may raise to stop."""


def search_labels(
    dataset: FaceDataset,
    target: str,
    settings: Settings,
    *,
    run: RunSummary | None = None,
    seed: int = 0,
    on_step: OnStep = lambda words, done, total: None,
) -> Found:
    """Give every image a held-out probability, keep the finding and return it.

    Args:
        run: whose kept features stand for the images, those that this run read; None for outlines of all.

    Raises:
        DataError: the target, the images or the run's features cannot be used, or there are too few persons.
    """
    if target not in dataset.attributes:
        raise DataError(
            f"{dataset.name} has no attribute {target!r}. Choose one of: {', '.join(dataset.attributes)}."
        )
    dataset = check_images(dataset, on_progress=_saying(on_step, "looking at the images"))
    if run is not None:
        dataset = _as_read_by(run, dataset)
    about = About(target, OUTLINES, OUTLINES, fingerprint(dataset), len(dataset), 0)
    if run is None:
        vectors = outlines(dataset, on_progress=_saying(on_step, "drawing outlines"))
    else:
        about, vectors = _features(run, about, settings)
    try:
        found = held_out_probabilities(
            vectors,
            dataset.labels(target).astype(np.int64),
            dataset.frame["person_id"].to_numpy(),
            seed=seed,
            on_fold=_saying(on_step, "learning without each fold"),
        )
    except ValueError as error:
        raise DataError(
            f"The labels of {target} in {dataset.name} cannot be looked through: {error}. "
            "Add images of both classes, of more persons."
        ) from error
    frame = pd.DataFrame(
        {
            "image_id": dataset.frame["image_id"],
            "label": dataset.labels(target),
            "probability": found,
        }
    )
    about = replace(about, dimensions=vectors.shape[1], made_at=now())
    keep_found(dataset, Found(about, frame), settings)
    return Found(about, frame)


def _as_read_by(run: RunSummary, dataset: FaceDataset) -> FaceDataset:
    """The images that a run read, in its order."""
    config, made = run.config, run.environment
    if config is None or made is None:
        raise DataError(f"Run {run.id} has not read its data yet. Wait for it, or use outlines.")
    mine = with_split(dataset, config.target, seed=config.seed, limit=config.limit, kind=config.split)
    if (now_is := fingerprint(mine)) != made.data.fingerprint:
        raise DataError(
            f"Run {run.id} read other images than {dataset.name} has now (fingerprint "
            f"{made.data.fingerprint[:12]}…, now {now_is[:12]}…). Use another run, or outlines."
        )
    return mine


def _features(run: RunSummary, about: About, settings: Settings) -> tuple[About, np.ndarray]:
    key = feature_key(run)
    vectors = kept_vectors(key, settings, parts=PARTS) if key else None
    if vectors is None:
        raise DataError(
            f"The features of run {run.id} are not kept any more, or not all yet. "
            "Use another run, or outlines."
        )
    return replace(about, source=run.id, features=key.folder), vectors


def _saying(on_step: OnStep, words: str) -> Callable[[int, int], None]:
    return lambda done, total: on_step(words, done, total)

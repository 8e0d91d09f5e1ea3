"""The models that answer on the Predict page: warmed up when the page opens, a few kept for all visitors.

The one place in the pages that reaches TensorFlow, inside a function: the app opens without it.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from core.runs import RunStore, RunSummary
from core.runs.imagenet import imagenet_cached
from core.settings import Settings
from core.ui.predict_shelf import ModelShelf
from core.ui.resources import settings, store

if TYPE_CHECKING:
    from core.model.predictor import Predictor


def probabilities(run: RunSummary, images: Sequence[Image.Image]) -> np.ndarray:
    """P(target = 1) of each image, float32, shape (n,).

    Raises:
        LineamentError: the run's model cannot be loaded.
    """
    return loaded(run).probabilities(images)


def loaded(run: RunSummary) -> "Predictor":
    """The run's model; slow the first time, when TensorFlow comes with it, unless it was warmed up.

    Raises:
        LineamentError: it cannot be loaded.
    """
    return _shelf().get(_key(run), _loading(run))


def warm_up(run: RunSummary) -> None:
    """Load TensorFlow and the run's model in the background; returns at once.

    A model whose base weights would have to be downloaded waits until somebody wants an answer.
    """
    if run.config.weights != "imagenet" or imagenet_cached():
        _shelf().fetch_ahead(_key(run), _loading(run))


@st.cache_resource(show_spinner=False)
def _shelf() -> "ModelShelf[Predictor]":
    return ModelShelf(settings().max_models)


def _key(run: RunSummary) -> tuple[str, str | None]:
    """A run that was trained further is another model."""
    return run.id, run.state.ended_at


def _loading(run: RunSummary) -> "partial[Predictor]":
    # Streamlit's caches are asked here, not in the thread that loads.
    return partial(_load, store(), run.id, settings())


def _load(runs: RunStore, run_id: str, host: Settings) -> "Predictor":
    from core.model.predictor import Predictor

    predictor = Predictor(runs.get(run_id), host)
    # Keras builds its graph at the first answer, as slow as loading is.
    predictor.probabilities([Image.new("RGB", (1, 1))])
    return predictor

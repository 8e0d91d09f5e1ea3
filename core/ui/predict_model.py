"""The models that answer on the Predict page: loaded when first needed, a few kept for all visitors.

The one place in the pages that reaches TensorFlow, inside a function: the app opens without it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from core.runs import RunSummary
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
    """The run's model; slow the first time, when TensorFlow comes with it."""
    # How many are kept is the host's choice, which is not known when this file is imported.
    return st.cache_resource(_load, show_spinner=False, max_entries=settings().max_models)(
        run.id, run.state.ended_at
    )


def _load(run_id: str, ended_at: str | None) -> "Predictor":
    """Load a model; `ended_at` makes a run that was trained further another one."""
    from core.model.predictor import Predictor

    return Predictor(store().get(run_id), settings())

"""Why: where in a crop a run's model found what it answered by, on demand."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import streamlit as st
from PIL import Image

from core.errors import LineamentError
from core.runs import RunSummary
from core.ui import formatting
from core.ui.predict_answers import Answer
from core.ui.predict_pictures import MAP_SIZE, crop_tile, heat_map, scale_bar

WIDTH = MAP_SIZE[0] // 2 + 24
"""Pixels of each of the two pictures on the page."""


class HeatMap(Protocol):
    """`core.model.explain.HeatMap`."""

    values: np.ndarray
    strength: float
    towards: int


@st.dialog("Why this answer?", width="small", icon=":material/visibility:")
def show_why(answer: Answer, run: RunSummary, explain: Callable[[Image.Image], HeatMap]) -> None:
    """Draw the heat map of one answer over its crop, with its scale."""
    try:
        with st.spinner("Asking the model where it looked …", show_time=True):
            found = explain(answer.crop.image)
    except LineamentError as error:
        st.error(formatting.plain(str(error)))
        return
    target = run.metrics.target
    towards = formatting.plain(formatting.class_words(target, found.towards))
    st.markdown(
        f"Where the model found what speaks for **{towards}** "
        f":gray[(calibrated P({formatting.plain(formatting.class_words(target, 1))}) = "
        f"{formatting.share(answer.calibrated)})]"
    )
    with st.container(horizontal=True, gap="small"):
        with st.container(width=WIDTH):
            st.image(crop_tile(answer.crop.image), width="stretch", alt="What the model saw")
            st.caption("What the model saw")
        with st.container(width=WIDTH):
            st.image(heat_map(answer.crop.image, found.values), width="stretch", alt="Heat map")
            st.image(scale_bar(), width="stretch", alt="Scale from no evidence to the most")
            st.caption("no evidence :material/arrow_forward: the most in this crop")
    if not found.strength:
        st.info(f"Nothing in this crop speaks for {towards}: the answer comes from what is missing.")
    st.caption(
        "Grad-CAM in its place-by-place form (HiResCAM, Draelos and Carin, 2020) on the last convolution of "
        "VGG-16, from the run's own logit. It is coarse, each crop has its own scale, and a place that "
        "counts is not yet a reason."
    )

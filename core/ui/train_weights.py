"""Whether Keras already has the ImageNet weights, and what a person can do when it has not."""

import os
from pathlib import Path

import streamlit as st

from core.runs import RunSummary, State, TrainConfig
from core.ui.train_fields import KEYS

IMAGENET_FILE = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
"""What Keras calls the file in its cache; 59 MB."""


def imagenet_cached() -> bool:
    """Whether a run can start from ImageNet without a download."""
    # Keras's own variable and default: it is Keras that looks there.
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return (home / "models" / IMAGENET_FILE).is_file()


def lacks_weights(summary: RunSummary) -> bool:
    """Whether a run failed because its base weights could not be had."""
    failed = summary.state.state is State.FAILED and summary.config is not None
    return failed and summary.config.weights != "random" and "weights" in summary.state.reason.lower()


def show_download_hint(config: TrainConfig) -> None:
    """Say that ImageNet's weights must be downloaded, and offer the random start in the same breath."""
    if config.weights != "imagenet" or imagenet_cached():
        return
    with st.container(border=True):
        text, button = st.columns([5, 3], vertical_alignment="center")
        text.caption(
            ":material/cloud_download: ImageNet weights (59 MB) are not on this machine yet; training will "
            "download them first. Offline? Choose Random start."
        )
        button.button("Use the random start instead", icon=":material/casino:", on_click=_choose_random)


def _choose_random() -> None:
    st.session_state[KEYS["weights"]] = "random"

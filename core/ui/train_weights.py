"""What a person can do where ImageNet's weights are not on the machine."""

import streamlit as st

from core.runs import RunSummary, State, TrainConfig
from core.runs.imagenet import imagenet_cached
from core.ui.train_fields import KEYS


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

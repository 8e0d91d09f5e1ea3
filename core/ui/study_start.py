"""Start a study: what it takes is said before, and one button queues it, once however often it is clicked.

Which runs it has is for the caller: a sweep (`core.ui.train_sweep`) or the report's (`core.ui.train_repeat`).
"""

from collections.abc import Callable, Sequence

import streamlit as st

from core.data.sources import list_sources
from core.errors import LineamentError
from core.runs import TrainConfig
from core.runs.studies import Study
from core.ui.formatting import attribute_words, plain
from core.ui.resources import queue, settings
from core.ui.train_estimate import study_line
from core.ui.train_start import plain_lines, show_trouble, start_once
from core.ui.train_weights import show_download_hint
from core.ui.vocabulary import weights_words


def data_line(base: TrainConfig) -> str:
    """What a study takes from the form in any case: target, data, weights."""
    names = {str(source.location): source.name for source in list_sources(settings())}
    return " · ".join(
        (attribute_words(base.target), names.get(base.data, base.data), weights_words(base.weights))
    )


def show_start_study(
    label: str, configs: Sequence[TrainConfig], submit: Callable[[str], Study], help: str
) -> None:
    """Draw the button with the time it would take, or what stands in its way.

    Args:
        configs: the study's runs; without any the button waits.
        submit: queues them with the form's token.
    """
    if needing := next((config for config in configs if config.weights == "imagenet"), None):
        show_download_hint(needing)
    show_trouble()
    if refused := _refused(configs):
        st.warning(plain_lines(refused), icon=":material/block:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            label,
            type="primary",
            icon=":material/play_arrow:",
            disabled=not configs or bool(refused),
            on_click=_start,
            args=(submit,),
            help=help,
        )
        if configs and (time := study_line(configs)):
            st.caption(plain(time))


def _refused(configs: Sequence[TrainConfig]) -> str:
    """Why the queue would not take them, "" when it would; it is asked again at the click."""
    try:
        for config in configs:
            queue().refuse(config)
        queue().refuse_when_full(len(configs))
    except LineamentError as error:
        return str(error)
    return ""


def _start(submit: Callable[[str], Study]) -> None:
    def submit_and_show(token: str) -> None:
        st.query_params["study"] = submit(token).id

    start_once(submit_and_show)

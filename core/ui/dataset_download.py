"""Downloading CelebA on the Dataset page: the licence and the button, then how it goes, wherever one looks.

The download is a process of its own (`core.jobs.download`); the page polls its state once a second.
"""

import streamlit as st

from core.data.download import CELEBA_IMAGES, DEFAULT_IMAGES, LICENCE
from core.data.download.words import progress_words
from core.errors import LineamentError
from core.jobs.download import Downloads, Underway
from core.ui.address import forget as forget_choice
from core.ui.formatting import plain, size
from core.ui.resources import settings

POLL_S = 1.0
TROUBLE, CHOSEN = "download_trouble", "download_images"
MB_AN_IMAGE = 0.057
"""In the default repository, which holds the images as PNG."""


@st.cache_resource(show_spinner=False)
def downloads() -> Downloads:
    """The downloads of this host, for all visitors."""
    return Downloads(settings())


def show_download() -> None:
    """Draw the folded form that starts a download: how many images, the licence, the button."""
    with st.popover("Download CelebA", icon=":material/cloud_download:", width="content"):
        underway = downloads().current()
        if underway is not None:
            st.info("A download is under way: see the line on the page.", icon=":material/downloading:")
            return
        images = st.number_input(
            "Images",
            min_value=1,
            max_value=CELEBA_IMAGES,
            value=DEFAULT_IMAGES,
            step=1_000,
            key=CHOSEN,
            help="Of each split its first, in the official shares. A larger download contains a smaller one.",
        )
        st.caption(
            f"About {size(round(images * MB_AN_IMAGE) * 1_000_000 or 1_000_000)} from "
            f"{plain(settings().celeba_repository)} on the Hugging Face hub, kept under "
            f"{plain(str(settings().datasets))}."
        )
        st.markdown("\n".join(f"- {point}" for point in LICENCE.points))
        accepted = st.checkbox(
            f"I have read the [agreement]({LICENCE.url}) and keep to it.", key="download_licence"
        )
        st.button(
            "Download",
            icon=":material/download:",
            key="download_start",
            disabled=not accepted,
            on_click=_start,
            args=(int(images), accepted),
            width="stretch",
        )


def show_download_progress() -> None:
    """Draw how the download goes, or how it ended short; nothing when there is none."""
    if trouble := st.session_state.pop(TROUBLE, ""):
        st.error(plain(trouble))
    underway = downloads().current()
    if underway is None:
        return
    if underway.running:
        st.fragment(_watch, run_every=POLL_S)(underway.images)
    else:
        _show_end(underway)


def _watch(images: int) -> None:
    """What is polled; draws the whole page again when the download has ended, with its faces if whole."""
    underway = downloads().current()
    if underway is None or not underway.running:
        if underway is None:
            _open_finished(images)
        st.rerun()
    state = underway.state
    share = state.bytes_done / state.bytes_total if state.bytes_total else 0.0
    with st.container(horizontal=True, vertical_alignment="center"):
        words = "Cancelling …" if underway.cancelling else plain(progress_words(state))
        st.progress(min(1.0, max(0.0, share)), text=f"CelebA: {words}")
        st.button(
            "Cancel",
            icon=":material/close:",
            key="download_cancel",
            disabled=underway.cancelling,
            on_click=downloads().cancel,
            args=(underway.images,),
        )


def _show_end(underway: Underway) -> None:
    """Why it ended, and the ways on."""
    show = st.info if underway.state.phase == "cancelled" else st.error
    show(f"CelebA, {underway.images:,} images: {plain(underway.state.words)}", icon=":material/cloud_off:")
    with st.container(horizontal=True):
        # Going on is under the licence that was accepted at the start.
        st.button(
            "Go on",
            icon=":material/play_arrow:",
            key="download_resume",
            on_click=_start,
            args=(underway.images, True),
        )
        st.button(
            "Delete what was fetched",
            icon=":material/delete:",
            key="download_discard",
            on_click=_try,
            args=(downloads().discard, underway.images),
        )


def _start(images: int, accepted: bool) -> None:
    _try(lambda: downloads().start(images, accepted=accepted))


def _try(action, *arguments: object) -> None:
    try:
        action(*arguments)
    except (LineamentError, OSError) as error:
        st.session_state[TROUBLE] = str(error)


def _open_finished(images: int) -> None:
    """Show the faces that have come; whoever had another set open finds them in the list."""
    try:
        source = downloads().finished(images)
    except LineamentError as error:
        st.session_state[TROUBLE] = str(error)
        return
    if source is not None:
        forget_choice("source")
        st.query_params["source"] = source.id

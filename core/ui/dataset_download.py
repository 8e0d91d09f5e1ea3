"""Downloading CelebA on the Dataset page: the licence and the button, then how it goes, wherever one looks.

The download is a process of its own (`core.jobs.download`); the page polls its state once a second.
"""

import streamlit as st

from core.data.download import CELEBA_IMAGES, DEFAULT_IMAGES, LICENCE, DownloadRecord, read_record
from core.data.download.words import amount_words, progress_words
from core.errors import LineamentError
from core.jobs.download import Downloads, Underway
from core.ui.address import forget as forget_choice
from core.ui.formatting import count, plain, size
from core.ui.resources import settings

POLL_S = 1.0
TROUBLE, ARRIVED, CHOSEN, FORM = (f"download_{name}" for name in ("trouble", "arrived", "images", "form"))
MB_AN_IMAGE = 0.057
"""In the default repository, which holds the images as PNG."""


@st.cache_resource(show_spinner=False)
def downloads() -> Downloads:
    """The downloads of this host, for all visitors."""
    return Downloads(settings())


def show_download() -> None:
    """Draw the folded form that starts a download: how many images, the licence, the button."""
    icon = ":material/cloud_download:"
    # Told to the server whether it is open, so that the start can close it: it would cover the progress.
    with st.popover("Download CelebA", icon=icon, width="content", key=FORM, on_change="rerun"):
        underway = downloads().current()
        if underway is not None and underway.running:
            st.info(
                f"{underway.images:,} images are on their way: how far they are stands under the title.",
                icon=":material/downloading:",
            )
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
        st.markdown("**Its licence, in short:**\n" + "\n".join(f"- {point}" for point in LICENCE.points))
        accepted = st.checkbox(
            f"I have read the [agreement]({LICENCE.url}) and keep to it.", key="download_licence"
        )
        st.button(
            "Download",
            type="primary",
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
    if arrived := st.session_state.pop(ARRIVED, ""):
        st.toast(plain(arrived), icon=":material/cloud_done:", duration="long")
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
    with st.container(horizontal=True, vertical_alignment="center"):
        # Going on is under the licence that was accepted at the start.
        st.button(
            "Go on",
            icon=":material/play_arrow:",
            key="download_resume",
            on_click=_start,
            args=(underway.images, True),
        )
        with st.popover("Delete what was fetched", icon=":material/delete:", width="content"):
            st.caption("Another download would begin from nothing.")
            st.button(
                "Delete",
                icon=":material/delete_forever:",
                key="download_discard",
                on_click=_try,
                args=(downloads().discard, underway.images),
            )
        if amounts := amount_words(underway.state):
            st.caption(f"{plain(amounts)} are here.", width="content")


def _start(images: int, accepted: bool) -> None:
    st.session_state[FORM] = False
    if not _open_finished(images):
        _try(lambda: downloads().start(images, accepted=accepted))


def _try(action, *arguments: object) -> None:
    try:
        action(*arguments)
    except (LineamentError, OSError) as error:
        st.session_state[TROUBLE] = str(error)


def _open_finished(images: int) -> bool:
    """Show the faces that have come, where they have; whether they have."""
    try:
        source = downloads().finished(images)
    except LineamentError as error:
        st.session_state[TROUBLE] = str(error)
        return False
    if source is None:
        return False
    forget_choice("source")
    st.query_params["source"] = source.id
    st.session_state[ARRIVED] = _arrived_words(read_record(source.path))
    return True


def _arrived_words(record: DownloadRecord | None) -> str:
    """What has come; and how many images could not be used, which only the download knows."""
    if record is None:
        return ""
    words = f"CelebA is here: {count(record.images, 'image')}."
    if record.left_out:
        words += f" Left out: {len(record.left_out):,}. The first: {record.left_out[0]}"
    return words

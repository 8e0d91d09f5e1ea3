"""The ways to a data set of one's own, at the top of the Dataset page; a demo has none of them."""

import streamlit as st

from core.access import Act
from core.ui.dataset_download import show_download
from core.ui.dataset_open import add_folder
from core.ui.dataset_upload import show_upload
from core.ui.rights import may


def show_ways_in() -> None:
    """Draw the buttons that add a folder, take a zip, download CelebA: those that would not be refused."""
    with st.container(horizontal=True, width="content"):
        if may(Act.ADD_DATA):
            add_folder()
            show_upload()
        if may(Act.DOWNLOAD_DATA):
            show_download()

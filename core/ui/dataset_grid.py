"""Faces side by side, with a button under each that opens it; thousands of them a page at a time."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.data import FaceDataset
from core.ui.dataset_one import open_button, open_one
from core.ui.dataset_thumbnail import FACE_WIDTH, face_words, picture
from core.ui.formatting import plain

FACES_A_PAGE = 24
SIDE_BY_SIDE = "faces side by side"
ON_A_PHONE = """<style>@media (max-width: 480px) {
  [class*="st-key-faces-side-by-side"] > * {flex: 0 0 calc(50% - 0.5rem) !important; min-width: 0}
  [class*="st-key-faces-side-by-side"] > * > * {width: 100% !important}
}</style>"""
"""Two faces fill a line where a third has no room; Streamlit's widths know no screen."""


def grid(dataset: FaceDataset, rows: Sequence[int], target: str, *, key: str) -> None:
    """Draw faces side by side, as many in a line as there is room for; `key` tells this grid from others."""
    opened = None
    if not rows:
        st.info("No image of the data set is like that.", icon=":material/search_off:")
    st.html(ON_A_PHONE)
    with st.container(horizontal=True, gap="small", key=f"{SIDE_BY_SIDE} {key}"):
        for row in rows:
            with st.container(width=FACE_WIDTH, gap="xsmall"):
                picture(dataset, row, target)
                if open_button(row, key=key):
                    opened = row
                first, *rest = map(plain, face_words(dataset, row, target))
                image_id = plain(dataset.frame["image_id"].iat[row])
                st.caption(f"{', '.join([f'**{first}**', *rest])}  \n{image_id}")
    if opened is not None:
        open_one(dataset, opened, target)


def pages(dataset: FaceDataset, rows: np.ndarray, target: str, *, key: str) -> None:
    """Draw a page of faces and what leads to the others; another set of rows begins at its first page."""
    count = -(-len(rows) // FACES_A_PAGE)
    key = f"{key} of {hash(rows.tobytes())}"
    page = st.pagination(count, key=f"{key} page") if count > 1 else 1
    grid(dataset, rows[(page - 1) * FACES_A_PAGE : page * FACES_A_PAGE].tolist(), target, key=key)

"""Pairs of images side by side, a page at a time, with what tells them apart."""

import numpy as np
import streamlit as st

from core.data import FaceDataset
from core.ui.dataset_thumbnail import FACE_WIDTH, number_and_id, picture
from core.ui.formatting import SPLIT_WORDS, class_words, plain

PAIRS_A_PAGE = 6


def show_pairs(dataset: FaceDataset, pairs: np.ndarray, target: str, *, key: str) -> None:
    """Draw the pairs, shape (m, 2), PAIRS_A_PAGE at a time; `key` tells them from others on the page."""
    count = -(-len(pairs) // PAIRS_A_PAGE)
    # What was on page 9 of another list must not be looked for in this one.
    page = st.pagination(count, key=f"{key} of {hash(pairs.tobytes())}") if count > 1 else 1
    with st.container(horizontal=True, gap="medium"):
        for pair in pairs[(page - 1) * PAIRS_A_PAGE : page * PAIRS_A_PAGE].tolist():
            with st.container(border=True, width=2 * FACE_WIDTH + 64), st.container(horizontal=True):
                for row in pair:
                    with st.container(width=FACE_WIDTH, gap="xsmall"):
                        picture(dataset, row, target)
                        st.caption(_words(dataset, row, target))


def _words(dataset: FaceDataset, row: int, target: str) -> str:
    split = dataset.frame["split"].iat[row]
    label = plain(class_words(target, int(dataset.frame[target].iat[row])))
    return f"**{label}** · {SPLIT_WORDS.get(split, 'no split')}  \n{number_and_id(dataset, row)}"

"""The Faces tab: a random sample, all that match in file order, the report's ladder, or one number."""

import numpy as np
import streamlit as st

from core.data import FaceDataset
from core.ui.dataset_address import follow, start, write
from core.ui.dataset_filter_controls import show_filters
from core.ui.dataset_filters import current, filter_words, matching_rows
from core.ui.dataset_grid import grid, pages
from core.ui.dataset_one import show_one
from core.ui.dataset_thumbnail import FACE_WIDTH as FACE_WIDTH
from core.ui.dataset_thumbnail import face_words as face_words
from core.ui.dataset_thumbnail import thumbnail as thumbnail
from core.ui.formatting import count, plain

FACES = 12
"""Faces in a random sample."""
LADDER = (3, 30, 300, 3000, 30_000)
"""The report's samples, counted from 1 in file order."""

RANDOM, ORDER, IMAGES, ONE = "random", "order", "images", "number"
"""The ways of looking, by their words in the address."""
LOOK, WHICH = "look", "which faces"
"""What the way of looking is called in the address, and the key of its control."""


@st.fragment
def faces_tab(dataset: FaceDataset, target: str) -> None:
    """Draw the choice of faces and the faces."""
    filters, _ = current(dataset.attributes)
    with st.container(horizontal=True, vertical_alignment="center"):
        how = _ask_how(len(dataset))
        shuffled = how == RANDOM and st.button("Shuffle", icon=":material/shuffle:")
        number = _ask_number(len(dataset)) if how == ONE else 1
        if how in (RANDOM, ORDER):
            filters = show_filters(dataset)
    if how in (IMAGES, ONE) and filters.count:
        st.caption(
            plain(f"The filter ({filter_words(filters)}) does not apply here: numbers count all images.")
        )
    if how == ONE:
        show_one(dataset, number - 1, target)
    elif how == IMAGES:
        grid(dataset, ladder_rows(len(dataset)), target, key="ladder")
    else:
        rows = matching_rows(dataset, filters)
        if filters.count:
            found = f"{len(rows):,} of {count(len(dataset), 'image')}: {filter_words(filters)}"
            st.caption(plain(found))
        if how == ORDER:
            pages(dataset, rows, target, key="faces")
        else:
            grid(dataset, rows[random_rows(len(rows), _seed(shuffled))].tolist(), target, key="random")


def ladder_rows(n: int) -> list[int]:
    """Rows (0-based) of the images 3, 30, 300, 3000 and 30000 that a set of `n` has."""
    return [number - 1 for number in LADDER if number <= n]


def ladder_words(n: int) -> str:
    """What the choice of these images is called, such as "Image 3, 30, 300"; "" when there is none."""
    numbers = [str(row + 1) for row in ladder_rows(n)]
    return f"Image {', '.join(numbers)}" if numbers else ""


def random_rows(n: int, seed: int) -> list[int]:
    """Rows of a random sample without repeats: the same for the same seed."""
    return np.random.default_rng(seed).permutation(n)[:FACES].tolist()


def _ask_how(n: int) -> str:
    words = {RANDOM: "Random", ORDER: "In order", IMAGES: ladder_words(n), ONE: "A number"}
    options = [how for how, named in words.items() if named]
    follow(LOOK, options, RANDOM, key=WHICH)
    how = st.segmented_control(
        "Which faces",
        options,
        default=start(LOOK, options, RANDOM, key=WHICH),
        format_func=words.__getitem__,
        required=True,
        key=WHICH,
        label_visibility="collapsed",
        wrap=True,
    )
    write(LOOK, how, default=RANDOM)
    return how


def _ask_number(n: int) -> int:
    label = f"Number, 1 to {n:,}"
    return st.number_input(label, 1, n, step=1, width=180, label_visibility="collapsed", help=label)


def _seed(shuffled: bool) -> int:
    """The seed of the sample shown; it stays until somebody shuffles."""
    if shuffled:
        st.session_state["faces seed"] = st.session_state.get("faces seed", 0) + 1
    return st.session_state.get("faces seed", 0)

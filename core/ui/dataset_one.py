"""One image of a data set: large, with all labels, its split, its person and the person's other photos."""

import numpy as np
import streamlit as st

from core.data import NO_PERSON, FaceDataset
from core.ui import formatting
from core.ui.dataset_thumbnail import FACE_WIDTH, LARGE_WIDTH, number_and_id, picture
from core.ui.formatting import SPLIT_WORDS

OTHERS_A_PAGE = 8
SHOWN = "dataset image shown"
"""Where the session keeps the row that the dialog shows: it may go on to another photo of the person."""


@st.dialog("Image", width="medium", icon=":material/portrait:")
def _dialog(dataset: FaceDataset, target: str) -> None:
    row = st.session_state[SHOWN]
    if row < len(dataset):
        show_one(dataset, row, target, in_dialog=True)


def open_button(row: int, *, key: str) -> bool:
    """Draw the button under a face that opens it; `key` tells it from others of the same face."""
    return st.button(
        f"\\#{row + 1}",
        key=f"{key} open {row}",
        type="tertiary",
        icon=":material/open_in_full:",
        help="All labels, split, person, and the person's other photos.",
    )


def open_one(dataset: FaceDataset, row: int, target: str) -> None:
    """Open an image in a dialog over the page."""
    st.session_state[SHOWN] = row
    _dialog(dataset, target)


def show_one(dataset: FaceDataset, row: int, target: str, *, in_dialog: bool = False) -> None:
    """Draw an image with all that is known of it; in the dialog the person's other photos can be opened."""
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=LARGE_WIDTH):
            picture(dataset, row, target)
        with st.container(width=380):
            st.markdown(f"**{number_and_id(dataset, row)}**")
            for present, title in ((1, "Labelled with"), (0, "Labelled without")):
                st.caption(title)
                st.markdown(_names(dataset, row, present))
            st.caption(f"{_split_words(dataset, row)} {_person_words(dataset, row)}")
    _others(dataset, row, target, in_dialog)


def photos_of_person(dataset: FaceDataset, row: int) -> np.ndarray:
    """Rows of the person's other images, ascending; none where the person is not known."""
    persons = dataset.frame["person_id"].to_numpy()
    if persons[row] == NO_PERSON:
        return np.empty(0, np.int64)
    rows = np.flatnonzero(persons == persons[row])
    return rows[rows != row]


def _names(dataset: FaceDataset, row: int, present: int) -> str:
    names = [name for name in dataset.attributes if dataset.frame[name].iat[row] == present]
    words = [formatting.plain(formatting.attribute_words(name)) for name in names]
    return ", ".join(words) or formatting.NOTHING


def _split_words(dataset: FaceDataset, row: int) -> str:
    split = dataset.frame["split"].iat[row]
    if not split:
        return "No split of its own; each run makes one."
    return f"Split: {SPLIT_WORDS[split]}{'' if dataset.official_split else ', made by us'}."


def _person_words(dataset: FaceDataset, row: int) -> str:
    person = int(dataset.frame["person_id"].iat[row])
    return "Whose photo it is is not known." if person == NO_PERSON else f"Person {person}."


def _others(dataset: FaceDataset, row: int, target: str, in_dialog: bool) -> None:
    rows = photos_of_person(dataset, row)
    person = int(dataset.frame["person_id"].iat[row])
    if person == NO_PERSON:
        return
    if not len(rows):
        st.markdown("The data set has no other photo of this person.")
        return
    st.markdown(f"**{formatting.count(len(rows), 'other photo')} of this person**")
    pages = -(-len(rows) // OTHERS_A_PAGE)
    # By person, not by image: going from photo to photo does not turn the page back.
    page = st.pagination(pages, key=f"others of {person} {in_dialog}") if pages > 1 else 1
    with st.container(horizontal=True, gap="small"):
        for other in rows[(page - 1) * OTHERS_A_PAGE : page * OTHERS_A_PAGE].tolist():
            with st.container(width=FACE_WIDTH - 20, gap="xsmall"):
                picture(dataset, other, target)
                _go(dataset, other, in_dialog)


def _go(dataset: FaceDataset, row: int, in_dialog: bool) -> None:
    split = SPLIT_WORDS.get(dataset.frame["split"].iat[row], "")
    if in_dialog:
        st.button(f"\\#{row + 1}", key=f"other photo {row}", on_click=_show, args=(row,), help=split or None)
    else:
        st.caption(f"{number_and_id(dataset, row)}{f', {split}' if split else ''}")


def _show(row: int) -> None:
    st.session_state[SHOWN] = row

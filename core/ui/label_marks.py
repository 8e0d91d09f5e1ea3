"""Marks on labels where faces are shown: three words under a face, of which one can be lit."""

import re
from pathlib import Path

import streamlit as st

from core.access import Act
from core.data import FaceDataset
from core.data.marks import VERDICTS, Mark, Marks, counts, marks_file, read_marks, set_mark
from core.errors import DataError
from core.ui.formatting import plain
from core.ui.resources import access, settings
from core.ui.rights import may

TROUBLE = "trouble with a mark"
_SIMPLE = re.compile(r"[\w/]+\.\w+")
"""Image ids in which Markdown finds nothing to act on."""


def marks_of(dataset: FaceDataset, target: str) -> Marks:
    """The marks on a target's labels as they are now.

    Raises:
        DataError: they cannot be read.
    """
    return read_marks(marks_file(dataset.root, settings()), target)


def show_trouble() -> None:
    """Draw why the last mark could not be made, if it could not."""
    if trouble := st.session_state.pop(TROUBLE, ""):
        st.error(plain(trouble))


def show_legend(target: str) -> None:
    """Draw what the words under the faces mean, where whoever looks may mark."""
    if may(Act.MARK_LABELS):
        st.caption(
            f"Under each face: is its label of **{plain(target)}** right, wrong, or can it not be told "
            "(unsure)? A second click takes the mark away."
        )


def show_mark(
    dataset: FaceDataset, target: str, image_id: str, label: int, marks: Marks, *, key: str
) -> None:
    """Draw the three words for one label; a click marks it, a second click takes the mark away.

    Args:
        marks: the target's, as `marks_of` gives them.
        key: tells these words from others of the same image on the page.
    """
    if not may(Act.MARK_LABELS):
        return
    seen, key = marks.get(image_id), f"{key} mark {image_id}"
    # A label that was changed since carries no mark any more.
    standing = seen.verdict if seen and seen.label == label else None
    st.session_state[key] = standing
    st.segmented_control(
        f"Label of {_spoken(image_id)}",
        VERDICTS,
        key=key,
        on_change=_mark,
        args=(marks_file(dataset.root, settings()), target, image_id, label, key, seen),
        label_visibility="collapsed",
        wrap=True,
    )


def counts_words(marks: Marks) -> str:
    """How many labels are marked: "3 marked: 1 right, 2 wrong, 0 unsure"."""
    listed = ", ".join(f"{n:,} {verdict}" for verdict, n in counts(marks.values()).items())
    return f"{len(marks):,} marked: {listed}"


def _spoken(image_id: str) -> str:
    """An id as part of a label: screen readers get it as it is written, with every sign of an escape."""
    return image_id if _SIMPLE.fullmatch(image_id) else plain(image_id)


def _mark(path: Path, target: str, image_id: str, label: int, key: str, seen: Mark | None) -> None:
    try:
        set_mark(path, target, image_id, st.session_state[key], label, seen=seen, access=access())
    except DataError as error:
        st.session_state[TROUBLE] = str(error)

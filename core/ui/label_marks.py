"""Marks on labels where faces are shown: three signs under a face, for right, wrong and unsure."""

from pathlib import Path

import streamlit as st

from core.access import Act
from core.data import FaceDataset
from core.data.marks import VERDICTS, Mark, Marks, Verdict, counts, marks_file, read_marks, set_mark
from core.errors import DataError
from core.ui.formatting import plain
from core.ui.resources import access, settings
from core.ui.rights import may

SIGNS: dict[Verdict, str] = {
    "right": ":material/check:",
    "wrong": ":material/close:",
    "unsure": ":material/question_mark:",
}
MARK_HELP = "Is the label right (check), wrong (cross), or can it not be told (question mark)?"
TROUBLE = "trouble with a mark"


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


def show_mark(
    dataset: FaceDataset, target: str, image_id: str, label: int, marks: Marks, *, key: str
) -> None:
    """Draw the three signs for one label; a click marks it, a second click takes the mark away.

    Args:
        marks: the target's, as `marks_of` gives them.
        key: tells these signs from others of the same image on the page.
    """
    if not may(Act.MARK_LABELS):
        return
    seen, key = marks.get(image_id), f"{key} mark {image_id}"
    # A label that was changed since carries no mark any more.
    standing = seen.verdict if seen and seen.label == label else None
    st.session_state[key] = standing
    st.segmented_control(
        "Mark",
        VERDICTS,
        format_func=SIGNS.__getitem__,
        key=key,
        on_change=_mark,
        args=(marks_file(dataset.root, settings()), target, image_id, label, key, seen),
        label_visibility="collapsed",
        help=MARK_HELP,
    )


def counts_words(marks: Marks) -> str:
    """How many labels are marked: "3 marked: 1 right, 2 wrong, 0 unsure"."""
    listed = ", ".join(f"{n:,} {verdict}" for verdict, n in counts(marks.values()).items())
    return f"{len(marks):,} marked: {listed}"


def _mark(path: Path, target: str, image_id: str, label: int, key: str, seen: Mark | None) -> None:
    try:
        set_mark(path, target, image_id, st.session_state[key], label, seen=seen, access=access())
    except DataError as error:
        st.session_state[TROUBLE] = str(error)

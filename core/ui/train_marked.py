"""How many labels of the form's target are marked wrong, beside what training is to do with them."""

import streamlit as st

from core.data.marks import counts, marks_file, read_marks, standing
from core.errors import LineamentError
from core.runs.label_marks import marked_wrong
from core.ui.formatting import plain
from core.ui.resources import dataset, settings
from core.ui.train_fields import KEYS


def marked_words() -> str:
    """ "3 labels of Male are marked wrong.", and that nothing changes where there are none; Markdown.

    "" where the data set or the marks cannot be read: starting the run says why.
    """
    target = st.session_state[KEYS["target"]]
    try:
        wrong = _wrong(st.session_state[KEYS["data"]], target)
    except LineamentError:
        return ""
    idle = not wrong and st.session_state[KEYS["marks"]] != "ignore"
    return plain(f"{marked_wrong(wrong, target)}{': this changes nothing' if idle else ''}.")


def _wrong(source_id: str, target: str) -> int:
    kept = settings().datasets / "marks"
    if not kept.is_dir() or not any(kept.iterdir()):
        # Nobody has marked anything: no data set need be opened, nor the synthetic one drawn, to know.
        return 0
    faces = dataset(source_id)
    marks = read_marks(marks_file(faces.root, settings()), target)
    return counts(standing(marks, faces, target).values())["wrong"] if marks else 0

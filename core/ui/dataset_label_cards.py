"""Labels to look at, a page at a time: the face, its label and what was said of it, with what marks it."""

import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.marks import Marks
from core.ui.dataset_one import open_button, open_one
from core.ui.dataset_thumbnail import picture
from core.ui.formatting import class_words, plain, share
from core.ui.label_marks import show_legend, show_mark

LABELS_A_PAGE = 20
"""Whole rows of two, four or five."""
CARD_WIDTH = 168
"""Pixels: five side by side on a desk, four on a small laptop, two on a phone."""


def show_labels(dataset: FaceDataset, target: str, marks: Marks, frame: pd.DataFrame, *, key: str) -> None:
    """Draw a page of labels, each with a button that opens its image.

    Args:
        marks: the target's.
        frame: in the order to show: image_id, label, and, if present, `probability` (P(label = 1)) and `why`
            (plain text). Images that the data set has no more are left out.
        key: tells this list from others on the page.
    """
    ids = pd.Index(dataset.frame["image_id"])
    frame = frame[frame["image_id"].isin(ids)]
    if frame.empty:
        st.write("No label.")
        return
    pages = -(-len(frame) // LABELS_A_PAGE)
    page = st.pagination(pages, key=f"{key} of {len(frame)}") if pages > 1 else 1
    shown = frame.iloc[(page - 1) * LABELS_A_PAGE : page * LABELS_A_PAGE]
    show_legend(target)
    opened = None
    with st.container(horizontal=True, gap="small"):
        rows = ids.get_indexer(shown["image_id"]).tolist()
        for row, item in zip(rows, shown.to_dict("records"), strict=True):
            with st.container(width=CARD_WIDTH, gap="xsmall"):
                picture(dataset, row, target)
                if open_button(row, key=key):
                    opened = row
                st.caption(_words(item, target))
                show_mark(dataset, target, item["image_id"], int(item["label"]), marks, key=key)
    if opened is not None:
        open_one(dataset, opened, target)


def _words(item: dict[str, object], target: str) -> str:
    lines = [f"labelled **{plain(class_words(target, int(item['label'])))}**"]
    if "probability" in item:
        lines.append(f"P({plain(class_words(target, 1))}) {share(float(item['probability']))}")
    if "why" in item:
        lines.append(plain(str(item["why"])))
    return "  \n".join([*lines, plain(str(item["image_id"]))])

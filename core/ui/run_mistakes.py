"""Top losses: the most confident mistakes of a run, as a gallery with their labels."""

from contextlib import suppress
from functools import partial

import pandas as pd
import streamlit as st

from core.access import Act
from core.data import FaceDataset
from core.errors import DataError
from core.evaluation.confusion import cell_masks
from core.runs import RunSummary
from core.runs.predictions import Split
from core.ui import run_figures
from core.ui.formatting import SPLIT_WORDS, class_words, count, plain
from core.ui.label_marks import marks_of, show_legend, show_mark, show_trouble
from core.ui.rights import may
from core.ui.run_images import show_images
from core.ui.run_matrix import cell_words

KINDS = ("fp", "fn")


@st.fragment
def show_mistakes(summary: RunSummary, split: Split) -> None:
    """Draw the wrong answers at 0.5, the surest first."""
    frame = run_figures.predictions(summary, split)
    masks = cell_masks(frame["label"].to_numpy(), frame["probability"].to_numpy())
    classes = class_words(summary.config.target, 0), class_words(summary.config.target, 1)
    wrong = count(int((masks["fp"] | masks["fn"]).sum()), "mistake")
    st.markdown(
        f"{wrong} of {len(frame):,} {SPLIT_WORDS[split]} images at threshold 0.5, the surest first: what the "
        "model is sure of and gets wrong is either its blind spot or a wrong label."
    )
    kind = st.pills(
        "Kind of mistake",
        KINDS,
        format_func=lambda cell: f"{plain(cell_words(cell, classes))} ({int(masks[cell].sum()):,})",
        key="run_mistakes",
        label_visibility="collapsed",
    )
    mask = masks["fp"] | masks["fn"] if kind is None else masks[kind]
    show_trouble()
    show_legend(summary.config.target)
    show_images(
        summary, run_figures.surest_first(frame[mask]), key=f"mistakes {kind}", under=partial(_mark, summary)
    )


def _mark(summary: RunSummary, faces: FaceDataset, image: pd.Series) -> None:
    """The marks of the Dataset page, under a mistake; nothing where they cannot be read."""
    if not may(Act.MARK_LABELS):
        return
    with suppress(DataError):
        marks = marks_of(faces, summary.config.target)
        show_mark(faces, summary.config.target, image["image_id"], int(image["label"]), marks, key="mistake")

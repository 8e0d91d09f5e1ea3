"""The answers on the Predict page: a tile for each photo, a message for each refused one, a csv."""

import csv
from collections.abc import Sequence
from io import StringIO

import streamlit as st

from core.runs import RunSummary
from core.ui import formatting
from core.ui.predict_photos import THRESHOLD, Photo, probability

TILE_WIDTH = 151
"""Pixels of a result: five side by side on a small laptop, two on a phone."""


def show_results(photos: Sequence[Photo], run: RunSummary) -> None:
    """Draw what was refused, then the answers, each in the order of the photos."""
    target = run.metrics.target
    for photo in photos:
        if photo.error:
            st.error(formatting.plain(photo.error), icon=":material/broken_image:")
    with st.container(horizontal=True, gap="small"):
        for photo in photos:
            answer = probability(photo, run.id)
            if answer is not None:
                with st.container(width=TILE_WIDTH, gap="xsmall"):
                    _tile(photo, target, answer)


def show_csv(photos: Sequence[Photo], run: RunSummary) -> None:
    """Draw the button that gives the answers as a file."""
    st.download_button(
        "Download the answers (csv)",
        answers_csv(photos, run),
        file_name=f"predictions-{run.id}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def answers_csv(photos: Sequence[Photo], run: RunSummary) -> str:
    """The answers with a header: file, label, probability of class 1, target, run, error."""
    target, text = run.metrics.target, StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["file", "label", "probability", "target", "run", "error"])
    for photo in photos:
        answer = probability(photo, run.id)
        label = "" if answer is None else label_words(target, answer)
        rows.writerow(
            [photo.name, label, "" if answer is None else f"{answer:.6f}", target, run.id, photo.error]
        )
    return text.getvalue()


def label_words(target: str, answer: float) -> str:
    """The answer in words, such as "man"."""
    return formatting.class_words(target, int(answer >= THRESHOLD))


def _tile(photo: Photo, target: str, answer: float) -> None:
    st.image(photo.tile, width="stretch", alt=f"{photo.name}: {label_words(target, answer)}")
    st.markdown(f"**{label_words(target, answer)}**")
    st.progress(answer, text=f"P({formatting.class_words(target, 1)}) = {formatting.share(answer)}")
    st.caption(formatting.plain(photo.name))

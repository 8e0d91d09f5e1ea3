"""The faces behind a run's answers, found by their ids in the data set it was scored on, if that is here.

What is shown of them (mistakes, cells of a matrix) is chosen elsewhere; this draws a page of them at a time.
"""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.sources import list_sources
from core.errors import LineamentError, PhotoError
from core.runs import RunSummary
from core.ui.dataset_faces import FACE_WIDTH, thumbnail
from core.ui.formatting import class_words, plain, share
from core.ui.resources import dataset, settings

FACES_A_PAGE = 12
NOT_KNOWN = "The faces of this run cannot be shown: its data set is not among those of the Dataset page."
Under = Callable[[FaceDataset, pd.Series], None]
LISTED = 500
"""Rows of the table that stands for faces which cannot be shown."""


def show_images(summary: RunSummary, images: pd.DataFrame, *, key: str, under: Under | None = None) -> None:
    """Draw the faces of `images` with their label and the run's answer, FACES_A_PAGE at a time.

    Args:
        images: rows of the run's predictions in the order to show: image_id, label, probability, and, if
            present, `answer`, which stands in for the line on the probability.
        key: tells this gallery's pages from those of others on the page.
        under: draws more under a face that is in the data set; called with that and its row of `images`.
    """
    if images.empty:
        st.caption("No image.")
        return
    source, reason = source_of(summary)
    if source is None:
        st.info(reason, icon=":material/hide_image:")
        st.dataframe(images.head(LISTED)[["image_id", "label", "probability"]], hide_index=True)
        return
    pages = -(-len(images) // FACES_A_PAGE)
    # What was on page 9 of another list must not be looked for in this one.
    page = st.pagination(pages, key=f"{key} of {len(images)}") if pages > 1 else 1
    shown = images.iloc[(page - 1) * FACES_A_PAGE : page * FACES_A_PAGE]
    faces, rows = dataset(source), rows_of(source, tuple(shown["image_id"]))
    with st.container(horizontal=True, gap="small"):
        for row, (_, image) in zip(rows, shown.iterrows(), strict=True):
            with st.container(width=FACE_WIDTH, gap="xsmall"):
                _face(faces, row, image)
                st.caption(_words(image, summary.config.target))
                if under and row >= 0:
                    under(faces, image)


def source_of(summary: RunSummary) -> tuple[str | None, str]:
    """The id of the data set that a run was scored on; or None, and why its faces cannot be shown."""
    found = known_source(summary)
    if found is None:
        return None, NOT_KNOWN
    try:
        dataset(found)
    except LineamentError as error:
        return None, f"The faces of this run cannot be shown. {plain(str(error))}"
    return found, ""


def known_source(summary: RunSummary) -> str | None:
    """The id of the data set that a run was scored on, not opened; None when the Dataset page has none."""
    wanted = summary.config.data if summary.config else ""
    return next((item.id for item in list_sources(settings()) if str(item.location) == wanted), None)


def rows_of(source_id: str, image_ids: tuple[str, ...]) -> list[int]:
    """The row of each image in its data set; -1 where there is none any more."""
    return _ids(source_id).get_indexer(list(image_ids)).tolist()


@st.cache_resource(show_spinner=False, max_entries=8)
def _ids(source_id: str) -> pd.Index:
    return pd.Index(dataset(source_id).frame["image_id"])


def _face(faces: FaceDataset, row: int, image: pd.Series) -> None:
    if row < 0:
        st.caption(f":material/hide_image: {plain(image['image_id'])} is not in the data set any more.")
        return
    path = faces.path(row)
    try:
        content = thumbnail(str(path), path.stat().st_mtime_ns, faces, row)
    except (OSError, PhotoError) as error:
        st.warning(plain(str(error)))
        return
    st.image(content, width="stretch", alt=image["image_id"])


def _words(image: pd.Series, target: str) -> str:
    answer = image.get("answer") or f"P({class_words(target, 1)}) {share(float(image['probability']))}"
    label = plain(class_words(target, int(image["label"])))
    return f"**{label}**  \n{plain(answer)}  \n{plain(image['image_id'])}"

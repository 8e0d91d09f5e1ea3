"""One face as a small picture, made once; its number, id and labels in short words."""

from io import BytesIO

import streamlit as st

from core.data import ATTRIBUTES, FaceDataset
from core.errors import PhotoError
from core.ui import formatting

FACE_WIDTH = 122
"""Pixels of a face in the grid: six side by side on a small laptop, two on a phone."""
LARGE_WIDTH = 260
THUMBNAIL_SIDE = 2 * LARGE_WIDTH
"""Pixels; enough for a sharp picture on a dense screen."""
REMEMBERED = 2_000
"""Thumbnails kept in memory, by all visitors together: about 20 MB of CelebA's faces, 150 MB at the most."""


@st.cache_data(max_entries=REMEMBERED, show_spinner=False)
def thumbnail(path: str, changed_ns: int, _dataset: FaceDataset, _row: int) -> bytes:
    """A face as JPEG, at most THUMBNAIL_SIDE on a side; remembered until the file changes.

    Raises:
        PhotoError: the file cannot be decoded.
    """
    image = _dataset.image(_row)
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def picture(dataset: FaceDataset, row: int, target: str) -> None:
    """Draw a face as wide as its place, or say why it cannot be drawn."""
    path = dataset.path(row)
    try:
        content = thumbnail(str(path), path.stat().st_mtime_ns, dataset, row)
    except (OSError, PhotoError) as error:
        st.warning(formatting.plain(str(error)))
        return
    st.image(content, width="stretch", alt=", ".join(face_words(dataset, row, target)))


def face_words(dataset: FaceDataset, row: int, target: str) -> list[str]:
    """The labels of a face in short words: the target's class first, then which of the ten it has."""
    frame = dataset.frame
    words = [formatting.class_words(target, int(frame[target].iat[row]))]
    for attribute in ATTRIBUTES:
        if attribute == target or attribute not in dataset.attributes:
            continue
        label = int(frame[attribute].iat[row])
        if label or attribute == "Male":
            words.append(formatting.class_words(attribute, label))
    return words


def number_and_id(dataset: FaceDataset, row: int) -> str:
    """ "#30 000030.jpg", the number counted from 1 in file order; Markdown."""
    return f"\\#{row + 1} {formatting.plain(dataset.frame['image_id'].iat[row])}"

"""The Faces tab: which faces are shown, and how a face with its labels is drawn."""

from io import BytesIO

import numpy as np
import streamlit as st

from core.data import ATTRIBUTES, FaceDataset
from core.errors import PhotoError
from core.ui import formatting

FACES = 12
"""Faces in a random sample."""
FACE_WIDTH = 122
"""Pixels of a face in the grid: six side by side on a small laptop, two on a phone."""
LARGE_WIDTH = 260
THUMBNAIL_SIDE = 2 * LARGE_WIDTH
"""Pixels; enough for a sharp picture on a dense screen."""
LADDER = (3, 30, 300, 3000, 30_000)
"""The report's samples, counted from 1 in file order."""

RANDOM, ONE = "Random", "A number"


@st.fragment
def faces_tab(dataset: FaceDataset, target: str) -> None:
    """Draw the choice of faces and the faces."""
    ladder = ladder_words(len(dataset))
    with st.container(horizontal=True, vertical_alignment="center"):
        options = [RANDOM, *([ladder] if ladder else []), ONE]
        how = st.segmented_control(
            "Which faces", options, default=RANDOM, required=True, label_visibility="collapsed", wrap=True
        )
        shuffled = how == RANDOM and st.button("Shuffle", icon=":material/shuffle:")
        number = _ask_number(len(dataset)) if how == ONE else 1
    if how == ONE:
        large_face(dataset, number - 1, target)
    else:
        grid(
            dataset,
            random_rows(len(dataset), _seed(shuffled)) if how == RANDOM else ladder_rows(len(dataset)),
            target,
        )


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


def face_words(dataset: FaceDataset, row: int, target: str) -> list[str]:
    """The labels of a face in short words: the target's class first, then which of the ten it has."""
    labels = dataset.frame.iloc[row]
    words = [formatting.class_words(target, int(labels[target]))]
    for attribute in ATTRIBUTES:
        if attribute == target or attribute not in dataset.attributes:
            continue
        if labels[attribute] or attribute == "Male":
            words.append(formatting.class_words(attribute, int(labels[attribute])))
    return words


def grid(dataset: FaceDataset, rows: list[int], target: str) -> None:
    """Draw faces side by side, as many in a line as there is room for."""
    with st.container(horizontal=True, gap="small"):
        for row in rows:
            with st.container(width=FACE_WIDTH, gap="xsmall"):
                _picture(dataset, row, target)
                first, *rest = face_words(dataset, row, target)
                st.caption(
                    f"**{first}**{''.join(f', {word}' for word in rest)}  \n{_number_and_id(dataset, row)}"
                )


def large_face(dataset: FaceDataset, row: int, target: str) -> None:
    """Draw one face with all its labels."""
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=LARGE_WIDTH):
            _picture(dataset, row, target)
        with st.container(width=420):
            st.markdown(f"**{_number_and_id(dataset, row)}**")
            for present, title in ((1, "Labelled with"), (0, "Labelled without")):
                names = [name for name in dataset.attributes if dataset.frame[name].iat[row] == present]
                st.caption(title)
                st.markdown(
                    ", ".join(formatting.attribute_words(name) for name in names) or formatting.NOTHING
                )
            split = dataset.frame["split"].iat[row]
            st.caption(f"Split: {split}" if split else "No split of its own; each run makes one.")


@st.cache_data(max_entries=512, show_spinner=False)
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


def _picture(dataset: FaceDataset, row: int, target: str) -> None:
    path = dataset.path(row)
    try:
        content = thumbnail(str(path), path.stat().st_mtime_ns, dataset, row)
    except (OSError, PhotoError) as error:
        st.warning(formatting.plain(str(error)))
        return
    st.image(content, width="stretch", alt=", ".join(face_words(dataset, row, target)))


def _number_and_id(dataset: FaceDataset, row: int) -> str:
    return f"\\#{row + 1} {formatting.plain(dataset.frame['image_id'].iat[row])}"


def _ask_number(n: int) -> int:
    label = f"Number, 1 to {n:,}"
    return st.number_input(label, 1, n, step=1, width=180, label_visibility="collapsed", help=label)


def _seed(shuffled: bool) -> int:
    """The seed of the sample shown; it stays until somebody shuffles."""
    if shuffled:
        st.session_state["faces seed"] = st.session_state.get("faces seed", 0) + 1
    return st.session_state.get("faces seed", 0)

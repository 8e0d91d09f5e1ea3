"""What an uploaded zip holds, before anybody keeps it: counts, twelve faces, what was left out."""

from io import BytesIO

import streamlit as st

from core.data.images import read_image
from core.data.readers import LAYOUTS
from core.data.upload import Contents
from core.errors import PhotoError
from core.ui.formatting import attribute_words, class_words, count, plain, size

FACES = 12
FACE_WIDTH = 72
SIDE = 2 * FACE_WIDTH
LISTED = 20
"""Rows of a table in the dialog."""


def pictures(found: Contents) -> list[bytes]:
    """Twelve of the images, evenly spaced, as small JPEGs; made once, when the zip was unpacked."""
    chosen = [found.images[i * len(found.images) // FACES] for i in range(FACES)]
    made = []
    for path in dict.fromkeys(chosen):
        try:
            image = read_image(found.root / path)
        except PhotoError:  # decoded a moment ago: the folder was swept meanwhile
            continue
        image.thumbnail((SIDE, SIDE))
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=85)
        made.append(buffer.getvalue())
    return made


def show_contents(found: Contents, faces: list[bytes]) -> None:
    """Draw what is in it."""
    st.markdown(
        f"**{count(len(found.images), 'image')}** in {count(len(found.folders), 'folder')}, "
        f"{size(found.bytes)}" + (f"; {count(len(found.tables), 'table')}" if found.tables else "")
    )
    with st.container(horizontal=True, gap="xsmall"):
        for face in faces:
            st.image(face, width=FACE_WIDTH)
    if found.dataset is not None:
        _show_labels(found)
    elif len(found.folders) > 1:
        _show_folders(found)
    if found.trouble and found.tables:
        st.info(f"Choose which column is what, below. {plain(_trouble(found))}", icon=":material/table_view:")
    elif found.trouble:
        st.warning(plain(_trouble(found)))
    _show_problems(found)


def _trouble(found: Contents) -> str:
    """Why it does not open by itself; what the server calls the folder tells nobody anything yet."""
    words = found.trouble.replace(str(found.root), "the zip")
    return words.partition(LAYOUTS)[0] if found.tables else words


def _show_labels(found: Contents) -> None:
    names = found.dataset.attributes
    # Labels are read without decoding: those of images that cannot be used are not counted.
    bad = [path for path, _ in found.refused]
    frame = found.dataset.frame[~found.dataset.frame["path"].isin(bad)]
    positives = [int(frame[name].sum()) for name in names]
    if len(names) == 1:
        yes, no = class_words(names[0], 1), class_words(names[0], 0)
        st.markdown(
            f"{count(len(frame), 'image')} with a label: {positives[0]:,} {plain(yes)}, "
            f"{len(frame) - positives[0]:,} {plain(no)}."
        )
        return
    st.markdown(f"{count(len(frame), 'image')} with {count(len(names), 'label')}:")
    table = {
        "Label": [attribute_words(name) for name in names],
        "Yes": positives,
        "No": [len(frame) - positive for positive in positives],
    }
    st.dataframe(table, hide_index=True, height="content" if len(names) <= LISTED else 400)


def _show_folders(found: Contents) -> None:
    folders = sorted(found.folders.items(), key=lambda item: -item[1])[:LISTED]
    st.dataframe(
        {"Folder": [name or "(top)" for name, _ in folders], "Images": [number for _, number in folders]},
        hide_index=True,
    )


def _show_problems(found: Contents) -> None:
    problems = [*found.left_out, *(found.dataset.problems if found.dataset else ())]
    for problem in problems:
        st.caption(f":material/info: {plain(problem.message)}")
    if found.refused:
        st.caption(
            f":material/broken_image: {count(len(found.refused), 'image')} cannot be decoded, left out. "
            f"The first: {plain(found.refused[0][1])}"
        )
    if len(found.refused) > 1:
        with st.expander("All of them"):
            st.dataframe(
                {
                    "File": [path for path, _ in found.refused],
                    "Why": [reason for _, reason in found.refused],
                },
                hide_index=True,
            )

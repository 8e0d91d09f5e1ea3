"""The answers on the Predict page: a card for each face, and one for each photo without."""

from collections.abc import Sequence

import streamlit as st

from core.runs import RunSummary
from core.runs.answering import DRAWN, UNLIKE, WHOLE
from core.ui import formatting
from core.ui.predict_answers import Answer
from core.ui.predict_photos import Photo, remove
from core.ui.predict_pictures import boxes_tile, crop_tile
from core.ui.predict_reading import Reading, use_whole

CARD_WIDTH = 262
"""Pixels of a card: three side by side on a small laptop, one on a phone."""
TILE_WIDTH = 110
"""Pixels of each of its two pictures."""
CARDS_A_PAGE = 24
MARK_HELP = "Mark this answer as wrong. The mark stays in this session and in the CSV."
WARNING_HELP = {
    "low resolution": "The face has few pixels; it was enlarged to the size of the training images.",
    "profile": "The face is turned far to one side; few training images are.",
    UNLIKE: (
        "By its features this crop is farther from the training images than 99 % of the validation images "
        "(Mahalanobis distance). What the model says of it is not backed by its test figures."
    ),
    DRAWN: "The run was trained on photographs. What it says of drawings is no measure of it.",
    WHOLE: "The whole image was taken for the face, as you chose.",
}


Wrong = dict[str, str]
"""What a person marked as wrong: the answer in words, by its key."""


def show_cards(found: Sequence[Answer], run: RunSummary, wrong: Wrong) -> Answer | None:
    """Draw the cards a page at a time; returns the answer that somebody asks the reason of.

    Args:
        wrong: changed by a click.
    """
    pages, page = -(-len(found) // CARDS_A_PAGE), 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            page = st.pagination(pages, key=f"faces of {len(found)}")
            last = min(page * CARDS_A_PAGE, len(found))
            st.caption(f"Faces {(page - 1) * CARDS_A_PAGE + 1:,} to {last:,} of {len(found):,}")
    asked = None
    with st.container(horizontal=True, gap="small"):
        for answer in found[(page - 1) * CARDS_A_PAGE : page * CARDS_A_PAGE]:
            with st.container(border=True, width=CARD_WIDTH, gap="xsmall"):
                if _card(answer, run, wrong):
                    asked = answer
    return asked


def show_refused(photos: Sequence[tuple[Photo, Reading]]) -> None:
    """Draw a message for each photo that was refused."""
    for photo, found in photos:
        if found.error:
            with st.container(horizontal=True, vertical_alignment="center", wrap=False):
                st.error(formatting.plain(found.error), icon=":material/broken_image:", width="stretch")
                _remove_button(photo)


def show_faceless(photos: Sequence[tuple[Photo, Reading]]) -> None:
    """Draw a card for each photo without a face, with what can be done."""
    with st.container(horizontal=True, gap="small"):
        for photo, found in photos:
            if found.preview and not found.crops:
                with st.container(border=True, width=CARD_WIDTH, gap="xsmall"):
                    _no_face(photo, found)


def label_words(label: int, target: str) -> str:
    """What the annotators say, for the line under a photo of a data set."""
    return f"labelled {formatting.class_words(target, label)}"


def _card(answer: Answer, run: RunSummary, wrong: Wrong) -> bool:
    """One face; returns whether its reason was asked for."""
    target, words = run.metrics.target, answer.words(run.metrics.target)
    boxes = [crop.box for crop in answer.reading.crops]
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        with st.container(width=TILE_WIDTH):
            st.image(crop_tile(answer.crop.image), width="stretch", alt=f"What the model sees: {words}")
        if answer.crop.kind == "aligned":
            with st.container(width=TILE_WIDTH):
                tile = boxes_tile(answer.reading.preview, answer.reading.size, boxes, answer.number - 1)
                st.image(
                    tile, width="stretch", alt=f"{answer.photo.name}: {formatting.count(len(boxes), 'face')}"
                )
    st.markdown(f"**{formatting.plain(words)}**{_marked(answer, wrong)}")
    if not answer.reason:
        text = f"P({formatting.class_words(target, 1)}) = {formatting.share(answer.calibrated)}"
        text += "" if answer.is_calibrated else " (not calibrated)"
        st.progress(answer.calibrated, text=formatting.plain(text))
    if answer.warnings:
        badges = (f":orange-badge[:material/warning: {formatting.plain(word)}]" for word in answer.warnings)
        st.markdown(
            " ".join(badges), help="  \n".join(WARNING_HELP.get(word, word) for word in answer.warnings)
        )
    st.caption(_name(answer, target))
    return _actions(answer, words, wrong)


def _actions(answer: Answer, words: str, wrong: Wrong) -> bool:
    with st.container(horizontal=True, gap="xsmall"):
        asked = not answer.reason and st.button(
            "Why?", key=f"why {answer.key}", help="Where the model looked"
        )
        is_wrong = answer.key in wrong
        if is_wrong or answer.label is not None:
            st.button(
                "Wrong",
                key=f"wrong {answer.key}",
                type="primary" if is_wrong else "secondary",
                help="Take the mark back" if is_wrong else MARK_HELP,
                on_click=_toggle,
                args=(wrong, answer.key, words),
            )
        _remove_button(answer.photo, answer.key, answer.faces)
    return asked


def _toggle(wrong: Wrong, key: str, words: str) -> None:
    if wrong.pop(key, None) is None:
        wrong[key] = words


def _no_face(photo: Photo, found: Reading) -> None:
    with st.container(width=TILE_WIDTH):
        st.image(boxes_tile(found.preview, found.size, [], -1), width="stretch", alt=photo.name)
    st.markdown("**No face was found**")
    st.caption(formatting.plain(photo.name))
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Use the whole image",
            icon=":material/crop_free:",
            key=f"whole {photo.key}",
            on_click=use_whole,
            args=(photo.key,),
            help="The model was trained on faces that fill the image; it answers whatever it is given.",
        )
        _remove_button(photo)


def _remove_button(photo: Photo, key: str = "", faces: int = 1) -> None:
    several = f" with its {faces:,} faces" if faces > 1 else ""
    st.button(
        "Photo" if faces > 1 else "",
        icon=":material/close:",
        key=f"remove {key or photo.key}",
        type="tertiary",
        help=f"Remove {formatting.plain(photo.name)}{several}",
        on_click=remove,
        args=(photo.key,),
    )


def _marked(answer: Answer, wrong: Wrong) -> str:
    if answer.key not in wrong:
        return ""
    return f" :violet-badge[:material/flag: you say {formatting.plain(wrong[answer.key])} is wrong]"


def _name(answer: Answer, target: str) -> str:
    parts = [formatting.plain(answer.photo.name)]
    if answer.faces > 1:
        parts.append(f"face {answer.number} of {answer.faces}")
    if answer.photo.label is not None:
        parts.append(formatting.plain(label_words(answer.photo.label, target)))
    return " · ".join(parts)

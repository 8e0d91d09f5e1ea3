"""From the tray to the answers on the page: read what is new, ask the model once, draw, hand out as CSV."""

from functools import partial

import streamlit as st

from core.data.images import PhotoLimits
from core.runs import RunSummary
from core.runs.answering import takes_crops
from core.ui import formatting
from core.ui.predict_answers import ORDERS, Answer, answers, in_order, score, unscored
from core.ui.predict_cards import Wrong, show_cards, show_faceless, show_refused
from core.ui.predict_csv import answers_csv
from core.ui.predict_margin import ask_margin, test_words
from core.ui.predict_model import face_finder, loaded
from core.ui.predict_photos import Photo, clear, tray
from core.ui.predict_reading import How, how_to_crop, read_new, reading
from core.ui.predict_why import show_why
from core.ui.resources import settings

ALL, UNSURE, MARKED = "All", "Not sure", "Marked wrong"
NO_FACE = "no face was found"
UNTOLD = (
    ":material/info: Whether a photo is unlike this run's training photos was not recorded and is not told."
)

Photos = list[tuple[Photo, How]]
"""The photos of the tray, each with the way it is cropped for the run."""


def answer_photos(run: RunSummary) -> Photos:
    """Read the photos that are new and ask the run's model about their faces; says on the page how far it is.

    Raises:
        LineamentError: the model or the face finder cannot be loaded.
    """
    photos = [(photo, how_to_crop(photo, cut=takes_crops(run))) for photo in tray()]
    box = st.empty()

    def on_photo(done: int, total: int) -> None:
        box.progress(done / total, text=f"Looking for faces: photo {done} of {total}")

    read_new(photos, partial(face_finder, box), PhotoLimits.from_settings(settings()), on_photo)
    if new := unscored(photos, run):
        model = loaded(run, box)
        box.progress(1.0, text=f"Asking the model about {formatting.count(len(new), 'face')}")
        score(new, model)
    box.empty()
    return photos


def show_answers(photos: Photos, run: RunSummary) -> None:
    """Draw the answers with what sorts, filters and hands them out."""
    read = [(photo, reading(photo, how)) for photo, how in photos]
    unanswered = [(photo, known) for photo, known in read if known and not known.crops]
    faceless = sum(not known.error for _, known in unanswered)
    refused = len(unanswered) - faceless
    # Marks of other runs stay, for when they are chosen again.
    wrong: Wrong = st.session_state.setdefault("marked wrong", {})
    head = st.empty()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        margin = ask_margin(run)
        found = answers(photos, run, margin)
        shown = _choice(found, wrong, run)
        rows = [(photo, known.error or NO_FACE) for photo, known in unanswered]
        st.download_button(
            "CSV",
            partial(answers_csv, found, rows, wrong, run, margin),
            file_name=f"predictions-{run.id}.csv",
            mime="text/csv",
            icon=":material/download:",
            help="Download the answers: file, face, box, label, probability, your marks",
            on_click="ignore",
        )
        if st.button("Remove all", type="tertiary", icon=":material/delete:"):
            clear()
            st.rerun()
    with head.container(gap="xsmall"):
        st.markdown(count_words(found, len(photos) - refused, faceless, refused))
        st.caption(test_words(run, margin))
        if found and (fault := domain_words(run)):
            st.caption(fault)
    show_refused(unanswered)
    if found and not shown:
        st.caption("No answer is of this kind. Show all to see the others.")
    asked = show_cards(shown, run, wrong)
    show_faceless(unanswered)
    if asked:
        show_why(asked, run, lambda image: loaded(run).explain(image))


def count_words(found: list[Answer], photos: int, faceless: int, refused: int) -> str:
    """How many faces in how many photos, of how many the model is not sure, and what has no answer."""
    unsure = sum(answer.label is None for answer in found)
    return "; ".join(
        [
            f"**{formatting.count(len(found), 'face')}** in {formatting.count(photos, 'photo')}",
            f"not sure of {unsure:,}",
            *([f"no face in {faceless:,}"] if faceless else []),
            *([f"{refused:,} refused"] if refused else []),
        ]
    )


def domain_words(run: RunSummary) -> str:
    """Why no photo of this run is told to be unlike its training photos; "" where it can be told."""
    model = loaded(run)
    if model.domain is not None:
        return ""
    return f"{UNTOLD} {formatting.plain(model.domain_fault)}".rstrip()


def _choice(found: list[Answer], wrong: Wrong, run: RunSummary) -> list[Answer]:
    """Draw filter and order; returns the answers to show."""
    target = run.metrics.target
    classes = {formatting.class_words(target, label): label for label in (1, 0)}
    marked = any(answer.key in wrong for answer in found)
    kept = st.pills(
        "Show",
        [ALL, *classes, UNSURE, *([MARKED] if marked else [])],
        format_func=formatting.plain,
        default=ALL,
        required=True,
        key=f"shown of {target}",
        label_visibility="collapsed",
        width="content",
    )
    order = st.selectbox("Order", list(ORDERS), key="order of faces", label_visibility="collapsed", width=180)
    if kept == MARKED:
        found = [answer for answer in found if answer.key in wrong]
    elif kept == UNSURE:
        found = [answer for answer in found if answer.label is None]
    elif kept in classes:
        found = [answer for answer in found if answer.label == classes[kept]]
    return in_order(found, order)

"""Predict: choose a run, drop photos, see what the model says of each."""

from functools import partial

import streamlit as st

from core.errors import LineamentError
from core.runs.marks import is_synthetic
from core.ui import formatting
from core.ui.empty import first_step
from core.ui.predict_model import loaded, probabilities, warm_up
from core.ui.predict_photos import read_uploads, sample_photos, score, unscored
from core.ui.predict_results import show_csv, show_results
from core.ui.predict_runs import choose_run, runs_with_model, show_run
from core.ui.resources import settings

st.title("Predict", anchor=False)

runs = runs_with_model()
if not runs:
    first_step(
        "No trained model yet",
        "Train one first: the preset “Quick look” takes about a minute. Then come back with photos.",
        page="train",
        label="Train a model",
        icon=":material/model_training:",
    )
    st.stop()

run = choose_run(runs)
show_run(run)
if is_synthetic(run):
    st.warning(
        "This model has seen drawn faces only. What it says of a real photo means nothing.",
        icon=":material/draw:",
    )

limit = settings().max_upload_files
uploads = st.file_uploader(
    f"Photos with one face each, cropped close; up to {limit} at once",
    type="image",
    accept_multiple_files=True,
    max_upload_size=max(1, settings().max_photo_bytes // 2**20),
)
with st.container(horizontal=True, vertical_alignment="center"):
    if st.button("Try a sample", type="primary", icon=":material/face:"):
        st.session_state["samples"] = True
    if st.session_state.get("samples") and st.button("Remove the sample", type="tertiary"):
        st.session_state["samples"] = False
        st.rerun()
    st.caption(
        "Photos stay in this server's memory while the page is open; they are not written to disk.",
    )

try:
    photos = read_uploads(uploads, settings())
    if len(uploads) > limit:
        st.warning(
            f"{len(uploads)} photos were given and the limit is {limit}. The first {limit} are answered."
        )
    if st.session_state.get("samples"):
        with st.spinner("Opening the synthetic faces; the first time they are drawn …", show_time=True):
            photos += sample_photos(run.metrics.target, run.config.seed)
    if new := unscored(photos, run.id):
        with st.spinner(
            "Loading TensorFlow and the model; this takes some seconds the first time …", show_time=True
        ):
            loaded(run)
        score(new, run.id, partial(probabilities, run), settings())
except LineamentError as error:
    st.error(formatting.plain(str(error)))
    st.stop()

if photos:
    show_results(photos, run)
    show_csv(photos, run)

st.caption(
    "A label is what annotators saw in a photograph, not anyone's gender or character; the model repeats it. "
    "Do not decide anything about a person by it."
)
# Last, so that the page is drawn before TensorFlow takes the processor.
warm_up(run)

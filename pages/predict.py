"""Predict: choose a run, give photos, see what the model says of each face, and how sure it may be of it."""

import streamlit as st

from core.errors import LineamentError
from core.runs.marks import is_synthetic
from core.ui import formatting
from core.ui.predict_inlets import show_inlets
from core.ui.predict_model import warm_up
from core.ui.predict_photos import tray
from core.ui.predict_results import answer_photos, show_answers
from core.ui.predict_runs import choose_run, runs_with_model, show_first_step, show_run
from core.ui.predict_words import IS_NOT, PRIVACY, how_words

st.title("Predict", anchor=False)

runs = runs_with_model()
if not runs:
    show_first_step()
    st.stop()

run = choose_run(runs)
show_run(run)
if is_synthetic(run):
    st.warning(
        "This model has seen drawn faces only: of every real photo it says “not sure”.",
        icon=":material/draw:",
    )
show_inlets(run)
if tray():
    try:
        photos = answer_photos(run)
    except LineamentError as error:
        st.error(formatting.plain(str(error)))
        st.stop()
    show_answers(photos, run)

st.caption(f"{PRIVACY} {how_words(run)}")
st.caption(IS_NOT)
# Last, so that the page is drawn before TensorFlow takes the processor.
warm_up(run)

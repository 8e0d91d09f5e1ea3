"""Train: one run, a sweep or the report's study; then watch. What is watched is in the address."""

import streamlit as st

from core.ui.study_list import show_studies, show_study_of
from core.ui.study_view import show_study
from core.ui.train_estimate import estimate_line
from core.ui.train_features import show_kept_features
from core.ui.train_form import choose_preset, show_six_fields
from core.ui.train_live import show_run
from core.ui.train_more import show_more_settings
from core.ui.train_queue import show_queue
from core.ui.train_repeat import show_repeat
from core.ui.train_start import checked_config, prepare_form, show_start, show_trouble
from core.ui.train_sweep import show_sweep
from core.ui.train_tabs import tabs
from core.ui.train_weights import show_download_hint

st.title("Train", anchor=False)

# Written again where it is read: a link from this page to itself leaves the browser's address without it.
if run_id := st.query_params.get("run"):
    st.query_params["run"] = run_id
    show_study_of(run_id)
    show_run(run_id)
    show_queue(but=run_id)
    st.stop()
if study_id := st.query_params.get("study"):
    st.query_params["study"] = study_id
    show_study(study_id)
    st.stop()

prepare_form()
one, sweep, repeat = tabs()
if one.open:
    with one:
        st.markdown(
            "Teach VGG-16 to tell one attribute of a face. "
            "Choose a starting point, change what you like, start."
        )
        choose_preset()
        show_six_fields()
        start, more = st.container(), st.container()
        # Drawn before the hint above it goes: a field changed right after a click there would else bring the
        # old weights back, since the browser had not yet heard of the new ones.
        with more:
            show_more_settings()
            show_kept_features()
        with start:
            config = checked_config()
            if config:
                show_download_hint(config)
            show_trouble()
            with st.container(horizontal=True, vertical_alignment="center"):
                show_start(config)
                if config and (estimate := estimate_line(config)):
                    st.caption(estimate)
if sweep.open:
    with sweep:
        show_sweep()
        show_studies()
if repeat.open:
    with repeat:
        show_repeat()
        show_studies()
show_queue()

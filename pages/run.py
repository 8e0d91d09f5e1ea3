"""One run in depth: accuracy, matrix, worst slice, curves; mistakes, slices, calibration, files."""

import streamlit as st

from core.ui import run_page, run_tabs
from core.ui.export_button import show_export
from core.ui.run_downloads import show_downloads
from core.ui.run_matrix import show_matrix

summary = run_page.asked_run()
if summary is None:
    st.stop()

run_page.show_header(summary)
scored = run_page.can_be_scored(summary)
if scored:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        split = run_page.ask_split()
        with st.container(horizontal=True, width="content"):
            show_downloads(summary)
            show_export(summary)
    run_page.show_headline(summary, split)
if summary.config is None:
    st.stop()
run_page.show_run_alarms(summary)

tabs = run_tabs.tabs(scored)
with tabs[run_tabs.OVERVIEW]:
    if scored:
        show_matrix(summary, split)
    run_page.show_curves(summary)
run_tabs.draw_opened(tabs, summary, split if scored else None)

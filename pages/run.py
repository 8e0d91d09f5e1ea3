"""One run in depth: accuracy, matrix, worst slice, curves; mistakes, slices, calibration, files."""

import streamlit as st

from core.ui import run_page
from core.ui.resources import store
from core.ui.run_calibration import show_calibration
from core.ui.run_files import show_config, show_files, show_log
from core.ui.run_matrix import show_matrix
from core.ui.run_mistakes import show_mistakes
from core.ui.run_slices import show_slices

summary = run_page.asked_run()
if summary is None:
    st.stop()

run_page.show_header(summary)
scored = run_page.can_be_scored(summary)
if scored:
    split = run_page.ask_split()
    run_page.show_headline(summary, split)
if summary.config is None:
    st.stop()
run_page.show_run_alarms(summary)

names = ["Overview", *(["Mistakes", "Slices", "Calibration"] if scored else []), "Config", "Log", "Files"]
tabs = dict(zip(names, st.tabs(names, key="run_tab", on_change="rerun"), strict=True))
with tabs["Overview"]:
    if scored:
        show_matrix(summary, split)
    run_page.show_curves(summary)
drawn = {
    "Mistakes": lambda: show_mistakes(summary, split),
    "Slices": lambda: show_slices(summary, split),
    "Calibration": lambda: show_calibration(summary, split),
    "Config": lambda: show_config(summary),
    "Log": lambda: show_log(store().get(summary.id)),
    "Files": lambda: show_files(summary),
}
# Only the tab that is open is computed.
for name, draw in drawn.items():
    if name in tabs and tabs[name].open:
        with tabs[name]:
            draw()

"""The tabs of a run's page: which there are, and the drawing of the one that is open."""

import streamlit as st

from core.runs import RunSummary
from core.runs.predictions import Split
from core.ui.run_calibration import show_calibration
from core.ui.run_files import show_config, show_files, show_log
from core.ui.run_mistakes import show_mistakes
from core.ui.run_slices import show_slices

OVERVIEW = "Overview"
OF_PREDICTIONS = {"Mistakes": show_mistakes, "Slices": show_slices, "Calibration": show_calibration}
OF_FOLDER = {"Config": show_config, "Log": show_log, "Files": show_files}


def tabs(scored: bool) -> dict[str, object]:
    """Draw the tabs' heads; those on predictions only for a run that has some."""
    names = [OVERVIEW, *(OF_PREDICTIONS if scored else ()), *OF_FOLDER]
    return dict(zip(names, st.tabs(names, key="run_tab", on_change="rerun"), strict=True))


def draw_opened(heads: dict[str, object], summary: RunSummary, split: Split | None) -> None:
    """Draw the content of the tab that is open; the others cost nothing."""
    for name, tab in heads.items():
        if name == OVERVIEW or not tab.open:
            continue
        with tab:
            if name in OF_PREDICTIONS:
                OF_PREDICTIONS[name](summary, split)
            else:
                OF_FOLDER[name](summary)

"""The one study that Compare is filtered on: the report's tables and plots beside ours, or the way to it."""

from collections.abc import Mapping

import streamlit as st

from core.runs.studies import Study, study_runs
from core.ui.compare_address import View
from core.ui.links import link
from core.ui.resources import trash
from core.ui.study_results import show_results


def show_study(view: View, studies: Mapping[str, Study], *, folded: bool) -> None:
    """Draw the study's tables and plots; nothing unless the view is filtered on one study.

    Args:
        studies: the study of each run id that belongs to one.
        folded: whether a report's tables wait for a click.
    """
    asked = next((study for study in studies.values() if (study.id,) == view.studies), None)
    if asked is None:
        return
    if asked.kind == "report":
        with st.expander("Our figures beside the report's", icon=":material/table:", expanded=not folded):
            show_results(asked, study_runs(asked, trash()))
    link("train", "This study's own page", icon=":material/grid_view:", study=asked.id)

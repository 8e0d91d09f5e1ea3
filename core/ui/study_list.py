"""The ways to a study: the list below the tabs that start one, newest first, and the link on a run of it."""

import streamlit as st

from core.runs import RunSummary
from core.runs.studies import Study, study_runs
from core.ui import study_progress
from core.ui.formatting import plain, when
from core.ui.links import link
from core.ui.resources import studies, studies_of_runs, trash
from core.ui.study_view import study_words

SHOWN = 10
"""Studies shown at once; older ones follow on asking."""
_MORE = "studies_shown"


def show_studies() -> None:
    """Draw the list; nothing where there is no study yet."""
    found = studies().list_studies()
    if not found:
        return
    st.subheader("Studies", anchor=False)
    most = st.session_state.get(_MORE, SHOWN)
    for study in found[:most]:
        _row(study, study_runs(study, trash()))
    if len(found) > most:
        st.button("Show older studies", on_click=_show_more, args=(most,))


def show_study_of(run_id: str) -> None:
    """Draw the way from a run to the study that it belongs to; nothing where it belongs to none."""
    if study := studies_of_runs().get(run_id):
        link("train", f"Study: {plain(study.name)}", icon=":material/table_rows:", study=study.id)


def _row(study: Study, runs: list[RunSummary]) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            link("train", f"**{plain(study.name)}**", icon=":material/table_rows:", study=study.id)
            link("compare", "Compare its runs", icon=":material/compare_arrows:", study=study.id)
        told = f"{study_progress.headline(runs)} · {when(study.created_at)}"
        st.caption(f"{plain(study_words(study))}  \n{plain(told)}")


def _show_more(shown: int) -> None:
    st.session_state[_MORE] = shown + SHOWN

"""Looking through all labels of a target, from the page: a process of its own, watched while it works."""

import streamlit as st

from core.access import Act
from core.data.sources import Source
from core.errors import LineamentError
from core.jobs.label_search import LabelSearches
from core.runs import RunSummary
from core.runs.kept_features import feature_key, is_kept
from core.ui.formatting import plain
from core.ui.resources import settings, store
from core.ui.rights import may

POLL_S = 1.0
BY_OUTLINES = ""
"""Stands for the outlines among the runs whose features can be used."""


@st.cache_resource(show_spinner=False)
def searches() -> LabelSearches:
    """The searches of this server, for all visitors."""
    return LabelSearches(settings())


def show_search(source: Source, target: str) -> bool:
    """Draw what starts a search, or how far the one that runs is; tells whether one runs."""
    running = searches().running()
    if running is not None:
        st.fragment(_watch, run_every=POLL_S)(*running)
        return True
    runs = {run.id: run for run in _with_features(source)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.selectbox(
            "What stands for an image",
            [BY_OUTLINES, *runs],
            format_func=lambda run_id: f"what {runs[run_id].title} saw" if run_id else "its outlines",
            help="Outlines need no network and do well on drawn faces. On photographs what a network with "
            "pretrained weights saw does better; a frozen run keeps it.",
            key=f"labels by {source.id}",
            width=360,
        )
        clicked = may(Act.SEARCH_LABELS) and st.button(
            "Look through all labels", icon=":material/search:", type="primary"
        )
    if clicked:
        try:
            searches().start(str(source.location), target, by)
        except (LineamentError, OSError) as error:
            st.error(plain(str(error)))
            return False
        st.rerun()
    ended = searches().search(str(source.location), target, by)
    if ended is not None and ended.failed:
        st.error(plain(ended.words) or "The search ended without a word. Start it again.")
    return False


def _watch(location: str, target: str, run_id: str) -> None:
    """Say how far the search is; draws the whole page again when it has ended."""
    found = searches().search(location, target, run_id)
    if found is None or not found.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"{plain(target)}: {plain(found.words) or 'starting'}"
        st.caption(f":material/progress_activity: {words}", width="content")
        if st.button("Stop", type="tertiary", icon=":material/stop_circle:", key="stop labels"):
            searches().stop()
            st.rerun()


def _with_features(source: Source) -> list[RunSummary]:
    """Runs on these faces whose frozen features are kept."""
    runs = [run for run in store().list_runs() if run.config and run.config.data == str(source.location)]
    return [run for run in runs if (key := feature_key(run)) and is_kept(key, settings())]

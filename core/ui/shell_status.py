"""The sidebar's line on the queue: what trains, how far it is, how many wait."""

import streamlit as st

from core.errors import LineamentError
from core.ui import formatting
from core.ui.links import link
from core.ui.resources import queue, store
from core.ui.train_progress import bar, headline

POLL_S = 2


def show_status() -> None:
    """Draw the line while something trains or waits; it renews itself. Nothing otherwise."""
    if queue().open_runs():
        _status()


@st.fragment(run_every=POLL_S)
def _status() -> None:
    active, waiting = queue().active(), queue().waiting()
    if not (active or waiting):
        # Ends the polling, and lets the page show what has just ended.
        st.rerun()
    for run_id in active:
        _one_run(run_id)
    if waiting:
        st.caption(f":material/hourglass_empty: {formatting.count(len(waiting), 'run')} waiting")


def _one_run(run_id: str) -> None:
    summary = store().summary(run_id)
    if summary is None:
        return
    try:
        progress = store().get(run_id).progress()
    except LineamentError:
        # It was deleted between the two looks; the next one finds out.
        return
    with st.container(gap="xsmall"):
        link("train", formatting.plain(summary.title), icon=":material/model_training:", run=run_id)
        st.progress(bar(progress), text=headline(summary, progress))

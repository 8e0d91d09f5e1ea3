"""The sidebar's line on the queue: what trains, how far it is, how many wait."""

import streamlit as st

from core.errors import LineamentError
from core.runs import RunSummary
from core.runs.records import Progress
from core.ui import formatting
from core.ui.links import link
from core.ui.resources import queue, store
from core.ui.train_progress import bar, current, headline

NAME = "Lineament"
POLL_S = 2


def tab_title() -> str:
    """What the browser's tab says: how far the first active run is, before the product's name."""
    for run_id in queue().active():
        if (found := _progress(run_id)) is not None:
            return f"{bar(found[1]):.0%} · {NAME}".replace("%", " %")
    return NAME


def show_status() -> None:
    """Draw the line while something trains or waits; it renews itself. Nothing otherwise."""
    if queue().open_runs():
        _status()


@st.fragment(run_every=POLL_S)
def _status() -> None:
    # From a fragment too it reaches the tab, which so follows the run without a rerun of the page.
    st.set_page_config(page_title=tab_title())
    active, waiting = queue().active(), queue().waiting()
    if not (active or waiting):
        # Ends the polling, and lets the page show what has just ended.
        st.rerun()
    for run_id in active:
        _one_run(run_id)
    if waiting:
        st.caption(f":material/hourglass_empty: {formatting.count(len(waiting), 'run')} waiting")


def _one_run(run_id: str) -> None:
    if (found := _progress(run_id)) is None:
        return
    summary, progress = found
    with st.container(gap="xsmall"):
        link("train", formatting.plain(summary.title), icon=":material/model_training:", run=run_id)
        st.progress(bar(progress), text=headline(summary, progress))


def _progress(run_id: str) -> tuple[RunSummary, Progress | None] | None:
    """A run with its last sign of life; None when it was deleted since it was listed."""
    summary = store().summary(run_id)
    try:
        progress = store().get(run_id).progress()
    except LineamentError:
        return None
    return (summary, current(summary.state, progress)) if summary else None

"""Compare renews itself: a fragment asks the server whether a run changed, and draws anew only if so."""

from collections.abc import Mapping, Set

import streamlit as st

from core.runs import RunStore, RunSummary
from core.ui.resources import changes, store

POLL_S = 2


@st.fragment(run_every=POLL_S)
def follow_changes(seen: int, drawn: Mapping[str, RunSummary]) -> None:
    """Rerun the page once a run says something else than what is drawn, is new, or is gone.

    Args:
        seen: the version of the runs when they were listed, or an older one.
        drawn: the runs of the page by id.
    """
    if changes().version() != seen and differs(store(), drawn, changes().since(seen)):
        st.rerun()


def differs(runs: RunStore, drawn: Mapping[str, RunSummary], touched: Set[str] | None) -> bool:
    """Whether runs that were touched (None: any may have been) read otherwise than they are drawn.

    A run that trains touches its folder every second, and says something new once an epoch.
    """
    if touched is None:
        return {summary.id: summary for summary in runs.list_runs()} != dict(drawn)
    return any(runs.summary(run_id) != drawn.get(run_id) for run_id in touched)

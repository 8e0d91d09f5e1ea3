"""What pages leave out because it would be refused: `core.access` says what, the doors themselves refuse."""

import streamlit as st

from core.access import Act
from core.runs import RunSummary
from core.ui.formatting import count
from core.ui.resources import access, settings


def may(act: Act) -> bool:
    """Whether whoever looks at the page may do this."""
    return access().allows(act)


def may_change(*runs: RunSummary) -> bool:
    """Whether whoever looks at the page may change all these runs."""
    return all(access().allows(Act.CHANGE_RUN, run.visitor) for run in runs)


def show_demo_note() -> None:
    """Draw what a visitor of a demo should know; nothing on a machine of one's own."""
    if access().host:
        return
    kept = settings().max_runs_per_visitor
    newest = f"Your newest {count(kept, 'run')} are kept" if kept else "Your runs are kept"
    st.caption(
        f":material/public: **A public demo.** Photos are never stored. {newest} for a while and seen by you "
        "alone; who clears cookies loses them."
    )
    if not access().visitor:
        st.caption(":material/cookie_off: Your browser sent no cookie, so that nothing can be trained here.")

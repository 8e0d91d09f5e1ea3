"""What a page shows while it has nothing to show: what to do first, and a link that does it."""

import streamlit as st

from core.ui.links import link


def first_step(title: str, text: str, *, page: str, label: str, icon: str = "", **query: str) -> None:
    """Draw an empty state.

    Args:
        title: what is not there yet, such as "No runs yet".
        text: one or two sentences: what to do first and what comes of it.
        page: the page that does it; see `core.ui.links.link`, which also takes `label`, `icon` and `query`.
    """
    with st.container(border=True):
        st.subheader(title, anchor=False)
        st.write(text)
        link(page, label, icon=icon or ":material/arrow_forward:", **query)

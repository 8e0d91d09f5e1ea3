"""Links between the pages. The one place that knows where the pages' files are."""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

PAGES = Path(__file__).resolve().parents[2] / "pages"


def link(page: str, label: str, *, icon: str = "", **query: str) -> None:
    """Draw a link to a page, such as `link("train", "Watch it", run=run_id)`.

    Args:
        page: the page's name in the address: dataset, train, compare, predict or run.
        label: Markdown; escape user text with `core.ui.formatting.plain`.
        icon: ":material/…:", or "" for none.
        query: what follows the `?` of the address.
    """
    try:
        st.page_link(PAGES / f"{page}.py", label=label, icon=icon, query_params=query or None)
    except StreamlitPageNotFoundError:
        # The page runs by itself, without the shell's menu: an ordinary link does it.
        st.markdown(f"[{label}](/{page}{'?' if query else ''}{urlencode(query)})")

"""A choice that is part of the page's address, such as `?source=sample` or `?run=<id>`.

Streamlit's own binding writes the words that a person reads into the address; this one writes the id.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from core.ui.formatting import plain


def choose(
    label: str,
    options: Sequence[str],
    *,
    name: str,
    words: Callable[[str], str] = str,
    help: str | None = None,
) -> str:
    """Draw a selectbox whose choice stands in the address as `?name=…` and outlives a change of page.

    Args:
        options: ids, at least one; the first is chosen where nobody chose.
        name: the parameter of the address.
        words: what is shown for an id.

    Returns:
        The chosen id, one of `options`.
    """
    key, memory = f"choice of {name}", f"last {name}"
    asked = st.query_params.get(name)
    if asked is not None and asked not in options:
        st.warning(plain(f"There is no {name} {asked[:80]!r} to choose here; another one is shown."))
    if st.session_state.get(key) not in options:
        wanted = asked if asked in options else st.session_state.get(memory)
        st.session_state[key] = wanted if wanted in options else options[0]
    chosen = st.selectbox(label, options, format_func=words, key=key, help=help)
    st.session_state[memory] = chosen
    st.query_params[name] = chosen
    return chosen

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
    state, memory = st.session_state, f"last {name}"
    asked = st.query_params.get(name)
    if asked is not None and asked not in options:
        st.warning(plain(f"There is no {name} {asked[:80]!r} to choose here; another one is shown."))
    if state.get(_key(name), options[0]) not in options:
        forget(name)
    wanted = state.get(_key(name), asked if asked in options else state.get(memory))
    # As the box's own default, and not put into the session's state: who clicks something else before the
    # browser has drawn the box would else send back its first option as the choice.
    index = options.index(wanted) if wanted in options else 0
    chosen = st.selectbox(label, options, index=index, format_func=words, key=_key(name), help=help)
    state[memory] = chosen
    st.query_params[name] = chosen
    return chosen


def forget(name: str) -> None:
    """Let the address decide anew what `choose` shows, after something else than the box changed it."""
    st.session_state[f"choices of {name}"] = st.session_state.get(f"choices of {name}", 0) + 1


def _key(name: str) -> str:
    return f"choice of {name} {st.session_state.get(f'choices of {name}', 0)}"

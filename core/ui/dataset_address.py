"""Where one is on the Dataset page, as part of its address: `?tab=problems&problem=images&look=order`.

The address is read when a control is first drawn and when the browser goes back or forward, and written after
that; what a link does not say is as it always was. The filters stand there too, by
`core.ui.dataset_filters`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

TAB = "tab"


def tabs(labels: Mapping[str, str], *, key: str) -> dict[str, Any]:
    """Draw tabs of which the open one stands in the address, but for the first.

    Args:
        labels: what each tab is called, by its word in the address. A number in brackets at its end may
            change: the same tab stays open.

    Returns:
        What `st.tabs` gives, by the tab's word.
    """
    first = next(iter(labels))
    if key in st.session_state:
        # Streamlit knows tabs by their labels, and would open the first of those that it does not know.
        named = {_without_number(label): word for word, label in labels.items()}
        word = named.get(_without_number(st.session_state[key]), first)
        wanted = _gone_to(TAB, word, list(labels), first)
        if st.session_state[key] != labels[wanted]:
            st.session_state[key] = labels[wanted]
    default = labels[start(TAB, list(labels), first, key=key)]
    drawn = st.tabs(list(labels.values()), default=default, key=key, on_change="rerun")
    found = dict(zip(labels, drawn, strict=True))
    write(TAB, next(word for word, tab in found.items() if tab.open), default=first)
    return found


def start(name: str, options: Sequence[str], default: str, *, key: str) -> str:
    """What a control with this key shows at first: what the address asks for, else `default`.

    The same as long as the control is drawn: Streamlit takes one with another default for another control.
    """
    kept = f"{key} at first"
    if key not in st.session_state:
        st.session_state[kept] = _asked(name, options, default)
    found = st.session_state.get(kept, default)
    return found if found in options else default


def follow(name: str, options: Sequence[str], default: str, *, key: str) -> None:
    """Before a control of words is drawn: show what the address says where the browser went back or forward.

    A choice that is not among the options any more gives way to `default`.
    """
    state = st.session_state
    if key in state:
        wanted = _gone_to(name, state[key], options, default)
        if state[key] != wanted:
            state[key] = wanted


def write(name: str, value: str, *, default: str | None = None) -> None:
    """Put a choice into the address; one that is the default is left out."""
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
    st.session_state[_written(name)] = value, st.query_params.get(name)


def _gone_to(name: str, held: str, options: Sequence[str], default: str) -> str:
    """What a control that holds a word should show: that, or what the address became without us.

    Who clicks twice before the browser has heard of the first is not taken back: a click changes the word.
    """
    shown, address = st.session_state.get(_written(name), (None, None))
    if held == shown and st.query_params.get(name) != address:
        return _asked(name, options, default)
    return held if held in options else default


def _asked(name: str, options: Sequence[str], default: str) -> str:
    found = st.query_params.get(name)
    return found if found in options else default


def _written(name: str) -> str:
    return f"address of {name}"


def _without_number(label: str) -> str:
    return label.split(" (")[0]

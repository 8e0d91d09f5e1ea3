"""Where one is on the Dataset page, as part of its address: `?tab=problems&problem=images&look=order`.

The address is read when a control is first drawn, and written after that; what a link does not say is as it
always was. The filters stand there too, by `core.ui.dataset_filters`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

TAB = "tab"
_START = "tab at first"


def tabs(labels: Mapping[str, str], *, key: str) -> dict[str, Any]:
    """Draw tabs of which the open one stands in the address, but for the first.

    Args:
        labels: what each tab is called, by its word in the address. A number in brackets at its end may
            change: the same tab stays open.

    Returns:
        What `st.tabs` gives, by the tab's word.
    """
    state = st.session_state
    first = next(iter(labels))
    if key not in state:
        # Drawn anew: the first time, or after another page.
        state[_START] = asked(TAB, list(labels), first)
    elif state[key] not in labels.values():
        # Streamlit knows tabs by their labels, and would open the first of those that it does not know.
        named = {_without_number(label): word for word, label in labels.items()}
        state[_START] = named.get(_without_number(state[key]), first)
        state[key] = labels[state[_START]]
    default = labels[state.get(_START, first)]
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
        st.session_state[kept] = asked(name, options, default)
    found = st.session_state.get(kept, default)
    return found if found in options else default


def asked(name: str, options: Sequence[str], default: str) -> str:
    """What the address asks for under `name`, where that can be chosen."""
    found = st.query_params.get(name)
    return found if found in options else default


def write(name: str, value: str, *, default: str | None = None) -> None:
    """Put a choice into the address; one that is the default is left out."""
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def _without_number(label: str) -> str:
    return label.split(" (")[0]

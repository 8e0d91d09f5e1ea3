"""The controls above Compare's table: search, filters, order, and what the table shows.

The address is the truth: each run sets the controls from it, and a control that is changed writes it. So
back, forward and a shared link all work. What an address may ask for: `core.ui.compare_address`.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.ui.compare_address import COLUMNS, GROUPS, LAYOUTS, MAX_WORDS, SORTS, Choices, View, current, go
from core.ui.compare_columns import CREATED
from core.ui.formatting import plain

LABELS = {"states": "State", "targets": "Target", "data": "Data", "studies": "Study", "tags": "Tag"}
NO_FILTERS = {part: getattr(View(), part) for part in ("words", "starred", *LABELS)}
FLATTERS = (
    "Sorted by test accuracy, which flatters the run on top: it is there partly by luck with these images. "
    "Choose by validation."
)


def show_controls(choices: Choices) -> View:
    """Draw the controls; gives the view that the address asks for, and says what of it cannot be."""
    view, refused = current(choices)
    if refused:
        st.warning(
            plain(f"The address asks for what is not here, and it was left out: {', '.join(refused)}.")
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _search(view, choices)
        _filters(view, choices)
        _order(view, choices)
        _shown(view, choices)
    if view.sort == "test" and not view.group:
        st.info(FLATTERS, icon=":material/casino:")
    return view


def _search(view: View, choices: Choices) -> None:
    st.text_input(
        "Search",
        type="search",
        live=True,
        max_chars=MAX_WORDS,
        label_visibility="collapsed",
        placeholder="Name, tag, rate, data …",
        width=230,
        **_bound("words", view.words, choices),
    )


def _filters(view: View, choices: Choices) -> None:
    label = f"Filter ({view.filters})" if view.filters else "Filter"
    with st.popover(label, icon=":material/filter_list:", key="compare filters"):
        for part, words in LABELS.items():
            options: Mapping[str, str] = getattr(choices, part)
            if options:
                st.multiselect(
                    words,
                    list(options),
                    format_func=lambda value, options=options: options.get(value, value),
                    placeholder="Any",
                    **_bound(part, list(getattr(view, part)), choices),
                )
        st.toggle("Only runs with a star", **_bound("starred", view.starred, choices))
        st.button(
            "Show all runs",
            disabled=not (view.filters or view.words),
            on_click=lambda: _write(choices, **NO_FILTERS),
        )


def _order(view: View, choices: Choices) -> None:
    st.selectbox(
        "Sort by",
        list(SORTS),
        format_func=lambda code: SORTS[code].label,
        icon=":material/sort:",
        label_visibility="collapsed",
        width=170,
        **_bound("sort", view.sort, choices),
    )
    first = ("Newest", "Oldest") if view.sorting is CREATED else ("Highest", "Lowest")
    st.button(
        f"{first[0] if view.descending else first[1]} first",
        icon=":material/arrow_downward:" if view.descending else ":material/arrow_upward:",
        help="Turn the order around.",
        on_click=lambda: _write(choices, descending=not view.descending),
    )


def _shown(view: View, choices: Choices) -> None:
    with st.popover("View", icon=":material/view_column:"):
        st.radio(
            "Rows",
            list(GROUPS),
            format_func=GROUPS.__getitem__,
            **_bound("group", view.group, choices),
        )
        st.radio(
            "Columns",
            list(LAYOUTS),
            format_func=LAYOUTS.__getitem__,
            horizontal=True,
            **_bound("layout", view.layout, choices),
        )
        st.multiselect(
            "Columns besides",
            list(COLUMNS),
            format_func=lambda code: COLUMNS[code].label,
            help="Settings that differ between the runs shown are there by themselves.",
            **_bound("columns", list(view.columns), choices),
        )


def _bound(part: str, value: Any, choices: Choices) -> dict[str, Any]:
    """What makes a control show a part of the view and write it into the address when it is changed."""
    key = f"compare {part}"
    # Set only where it differs: setting it anew would take back what is being typed.
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return {"key": key, "on_change": _changed, "args": (part, choices)}


def _changed(part: str, choices: Choices) -> None:
    value = st.session_state[f"compare {part}"]
    _write(choices, **{part: tuple(value) if isinstance(value, list) else value})


def _write(choices: Choices, **changes: Any) -> None:
    # The address is read anew: since this control was drawn another one may have changed it.
    view, _ = current(choices)
    go(view, **changes)

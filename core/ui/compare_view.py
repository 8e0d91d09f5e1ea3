"""The table of Compare: a page of its rows with their ticks, and the lines that explain it."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.runs import RunSummary, State
from core.ui import compare_choice as choice
from core.ui import compare_columns as columns_of
from core.ui import compare_table as tables
from core.ui.compare_address import COLUMNS, View, go
from core.ui.compare_columns import Column
from core.ui.formatting import count, plain, share
from core.ui.vocabulary import state_words

PAGE_ROWS = 100
"""Runs on one page of the table: what is not on it costs nothing."""
ROW_PIXELS, MOST_ROWS = 35, 14
"""The table is as high as its rows, up to this many; the rest scrolls."""
MOST_DAMAGED = 50
"""Runs that cannot be read and are named one by one."""
CAPTION = (
    "Validation and Test are accuracies at the best epoch: the one with the lowest validation loss, the "
    "earliest on a tie. In brackets their 95 % interval"
)
NO_FIT = "No run fits the search and the filters. Take one away to see more."


@dataclass(frozen=True)
class Listing:
    """The runs that fit the view, in its order, and the one that the others are held against.

    Attributes:
        known: the ids of all runs there are.
        chosen: the ids of the runs that are ticked.
    """

    runs: Sequence[RunSummary]
    reference: RunSummary | None
    known: Collection[str]
    chosen: Sequence[str]


def listing_of(
    found: Sequence[RunSummary], view: View, chosen: Sequence[RunSummary], known: Collection[str]
) -> Listing:
    """The runs found, in the view's order, held against the first that is chosen, else against the best."""
    scored = [summary for summary in chosen if columns_of.accuracy(summary, "test") is not None]
    reference = scored[0] if scored else tables.best_run(found)
    in_order = tables.ordered(found, view.sorting, view.descending)
    return Listing(in_order, reference, known, [summary.id for summary in chosen])


def show_table(listing: Listing, view: View) -> None:
    """Draw the table; ticking rows chooses runs."""
    if not listing.runs:
        st.info(NO_FIT, icon=":material/search_off:")
        return
    pages = -(-len(listing.runs) // PAGE_ROWS)
    page = min(view.page, pages)
    rows = listing.runs[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    apart = tables.differing(listing.runs)
    columns = tables.with_images(columns_shown(view, apart), rows)
    _draw_rows(rows, columns, listing, table_key(view, page))
    _show_pager(view, page, pages, len(listing.runs))
    _explain(listing, view, apart)


def columns_shown(view: View, apart: Sequence[Column]) -> list[Column]:
    """The columns of a view: eight first, then the settings `apart`, the costs, and those asked for."""
    asked = [COLUMNS[code] for code in view.columns]
    if view.layout == "epochs":
        found = [*columns_of.PER_EPOCH, *asked]
    elif _is_phone():
        found = [*columns_of.ON_PHONE, *asked]
    else:
        found = [*columns_of.SUMMARY, *apart, *columns_of.COSTS, *asked]
    return list(dict.fromkeys(found))


def _draw_rows(rows: Sequence[RunSummary], columns: Sequence[Column], listing: Listing, key: str) -> None:
    """Draw these runs as a table whose ticks are the choice.

    The ticks are set from the choice by position. The key stays while runs come and go, so that the table
    keeps its scrolling; the ticks follow the runs to their new rows.
    """
    shown = [summary.id for summary in rows]
    set_ticks(key, [shown.index(run_id) for run_id in listing.chosen if run_id in shown])
    st.dataframe(
        tables.table(rows, columns, listing.reference),
        key=key,
        hide_index=True,
        height=ROW_PIXELS * (min(len(rows), MOST_ROWS) + 1) + 3,
        on_select=lambda: _ticked(key, shown, listing.known),
        selection_mode="multi-row",
        column_config={column.label: _column_config(column, rows) for column in columns},
        alt="Saved runs",
    )


def show_damaged(summaries: Sequence[RunSummary]) -> None:
    """Name the runs that cannot be read, each with its reason."""
    damaged = [summary for summary in summaries if summary.state.state is State.DAMAGED]
    if not damaged:
        return
    with st.expander(f"{count(len(damaged), 'run')} cannot be read", icon=state_words(State.DAMAGED).icon):
        for summary in damaged[:MOST_DAMAGED]:
            st.markdown(f"**{summary.id}**  \n{plain(summary.state.reason)}")
        if len(damaged) > MOST_DAMAGED:
            st.caption(f"And {count(len(damaged) - MOST_DAMAGED, 'more run')}.")


def set_ticks(key: str, rows: list[int]) -> None:
    """Tick just these rows of the table with that key; left alone where it is so already."""
    state = st.session_state.get(key)
    if state is None or sorted(state["selection"]["rows"]) != sorted(rows):
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def ticked_rows(key: str) -> list[int]:
    """The rows that are ticked in the table with that key."""
    return st.session_state[key]["selection"]["rows"]


def _ticked(key: str, shown: Sequence[str], known: Collection[str]) -> None:
    choice.choose(choice.after_selection(choice.chosen_ids(known), shown, ticked_rows(key)))


def table_key(view: View, page: int) -> str:
    """The table's key: another one for other rows or another order, where old ticks mean nothing."""
    rows = replace(view, columns=(), layout="", page=page)
    return f"compare table {zlib.crc32(repr(rows).encode())}"


def _column_config(column: Column, rows: Sequence[RunSummary]) -> object:
    return st.column_config.TextColumn(
        tables.heading(column, rows),
        width=column.width,
        help=column.help or None,
        pinned=column is columns_of.NAME or None,
    )


def _show_pager(view: View, page: int, pages: int, total: int) -> None:
    if pages == 1:
        return
    first, last = (page - 1) * PAGE_ROWS + 1, min(page * PAGE_ROWS, total)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Before",
            icon=":material/chevron_left:",
            disabled=page == 1,
            on_click=lambda: go(view, page=page - 1),
        )
        st.button(
            "Next",
            icon=":material/chevron_right:",
            disabled=page == pages,
            on_click=lambda: go(view, page=page + 1),
        )
        st.caption(f"{first:,} to {last:,} of {total:,} runs", width="content")


def _explain(listing: Listing, view: View, apart: Sequence[Column]) -> None:
    st.caption(f"{CAPTION}{_methods(listing.runs)}.{_best_line(listing.runs)}")
    if (reference := listing.reference) and not view.group:
        _name_not_comparable(tables.not_comparable(listing.runs, reference), reference)
    same = tables.shared(listing.runs, apart)
    if same and len(listing.runs) > 1 and view.layout != "epochs":
        are = "is" if len(same) == 1 else "are"
        with st.expander(f"{count(len(same), 'setting')} {are} the same in all {len(listing.runs):,} runs"):
            st.caption(plain(" · ".join(f"{label}: {text}" for label, text in same.items())))


def _name_not_comparable(reasons: Mapping[str, int], reference: RunSummary) -> None:
    if reasons:
        each = "; ".join(f"{count(n, 'run')}: {plain(reason)}" for reason, n in reasons.items())
        st.caption(f":material/difference: Not comparable with **{plain(reference.title)}**: {each}.")


def _methods(summaries: Sequence[RunSummary]) -> str:
    """How the intervals of these runs were made: ", persons resampled", ", Wilson" or both."""
    found = {
        made.method
        for summary in summaries[:PAGE_ROWS]
        for made in (columns_of.interval(summary, "val"), columns_of.interval(summary, "test"))
        if made
    }
    return f": {' or '.join(map(plain, sorted(found)))}" if found else ""


def _best_line(summaries: Sequence[RunSummary]) -> str:
    best = tables.best_run(summaries)
    if best is None or len(summaries) < 2:
        return ""
    return (
        f" Best by validation: **{plain(best.title)}** with {share(columns_of.accuracy(best, 'val'))} "
        f"(n = {columns_of.image_count(best, 'val'):,})."
    )


def _is_phone() -> bool:
    """Whether the browser says that it is a phone's; a table there has fewer columns."""
    return "Mobi" in st.context.headers.get("User-Agent", "")

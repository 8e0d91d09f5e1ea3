"""The upper half of Compare: search, filters, sorting and the table of runs with its ticks."""

from collections.abc import Sequence

import streamlit as st

from core.runs import RunSummary, State
from core.ui import compare_choice as choice
from core.ui import compare_table as tables
from core.ui.formatting import attribute_words, count, plain
from core.ui.vocabulary import state_words

ROW_PIXELS, MOST_ROWS = 35, 12
"""The table is as high as its rows, up to this many; the rest scrolls."""
VIEWS = {"Summary": tables.SUMMARY, "Per epoch": tables.PER_EPOCH}
WIDTHS = {"Name": 120, "Fine-tuning": 86, "Learning rate": 102, "Train": 64, "Validation": 134, "Test": 134}
"""Pixels; with them the results and their marks fit beside the menu on a laptop."""
MARKS_HELP = (
    "synthetic: trained on drawn faces. random: VGG-16 started from random weights. local weights: it "
    "started from a file of this machine, not from ImageNet's weights."
)
CAPTION = (
    "Train, Validation and Test are accuracies at the best epoch: the one with the lowest validation loss, "
    "the earliest on a tie. n counts test images. Train is Keras's running mean, with dropout on."
)


def show_filters(summaries: Sequence[RunSummary]) -> list[RunSummary]:
    """Draw the search and the filters; gives the runs that fit. All of it stands in the address."""
    with st.container(horizontal=True):
        words = st.text_input(
            "Search",
            key="search",
            type="search",
            bind="query-params",
            live=True,
            label_visibility="collapsed",
            placeholder="Search: name, learning rate, data, mark …",
        )
        with st.popover("Filter", icon=":material/filter_list:"):
            states = st.multiselect(
                "State", _states(summaries), key="state", bind="query-params", format_func=_state_label
            )
            targets = st.multiselect(
                "Target", _targets(summaries), key="target", bind="query-params", format_func=attribute_words
            )
    return tables.matching(summaries, words, states, targets)


def show_sorting(summaries: Sequence[RunSummary]) -> tuple[list[RunSummary], list[tables.Column]]:
    """Draw what is shown and in which order; gives the runs in that order, and the columns."""
    labels = [column.label for column in tables.SORTABLE]
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control(
            "View",
            list(VIEWS),
            default="Summary",
            key="view",
            bind="query-params",
            required=True,
            label_visibility="collapsed",
        )
        with st.popover("Columns", icon=":material/view_column:"):
            others = [column.label for column in tables.ON_DEMAND]
            more = st.multiselect("Show besides", others, key="columns", bind="query-params")
        by = st.selectbox(
            "Sort by",
            labels,
            key="sort",
            bind="query-params",
            width=200,
            icon=":material/sort:",
            label_visibility="collapsed",
        )
        ascending = st.toggle("Ascending", key="ascending", bind="query-params")
    columns = [*VIEWS[view], *(column for column in tables.ON_DEMAND if column.label in more)]
    return tables.ordered(summaries, tables.SORTABLE[labels.index(by)], not ascending), columns


def show_table(
    summaries: Sequence[RunSummary], columns: Sequence[tables.Column], known: Sequence[str]
) -> None:
    """Draw the table; ticking rows chooses runs."""
    if not summaries:
        st.info(
            "No run fits the search and the filters. Clear them to see all.", icon=":material/search_off:"
        )
        return
    shown, key = [summary.id for summary in summaries], choice.table_key(summaries)
    chosen = choice.chosen_ids(known)
    st.dataframe(
        tables.table(summaries, columns),
        key=key,
        hide_index=True,
        height=ROW_PIXELS * (min(len(summaries), MOST_ROWS) + 1) + 3,
        on_select=lambda: _ticked(key, shown, known),
        selection_mode="multi-row",
        selection_default={
            "selection": {"rows": [shown.index(run_id) for run_id in chosen if run_id in shown]}
        },
        column_config=_column_config(),
        alt="Saved runs",
    )
    st.caption(CAPTION)


def show_damaged(summaries: Sequence[RunSummary]) -> None:
    """Name the runs that cannot be read, each with its reason."""
    damaged = [summary for summary in summaries if summary.state.state is State.DAMAGED]
    if not damaged:
        return
    with st.expander(f"{count(len(damaged), 'run')} cannot be read", icon=state_words(State.DAMAGED).icon):
        for summary in damaged:
            st.markdown(f"**{summary.id}**  \n{plain(summary.state.reason)}")


def _column_config() -> dict[str, object]:
    widths = {label: st.column_config.TextColumn(width=width) for label, width in WIDTHS.items()}
    return widths | {"Marks": st.column_config.TextColumn(help=MARKS_HELP)}


def _ticked(key: str, shown: Sequence[str], known: Sequence[str]) -> None:
    rows = st.session_state[key].selection.rows
    choice.choose(choice.after_selection(choice.chosen_ids(known), shown, rows))


def _states(summaries: Sequence[RunSummary]) -> list[str]:
    present = {summary.state.state for summary in summaries}
    return [state.value for state in State if state in present]


def _targets(summaries: Sequence[RunSummary]) -> list[str]:
    return sorted({summary.config.target for summary in summaries if summary.config})


def _state_label(state: str) -> str:
    return state_words(State(state)).label

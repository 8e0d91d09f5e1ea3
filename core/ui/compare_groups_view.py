"""The grouped table of Compare: ticking a group chooses its runs."""

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from core.runs.studies import Study
from core.ui import compare_choice as choice
from core.ui.compare_address import View
from core.ui.compare_groups import Group, by_settings, by_study, group_table
from core.ui.compare_view import MOST_ROWS, NO_FIT, ROW_PIXELS, Listing, set_ticks, table_key, ticked_rows

CAPTION = (
    "Mean and sample standard deviation (sd) of the accuracies at each run's best epoch; in brackets how "
    "many runs have one. The sd says how much single runs vary, and their test images where those differ."
)
MAX_GROUPS = 500
"""Rows of the grouped table; the rest is named, not drawn."""


def show_groups(listing: Listing, view: View, studies: Mapping[str, Study]) -> None:
    """Draw the runs found as groups, in the order of their first runs."""
    together = by_study(listing.runs, studies) if view.group == "study" else by_settings(listing.runs)
    groups, key = together[:MAX_GROUPS], table_key(view, 1)
    if not groups:
        st.info(NO_FIT, icon=":material/search_off:")
        return
    chosen = set(listing.chosen)
    set_ticks(key, [row for row, group in enumerate(groups) if {run.id for run in group.runs} <= chosen])
    st.dataframe(
        group_table(groups, settings=view.group == "settings"),
        key=key,
        hide_index=True,
        height=ROW_PIXELS * (min(len(groups), MOST_ROWS) + 1) + 3,
        on_select=lambda: _ticked(key, groups, listing.known),
        selection_mode="multi-row",
        column_config={"Group": st.column_config.TextColumn(pinned=True, width=210)},
        alt="Groups of runs",
    )
    more = f" The first {MAX_GROUPS} of {len(together):,} groups." if len(together) > MAX_GROUPS else ""
    st.caption(CAPTION + more)


def after_groups(chosen: Sequence[str], groups: Sequence[Group], rows: Sequence[int]) -> list[str]:
    """The choice once these groups are ticked: a group that was whole and is not ticked any more goes."""
    before = set(chosen)
    ticked = [run.id for row in rows if row < len(groups) for run in groups[row].runs]
    gone = {
        run.id
        for row, group in enumerate(groups)
        if row not in rows and {run.id for run in group.runs} <= before
        for run in group.runs
    }
    kept = [run_id for run_id in chosen if run_id not in gone]
    return kept + [run_id for run_id in ticked if run_id not in before]


def _ticked(key: str, groups: Sequence[Group], known: Collection[str]) -> None:
    choice.choose(after_groups(choice.chosen_ids(known), groups, ticked_rows(key)))

"""What can be done with the chosen runs: star, name, tag, note, delete. Above the table.

Errors stay until the choice changes: a rerun by itself must not wipe them away.
"""

import zlib
from collections.abc import Callable, Collection, Sequence

import streamlit as st

from core.access import Act
from core.runs import RunSummary
from core.runs.bulk import Outcome, each_of
from core.runs.notes import MAX_NAME, MAX_NOTE, MAX_TAGS, edit_notes
from core.runs.records import Notes
from core.ui import compare_choice as choice
from core.ui.compare_export import show_export
from core.ui.compare_trash import delete, show_trash_button
from core.ui.compare_view import Listing
from core.ui.formatting import count, plain
from core.ui.resources import store
from core.ui.rights import may, may_change

ERRORS = "compare errors"
MAX_ERRORS = 5
"""Refusals of a bulk action that are told one by one."""


def show_actions(chosen: Sequence[RunSummary], listing: Listing, tags: Collection[str]) -> None:
    """Draw the row of actions; `tags` are all that are in use, to choose from."""
    # Not to the right: there the table's own toolbar lies over the buttons.
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_counts(listing), width="content")
        if chosen and may_change(*chosen):
            _star_button(chosen)
            _edit_popover(chosen, list(tags))
            st.button("Delete", icon=":material/delete:", on_click=_delete, args=(chosen,))
        show_export(listing.runs, chosen)
        if may(Act.TRAIN):
            show_trash_button()
    _show_errors(chosen)


def _counts(listing: Listing) -> str:
    found, total = len(listing.runs), len(listing.known)
    runs = count(total, "run") if found == total else f"{found:,} of {count(total, 'run')}"
    if not listing.chosen:
        return f"{runs} · tick some to compare"
    hidden = len(set(listing.chosen) - {summary.id for summary in listing.runs})
    unseen = f", {hidden:,} of them hidden by the filters" if hidden else ""
    return f"{runs} · **{len(listing.chosen):,} chosen**{unseen}"


def _star_button(chosen: Sequence[RunSummary]) -> None:
    starred = all(summary.notes.star for summary in chosen)
    st.button(
        "Take the star away" if starred else "Star",
        icon=":material/star:" if starred else ":material/star_outline:",
        on_click=_each,
        args=(chosen, lambda run_id: edit_notes(store(), run_id, star=not starred)),
    )


def _edit_popover(chosen: Sequence[RunSummary], tags: Sequence[str]) -> None:
    with st.popover("Edit", icon=":material/edit:", key="compare edit"):
        if len(chosen) == 1:
            _notes_form(chosen[0], tags)
        else:
            _tags_form(chosen, tags)


def _notes_form(summary: RunSummary, tags: Sequence[str]) -> None:
    notes = summary.notes
    # Another content makes other fields: what somebody else wrote meanwhile is shown, not written over.
    key = f"{summary.id} {zlib.crc32(repr((notes.name, notes.tags, notes.note)).encode())}"
    with st.form(f"compare notes {key}", border=False):
        st.text_input("Name", notes.name, max_chars=MAX_NAME, key=f"compare name {key}")
        st.multiselect(
            "Tags",
            sorted({*tags, *notes.tags}, key=str.casefold),
            default=list(notes.tags),
            accept_new_options=True,
            max_selections=MAX_TAGS,
            key=f"compare tags {key}",
            placeholder="Choose or write a tag",
        )
        st.text_area("Note", notes.note, max_chars=MAX_NOTE, key=f"compare note {key}")
        st.form_submit_button("Save", icon=":material/save:", on_click=_save, args=(summary, key))


def _tags_form(chosen: Sequence[RunSummary], tags: Sequence[str]) -> None:
    ids = [summary.id for summary in chosen]
    key = str(zlib.crc32(",".join(ids).encode()))
    present = sorted({tag for summary in chosen for tag in summary.notes.tags}, key=str.casefold)
    with st.form(f"compare tags {key}", border=False):
        st.multiselect(
            f"Give these {len(chosen)} runs the tags",
            tags,
            accept_new_options=True,
            key=f"compare add {key}",
            placeholder="Choose or write a tag",
        )
        st.multiselect("Take away the tags", present, key=f"compare remove {key}", placeholder="Choose a tag")
        st.form_submit_button("Save", icon=":material/save:", on_click=_save_tags, args=(chosen, key))


def _save(summary: RunSummary, key: str) -> None:
    seen: Notes = summary.notes
    tags = st.session_state[f"compare tags {key}"]
    _each(
        [summary],
        lambda run_id: edit_notes(
            store(),
            run_id,
            name=st.session_state[f"compare name {key}"],
            note=st.session_state[f"compare note {key}"],
            add_tags=[tag for tag in tags if tag not in seen.tags],
            remove_tags=[tag for tag in seen.tags if tag not in tags],
            seen=seen,
        ),
    )


def _save_tags(chosen: Sequence[RunSummary], key: str) -> None:
    add, remove = st.session_state[f"compare add {key}"], st.session_state[f"compare remove {key}"]
    _each(chosen, lambda run_id: edit_notes(store(), run_id, add_tags=add, remove_tags=remove))


def _each(chosen: Sequence[RunSummary], act: Callable[[str], object]) -> None:
    outcome = each_of([summary.id for summary in chosen], act)
    _remember(outcome, [summary.id for summary in chosen])
    if outcome.done:
        st.toast(f"Saved: {count(len(outcome.done), 'run')}.", icon=":material/check:")


def _delete(chosen: Sequence[RunSummary]) -> None:
    ids = [summary.id for summary in chosen]
    outcome = delete(ids)
    left = [run_id for run_id in ids if run_id in outcome.failed]
    choice.choose(left)
    _remember(outcome, left)


def _remember(outcome: Outcome, chosen: Sequence[str]) -> None:
    st.session_state[ERRORS] = (list(chosen), list(outcome.failed.values()))


def _show_errors(chosen: Sequence[RunSummary]) -> None:
    ids, errors = st.session_state.get(ERRORS, ([], []))
    if not errors:
        return
    if ids != [summary.id for summary in chosen]:
        del st.session_state[ERRORS]
        return
    more = len(errors) - MAX_ERRORS
    lines = [plain(error) for error in errors[:MAX_ERRORS]] + ([f"And {more:,} more."] if more > 0 else [])
    st.error("  \n".join(lines), icon=":material/error:")

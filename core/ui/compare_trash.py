"""Deleted runs on Compare: the banner that takes a deletion back, and the trash itself."""

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from core.errors import LineamentError
from core.runs.bulk import Outcome, each_of
from core.runs.trash import DeletedRun
from core.ui import compare_choice as choice
from core.ui.formatting import count, plain, size, when
from core.ui.resources import settings, trash

UNDO = "compare undo"
REFUSED, OPEN = "compare trash refused", "compare trash open"
MOST_ROWS, ROW_PIXELS = 8, 35


def delete(run_ids: Sequence[str]) -> Outcome:
    """Move runs to the trash, and let `show_undo` offer to bring them back."""
    outcome = each_of(run_ids, trash().delete)
    if outcome.done:
        st.session_state[UNDO] = outcome.done
    return outcome


def show_undo() -> None:
    """Draw the banner after a deletion, while there is something to take back."""
    deleted = [run_id for run_id in st.session_state.get(UNDO, ()) if _is_there(run_id)]
    if not deleted:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="compare undo banner"):
        st.markdown(f":material/delete: {count(len(deleted), 'run')} moved to the trash.", width="content")
        st.button("Undo", icon=":material/undo:", on_click=_undo, args=(deleted,))
        st.button("Dismiss", type="tertiary", on_click=_forget)


def show_unknown(known: Collection[str]) -> None:
    """Say which ids of the address name no run, and which of those lie in the trash."""
    unknown = choice.unknown_ids(known)
    if not unknown:
        return
    deleted = [run_id for run_id in unknown[: choice.MAX_CHOSEN] if _is_there(run_id)]
    if others := len(unknown) - len(deleted):
        names = "name" if others > 1 else "names"
        st.warning(f"{count(others, 'id')} in the address {names} no run here.")
    if deleted and not st.session_state.get(UNDO):
        were = "were" if len(deleted) > 1 else "was"
        st.warning(f"{count(len(deleted), 'run')} of the address {were} deleted. The trash has it still.")


def show_trash_button() -> None:
    """Draw the button that opens the trash."""
    st.button("Trash", icon=":material/auto_delete:", type="tertiary", on_click=_set_open, args=(True,))
    if st.session_state.get(OPEN):
        _trash_dialog()


def _set_open(is_open: bool = False) -> None:
    # A page that renews itself would close a dialog that is not asked for in each run.
    st.session_state[OPEN] = is_open


@st.dialog("Trash", width="medium", on_dismiss=_set_open)
def _trash_dialog() -> None:
    runs = trash().list_deleted()
    if said := st.session_state.pop(REFUSED, ""):
        st.error(said)
    if not runs:
        st.write("The trash is empty. A run that you delete comes here first.")
        return
    st.caption(_kept_words())
    ticked = _trash_table(runs) or []
    few = [runs[row] for row in ticked if row < len(runs)]
    what = count(len(few), "run") if few else f"all {count(len(runs), 'run')}"
    ids = [run.id for run in few or runs]
    with st.container(horizontal=True, vertical_alignment="center"):
        restored = st.button(f"Restore {what}", icon=":material/restore_from_trash:")
        sure = st.checkbox("I know that this cannot be undone")
        gone = st.button(f"Delete {what} for good", icon=":material/delete_forever:", disabled=not sure)
    if restored:
        _do(ids, trash().restore)
    if gone:
        _do(ids, trash().delete_for_good)


def _trash_table(runs: Sequence[DeletedRun]) -> list[int]:
    event = st.dataframe(
        {
            "Run": [run.title for run in runs],
            "Deleted": [when(run.deleted_at.isoformat()) for run in runs],
            "Size": [size(run.bytes) for run in runs],
            "Id": [run.id for run in runs],
        },
        hide_index=True,
        height=ROW_PIXELS * (min(len(runs), MOST_ROWS) + 1) + 3,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"compare trash {hash(tuple(run.id for run in runs))}",
    )
    return event["selection"]["rows"]


def _kept_words() -> str:
    days = settings().trash_days
    kept = (
        f"They go for good after {count(days, 'day')}."
        if days
        else "They stay until you delete them for good."
    )
    return f"{kept} Without a tick, the buttons are for all."


def _do(ids: Sequence[str], act: Callable[[str], object]) -> None:
    """Act on deleted runs, then show what is left, and what was refused."""
    outcome = each_of(ids, act)
    st.session_state[REFUSED] = "  \n".join(plain(error) for error in outcome.failed.values())
    st.rerun()


def _undo(run_ids: Sequence[str]) -> None:
    outcome = each_of(run_ids, trash().restore)
    st.session_state[UNDO] = list(outcome.failed)
    for error in outcome.failed.values():
        st.toast(plain(error), icon=":material/error:")
    choice.choose(outcome.done)


def _forget() -> None:
    st.session_state.pop(UNDO, None)


def _is_there(run_id: str) -> bool:
    try:
        trash().get(run_id)
    except LineamentError:
        return False
    return True

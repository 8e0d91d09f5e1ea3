"""Which runs are chosen on Compare. The choice stands in the address, `?runs=a,b`, and nowhere else."""

from collections.abc import Sequence

import streamlit as st

from core.runs import RunSummary

PARAMETER = "runs"
_TABLE = "compare_table"


def chosen_ids(known: Sequence[str]) -> list[str]:
    """The ids of the address that name a run, in its order, each once."""
    asked = st.query_params.get(PARAMETER, "").split(",")
    return [run_id for run_id in dict.fromkeys(asked) if run_id in set(known)]


def unknown_ids(known: Sequence[str]) -> list[str]:
    """What the address asks for that is no run."""
    asked = st.query_params.get(PARAMETER, "").split(",")
    return [run_id for run_id in dict.fromkeys(asked) if run_id and run_id not in set(known)]


def choose(run_ids: Sequence[str]) -> None:
    """Write the choice into the address."""
    if run_ids:
        st.query_params[PARAMETER] = ",".join(run_ids)
    else:
        st.query_params.pop(PARAMETER, None)


def clear() -> None:
    """Choose none, and let the table forget its ticks."""
    choose([])
    st.session_state[_TABLE] = st.session_state.get(_TABLE, 0) + 1


def after_selection(chosen: Sequence[str], shown: Sequence[str], rows: Sequence[int]) -> list[str]:
    """The choice once `rows` of the runs shown are ticked; what a filter hides stays chosen.

    Args:
        chosen: ids chosen before.
        shown: ids of the table's rows, top to bottom.
        rows: positions ticked in that table.
    """
    ticked = [shown[row] for row in rows if row < len(shown)]
    kept = [run_id for run_id in chosen if run_id in ticked or run_id not in shown]
    return kept + [run_id for run_id in ticked if run_id not in kept]


def table_key(summaries: Sequence[RunSummary]) -> str:
    """A widget key for the table of just these runs: positions ticked in another must not carry over."""
    ids = ",".join(summary.id for summary in summaries)
    return f"{_TABLE} {st.session_state.get(_TABLE, 0)} {hash(ids)}"

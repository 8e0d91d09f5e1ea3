"""Which runs are chosen on Compare. The choice stands in the address, `?runs=a,b`, and nowhere else."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.ui.formatting import count

PARAMETER = "runs"
MAX_CHOSEN = 200
"""More ids make an address that browsers and proxies cut off."""
_TOO_MANY = "compare too many chosen"


def chosen_ids(known: Collection[str]) -> list[str]:
    """The ids of the address that name a run, in its order, each once."""
    return [run_id for run_id in _asked() if run_id in known][:MAX_CHOSEN]


def unknown_ids(known: Collection[str]) -> list[str]:
    """What the address asks for that is no run."""
    return [run_id for run_id in _asked() if run_id not in known]


def choose(run_ids: Sequence[str]) -> None:
    """Write the choice into the address, MAX_CHOSEN at most; `warn_of_too_many` then says so."""
    st.session_state[_TOO_MANY] = max(0, len(run_ids) - MAX_CHOSEN)
    if run_ids:
        st.query_params[PARAMETER] = ",".join(run_ids[:MAX_CHOSEN])
    else:
        st.query_params.pop(PARAMETER, None)


def clear() -> None:
    """Choose none."""
    choose([])


def warn_of_too_many() -> None:
    """Draw how many runs were left out of the last choice, if any."""
    if left_out := st.session_state.pop(_TOO_MANY, 0):
        st.warning(
            f"At most {MAX_CHOSEN} runs can be chosen at once; {count(left_out, 'run')} of the last choice "
            "stayed out. Filter first, then choose."
        )


def after_selection(chosen: Sequence[str], shown: Sequence[str], rows: Sequence[int]) -> list[str]:
    """The choice once `rows` of the runs shown are ticked; what a filter hides stays chosen.

    Args:
        chosen: ids chosen before.
        shown: ids of the table's rows, top to bottom.
        rows: positions ticked in that table.
    """
    ticked = [shown[row] for row in rows if row < len(shown)]
    hidden = set(chosen) - set(shown)
    kept = [run_id for run_id in chosen if run_id in hidden or run_id in ticked]
    return kept + [run_id for run_id in ticked if run_id not in kept]


def _asked() -> list[str]:
    asked = st.query_params.get(PARAMETER, "").split(",")
    return [run_id for run_id in dict.fromkeys(asked) if run_id]

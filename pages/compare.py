"""Compare: all saved runs in one table; those that are ticked, side by side. The choice is in the address."""

import streamlit as st

from core.ui.compare_choice import chosen_ids, unknown_ids
from core.ui.compare_chosen import show_chosen
from core.ui.compare_view import show_damaged, show_filters, show_sorting, show_table
from core.ui.empty import first_step
from core.ui.formatting import count
from core.ui.resources import store

st.title("Compare", anchor=False)

runs = {summary.id: summary for summary in store().list_runs()}
if unknown := unknown_ids(list(runs)):
    names = "name" if len(unknown) > 1 else "names"
    st.warning(f"{count(len(unknown), 'id')} in the address {names} no run here.")
if not runs:
    first_step(
        "No runs yet",
        "Train one, and it appears here with its curves and accuracies. The quick look takes about a minute.",
        page="train",
        label="Train a first run",
        icon=":material/model_training:",
    )
    st.stop()

found = show_filters(list(runs.values()))
in_order, columns = show_sorting(found)
show_table(in_order, columns, list(runs))
show_damaged(list(runs.values()))
show_chosen([runs[run_id] for run_id in chosen_ids(list(runs))])

"""Compare: all saved runs in one table; those that are ticked, side by side. The view is in the address."""

import streamlit as st

from core.ui.compare_actions import show_actions
from core.ui.compare_choice import chosen_ids, warn_of_too_many
from core.ui.compare_chosen import show_chosen
from core.ui.compare_filters import show_controls
from core.ui.compare_groups_view import show_groups
from core.ui.compare_live import follow_changes
from core.ui.compare_search import choices_among, matching
from core.ui.compare_study import show_study
from core.ui.compare_trash import show_trash_button, show_undo, show_unknown
from core.ui.compare_view import listing_of, show_damaged, show_table
from core.ui.empty import first_step
from core.ui.resources import changes, store, studies_of_runs

st.title("Compare", anchor=False)

seen = changes().version()
runs = {summary.id: summary for summary in store().list_runs()}
studies = studies_of_runs()
follow_changes(seen, runs)
show_undo()
show_unknown(runs)
if not runs:
    first_step(
        "No runs yet",
        "Train one, and it appears here with its curves and accuracies. The quick look takes about a minute.",
        page="train",
        label="Train a first run",
        icon=":material/model_training:",
    )
    show_trash_button()
    st.stop()

choices = choices_among(list(runs.values()), studies)
view = show_controls(choices)
found = matching(list(runs.values()), view, studies)
chosen = [runs[run_id] for run_id in chosen_ids(runs)]
listing = listing_of(found, view, chosen, runs)
warn_of_too_many()
show_actions(chosen, listing, choices.tags)
if view.group:
    show_groups(listing, view, studies)
else:
    show_table(listing, view)
show_damaged(list(runs.values()))
show_study(view, studies, folded=bool(chosen))
show_chosen(chosen)

"""What was wrong with a data set but did not stop it: one line above the fold, the whole list in a tab."""

import streamlit as st

from core.data import FaceDataset, Problem
from core.data.sources import Source
from core.ui import formatting
from core.ui.dataset_open import check_now

MAX_ITEMS = 1_000
"""Names listed under one problem; its message has the whole count."""


def problems_line(dataset: FaceDataset) -> None:
    """Draw one line when there are problems: how many, and the first."""
    if dataset.problems:
        found = formatting.count(len(dataset.problems), "problem")
        first = formatting.plain(dataset.problems[0].message)
        st.markdown(f":orange-badge[:material/warning: {found}] {first}")


def problems_tab(dataset: FaceDataset, source: Source) -> None:
    """Draw every problem with the files or rows concerned, and what was looked at."""
    for problem in dataset.problems:
        _problem(problem)
    if dataset.checked:
        st.write(f"Every image was decoded: {formatting.count(len(dataset), 'image')} can be used.")
    elif not dataset.synthetic:
        st.write("The labels were read and the images listed; whether each image decodes has not been tried.")
        if st.button("Decode every image", icon=":material/fact_check:"):
            check_now(source)
    if not dataset.problems:
        st.write("No problems found.")


def _problem(problem: Problem) -> None:
    with st.container(border=True):
        st.markdown(formatting.plain(problem.message))
        if problem.items:
            shown = list(problem.items[:MAX_ITEMS])
            rest = len(problem.items) - len(shown)
            with st.expander(f"{formatting.count(len(problem.items), 'entry', 'entries')}"):
                st.dataframe({"Concerned": shown}, hide_index=True)
                if rest:
                    st.caption(f"{rest:,} more are not listed.")

"""What is wrong with a data set but does not stop it: one line above the fold, the rest in a tab."""

import streamlit as st

from core.data import FaceDataset, Problem
from core.data.associations import leanings_on
from core.data.leaning_words import warning_words
from core.data.sources import Source
from core.ui import formatting
from core.ui.dataset_image_problems import show_image_problems
from core.ui.dataset_label_problems import show_label_problems
from core.ui.dataset_open import check_now
from core.ui.dataset_split_problems import show_split_problems

WORTH_A_WARNING = 0.2
"""Size of phi from which what leans on the target is told above the fold."""
MAX_ITEMS = 1_000
"""Names listed under one problem; its message has the whole count."""


def problems_line(dataset: FaceDataset, target: str) -> None:
    """Draw one line of warnings: what opening found, else what leans most on the target."""
    if dataset.problems:
        found = formatting.count(len(dataset.problems), "problem")
        first = formatting.plain(dataset.problems[0].message)
        st.markdown(f":orange-badge[:material/warning: {found}] {first}")
        return
    leaning = next(iter(leanings_on(dataset, target, 1)), None)
    if leaning is not None and abs(leaning.phi) >= WORTH_A_WARNING:
        st.caption(f":material/warning: {formatting.plain(warning_words(leaning))}")


def problems_title(dataset: FaceDataset) -> str:
    """What the tab is called: with the number of what was found while the data set was opened."""
    return f"Problems ({len(dataset.problems)})" if dataset.problems else "Problems"


def problems_tab(dataset: FaceDataset, source: Source, target: str) -> None:
    """Draw what will go wrong, of one kind at a time: labels, images, the split, and what was read."""
    kind = st.segmented_control(
        "Kind of problem",
        list(KINDS),
        default="Reading" if dataset.problems else next(iter(KINDS)),
        required=True,
        key="kind of problem",
        label_visibility="collapsed",
    )
    KINDS[kind](dataset, source, target)


def _reading(dataset: FaceDataset, source: Source, target: str) -> None:
    """Every problem that opening found, with the files or rows concerned, and what was looked at."""
    for problem in dataset.problems:
        _problem(problem)
    if dataset.checked:
        st.write(f"Every image was decoded: {formatting.count(len(dataset), 'image')} can be used.")
    elif not dataset.synthetic:
        st.write("The labels were read and the images listed; whether each image decodes has not been tried.")
        if st.button("Decode every image", icon=":material/fact_check:"):
            check_now(source)
    if not dataset.problems:
        st.write("Opening it found no problems.")


def _images(dataset: FaceDataset, source: Source, target: str) -> None:
    show_image_problems(dataset, source)


def _split(dataset: FaceDataset, source: Source, target: str) -> None:
    show_split_problems(dataset, source)


KINDS = {"Labels": show_label_problems, "Images": _images, "Split": _split, "Reading": _reading}
"""The kinds of problems by what they are called, and what draws each."""


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

"""What is wrong with a data set but does not stop it: one line above the fold, the rest in a tab."""

import streamlit as st

from core.data import FaceDataset, Problem
from core.data.associations import leanings_on
from core.data.leaning_words import warning_words
from core.data.problems import Tally, tally_words
from core.data.sources import Source
from core.runs.label_findings import findings
from core.ui import formatting
from core.ui.dataset_address import follow, start, write
from core.ui.dataset_found import found_already
from core.ui.dataset_image_problems import show_image_problems
from core.ui.dataset_label_problems import show_label_problems
from core.ui.dataset_open import check_now
from core.ui.dataset_split_problems import show_split_problems
from core.ui.resources import settings

WORTH_A_WARNING = 0.2
"""Size of phi from which what leans on the target is told above the fold."""
PROBLEM, KIND = "problem", "kind of problem"
"""What the kind shown is called in the address, and the key of its control."""
MAX_ITEMS = 1_000
"""Names listed under one problem; its message has the whole count."""


def problems_line(dataset: FaceDataset, source: Source, target: str) -> None:
    """Draw one line of warnings: what is known to be found, else what leans most on the target."""
    found = found_already(dataset, source, target)
    if found.total:
        st.markdown(f":orange-badge[:material/warning: {found.total:,} found] {line_words(dataset, found)}")
        return
    leaning = next(iter(leanings_on(dataset, target, 1)), None)
    if leaning is not None and abs(leaning.phi) >= WORTH_A_WARNING:
        st.caption(f":material/warning: {formatting.plain(warning_words(leaning))}")


def line_words(dataset: FaceDataset, found: Tally) -> str:
    """What was found in figures, the first sentence of what else is wrong, and what to do about persons."""
    parts = [tally_words(found)] if tally_words(found) else []
    rest = [problem for problem in dataset.problems if problem.kind != "shared_persons"]
    parts += [formatting.plain(rest[0].message)] if rest else []
    more = [formatting.count(len(rest) - 1, "more problem")] if len(rest) > 1 else []
    advice = ["Choose the split by person on Train."] if found.persons else []
    return " · ".join([*parts, *more, *advice])


def problems_title(dataset: FaceDataset, source: Source, target: str) -> str:
    """What the tab is called: with the number of what is known to be found."""
    found = found_already(dataset, source, target).total
    return f"Problems ({found:,})" if found else "Problems"


def problems_tab(dataset: FaceDataset, source: Source, target: str) -> None:
    """Draw what will go wrong, of one kind at a time: labels, images, the split, and what was read."""
    default = first_kind(dataset, found_already(dataset, source, target), target)
    follow(PROBLEM, list(KINDS), default, key=KIND)
    kind = st.segmented_control(
        "Kind of problem",
        list(KINDS),
        default=start(PROBLEM, list(KINDS), default, key=KIND),
        format_func=lambda kind: kind.capitalize(),
        required=True,
        key=KIND,
        label_visibility="collapsed",
    )
    write(PROBLEM, kind, default=default)
    KINDS[kind](dataset, source, target)


def first_kind(dataset: FaceDataset, found: Tally, target: str) -> str:
    """The first of KINDS with something to show; the labels where there is nothing yet."""
    known = {
        "labels": bool(findings(dataset, target, settings())),
        "images": bool(found.pairs or found.poor),
        "split": found.persons > 0,
        "reading": found.others > 0,
    }
    return next((kind for kind, there in known.items() if there), "labels")


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


KINDS = {"labels": show_label_problems, "images": _images, "split": _split, "reading": _reading}
"""The kinds of problems by their word in the address, and what draws each."""


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

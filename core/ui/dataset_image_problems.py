"""Images that will make trouble: what `core.data.problems` finds among them, with counts and galleries."""

import streamlit as st

from core.data import FaceDataset
from core.data.problems import Finding, disagreeing
from core.data.sources import Source
from core.ui.dataset_found import find_image_problems
from core.ui.dataset_grid import pages
from core.ui.dataset_pairs import show_pairs
from core.ui.formatting import plain

WORDS = {
    "exact_duplicates": "Exact duplicates",
    "near_duplicates": "Near duplicates",
    "disagreeing": "Duplicates that disagree",
    "dark": "Very dark",
    "blurred": "Blurred",
    "off_centre": "Perhaps off-centre",
    "odd_sized": "Odd-sized",
    "unreadable": "Unreadable",
}
LISTED = 500
"""Names of unreadable images listed; their problem has the count."""


@st.fragment
def show_image_problems(dataset: FaceDataset, source: Source) -> None:
    """Draw how many images there are of each kind of trouble, and a gallery of the kind chosen."""
    found = find_image_problems(dataset, source, key="look at images")
    if found is None:
        return
    target = _target(dataset)
    disagree = [disagreeing(dataset, found[kind], target) for kind in ("exact_duplicates", "near_duplicates")]
    unreadable = next((problem for problem in dataset.problems if problem.kind == "unreadable"), None)
    counts = {kind: len(finding) for kind, finding in found.items()}
    counts |= {"disagreeing": sum(map(len, disagree))}
    counts |= {"unreadable": len(unreadable.items) if unreadable else 0}
    kind = st.segmented_control(
        "Kind of trouble",
        [kind for kind in WORDS if counts[kind]],
        format_func=lambda kind: f"{WORDS[kind]} ({counts[kind]:,})",
        key=f"image problems of {source.id}",
        label_visibility="collapsed",
        wrap=True,
    )
    none = [WORDS[kind].lower() for kind in WORDS if not counts[kind]]
    if none:
        st.caption(f"None: {', '.join(none)}.")
    if kind == "unreadable":
        st.markdown(plain(unreadable.message))
        st.dataframe({"Concerned": list(unreadable.items[:LISTED])}, hide_index=True)
    elif kind == "disagreeing":
        for finding in disagree:
            _gallery(dataset, finding, target)
    elif kind:
        _gallery(dataset, found[kind], target)


def _gallery(dataset: FaceDataset, finding: Finding, target: str) -> None:
    if len(finding):
        st.markdown(plain(finding.message))
        if len(finding.pairs):
            show_pairs(dataset, finding.pairs, target, key=finding.kind)
        else:
            pages(dataset, finding.rows, target, key=finding.kind)


def _target(dataset: FaceDataset) -> str:
    """The target chosen on the page, where the data set has it."""
    chosen = st.session_state.get("target")
    return chosen if chosen in dataset.attributes else dataset.attributes[0]

"""Whether training and test share what they must not, which splits there are, and which runs used which."""

import pandas as pd
import streamlit as st

from core.data import SPLITS, FaceDataset, split_fingerprint, with_split
from core.data.problems import across_splits, persons_across_splits
from core.data.sources import Source
from core.data.summary import SHOWN_SEED
from core.errors import DataError
from core.runs import RunSummary
from core.ui.dataset_found import find_image_problems
from core.ui.dataset_pairs import show_pairs
from core.ui.formatting import SPLIT_WORDS, count, plain
from core.ui.resources import store
from core.ui.vocabulary import SPLIT_KINDS

MEANS = {
    "official": "As the data set was published; results compare with those of others.",
    "person": "80/10/10, each person in one split: the test asks about people the model never saw.",
    "random": "80/10/10, whoever is on an image: one person may be in training and test, which flatters.",
}
DRAWN = "As the faces were drawn: the same for every run on them; it says nothing of photographs."
LISTED = 500
"""Persons listed; the sentence above has the count."""


@st.fragment
def show_split_problems(dataset: FaceDataset, source: Source) -> None:
    """Draw the kinds of split with the runs that used them, shared persons, and duplicates across splits."""
    target = st.session_state.get("target")
    target = target if target in dataset.attributes else dataset.attributes[0]
    kind = st.segmented_control(
        "Kind of split",
        list(MEANS),
        default="official" if dataset.official_split else "person",
        format_func=SPLIT_KINDS.get,
        required=True,
        key=f"split kind of {source.id}",
    )
    st.caption(split_words(kind, dataset))
    try:
        split = with_split(dataset, target, seed=SHOWN_SEED, kind=kind)
    except DataError as error:
        st.info(plain(str(error)))
        return
    sizes = "  ·  ".join(f"{SPLIT_WORDS[name]} {len(split.split_rows(name)):,}" for name in SPLITS)
    seed = "" if split.official_split else f" (balanced on {plain(target)}, seed {SHOWN_SEED})"
    st.markdown(f"{sizes}{seed}")
    _show_runs(split, source)
    _show_persons(split)
    _show_duplicates(split, source, target)


def split_words(kind: str, dataset: FaceDataset) -> str:
    """What a kind of split means; drawn faces were published by nobody."""
    return DRAWN if kind == "official" and dataset.synthetic else MEANS[kind]


def runs_by_split(
    summaries: list[RunSummary], location: str, fingerprint: str
) -> tuple[list[RunSummary], int]:
    """Runs on the data set at `location` made with the split of that fingerprint; and how many with others.

    Runs that have not read their data yet are in neither.
    """
    of_this = [
        one for one in summaries if one.config and one.config.data == location and one.environment is not None
    ]
    same = [one for one in of_this if one.environment.data.split_fingerprint == fingerprint]
    return same, len(of_this) - len(same)


def _show_runs(split: FaceDataset, source: Source) -> None:
    same, others = runs_by_split(store().list_runs(), str(source.location), split_fingerprint(split))
    st.markdown(
        f"**Runs.** {count(len(same), 'run')} used exactly this split and can be compared with each other; "
        f"{count(others, 'run')} on this data set used another kind, seed, target or limit."
    )
    if same:
        with st.expander("Runs with this split"):
            st.dataframe(
                {"Run": [run.title for run in same], "Id": [run.id for run in same]}, hide_index=True
            )


def _show_persons(split: FaceDataset) -> None:
    finding, table = persons_across_splits(split)
    if table.empty:
        known = (split.frame["person_id"] >= 0).any()
        words = "No person is in more than one split." if known else "Who is on the images is not known."
        st.markdown(f"**Persons.** {words}")
        return
    st.markdown(f"**Persons.** {plain(finding.message)}")
    with st.expander(count(len(table), "person", "persons")):
        st.dataframe(_persons(table), hide_index=True)


def _persons(table: pd.DataFrame) -> pd.DataFrame:
    return table.head(LISTED).rename(columns={"person_id": "Person", **SPLIT_WORDS})


def _show_duplicates(split: FaceDataset, source: Source, target: str) -> None:
    found = find_image_problems(split, source, key="look at images for splits")
    if found is None:
        return
    for kind in ("exact_duplicates", "near_duplicates"):
        shared = across_splits(split, found[kind])
        words = "Exact duplicates" if kind == "exact_duplicates" else "Near duplicates"
        if not len(shared):
            st.markdown(f"**{words}** across splits: none.")
            continue
        st.markdown(f"**{words}.** {plain(shared.message)}")
        show_pairs(split, shared.pairs, target, key=shared.kind)

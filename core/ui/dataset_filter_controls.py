"""The controls above the faces: which attributes they must have or lack, split, person, id.

The address is the truth, as on Compare: each run sets the controls from it, and a control that is changed
writes it. So a filtered view can be linked, and back and forward work.
"""

from typing import Any

import streamlit as st

from core.data import NO_PERSON, FaceDataset
from core.ui.dataset_filters import MAX_PERSON, MAX_WORDS, Filters, current, go
from core.ui.formatting import SPLIT_WORDS, attribute_words, plain


def show_filters(dataset: FaceDataset) -> Filters:
    """Draw the controls; gives the filters that the address asks for, and says what of it cannot be."""
    filters, refused = current(dataset.attributes)
    if refused:
        st.warning(
            plain(f"The address asks for what is not here, and it was left out: {', '.join(refused)}.")
        )
    label = f"Filter ({filters.count})" if filters.count else "Filter"
    with st.popover(label, icon=":material/filter_list:", key="face filters"):
        _attributes("Labelled with", "present", filters, dataset)
        _attributes("Labelled without", "absent", filters, dataset)
        _split(filters, dataset)
        _person(filters, dataset)
        st.text_input(
            "Image id",
            type="search",
            live=True,
            max_chars=MAX_WORDS,
            placeholder="A part of it",
            **_bound("words", filters.words, dataset),
        )
        st.button("Show all images", disabled=not filters.count, on_click=lambda: go(Filters()))
    return filters


def _attributes(label: str, part: str, filters: Filters, dataset: FaceDataset) -> None:
    st.multiselect(
        label,
        dataset.attributes,
        format_func=attribute_words,
        placeholder="Any",
        **_bound(part, list(getattr(filters, part)), dataset),
    )


def _split(filters: Filters, dataset: FaceDataset) -> None:
    present = [
        split for split in SPLIT_WORDS if filters.split == split or (dataset.frame["split"] == split).any()
    ]
    if present:
        st.selectbox(
            "Split",
            ["", *present],
            format_func=lambda split: SPLIT_WORDS.get(split, "Any"),
            **_bound("split", filters.split, dataset),
        )


def _person(filters: Filters, dataset: FaceDataset) -> None:
    if filters.person is not None or (dataset.frame["person_id"].to_numpy() != NO_PERSON).any():
        st.number_input(
            "Person",
            0,
            MAX_PERSON,
            step=1,
            placeholder="Any",
            **_bound("person", filters.person, dataset),
        )


def _bound(part: str, value: Any, dataset: FaceDataset) -> dict[str, Any]:
    """What makes a control show a part of the filters and write it into the address when it is changed."""
    key = f"faces {part}"
    # Set only where it differs: setting it anew would take back what is being typed.
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return {"key": key, "on_change": _changed, "args": (part, dataset.attributes)}


def _changed(part: str, attributes: tuple[str, ...]) -> None:
    value = st.session_state[f"faces {part}"]
    # The address is read anew: since this control was drawn another one may have changed it.
    filters, _ = current(attributes)
    go(filters, **{part: tuple(value) if isinstance(value, list) else value})

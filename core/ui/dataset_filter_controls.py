"""The controls above the faces: which attributes they must have or lack, split, person, id.

The address is the truth, as on Compare: each run sets the controls from it, and a control that is changed
writes it. So a filtered view can be linked, and back and forward work.
"""

from typing import Any

import streamlit as st

from core.data import NO_PERSON, FaceDataset
from core.ui.dataset_filters import MAX_WORDS, Filters, current, go, is_person
from core.ui.formatting import SPLIT_WORDS, attribute_words, plain

WIDTH = 420
"""Pixels of what opens; a phone has less, and there the fields stand below each other."""
NOTE = "note on the filters"
"""Where the session keeps what the next drawing of the controls says once."""
BOTH_WAYS = {"present": "absent", "absent": "present"}


def show_filters(dataset: FaceDataset) -> Filters:
    """Draw the controls; gives the filters that the address asks for, and says what of it cannot be."""
    filters, refused = current(dataset.attributes)
    if refused:
        st.warning(
            plain(f"The address asks for what is not here, and it was left out: {', '.join(refused)}.")
        )
    label = f"Filter ({filters.count})" if filters.count else "Filter"
    place = st.popover(label, icon=":material/filter_list:", key="face filters")
    # Of one width, or it grows with what is chosen.
    with place, st.container(width=WIDTH):
        _draw(filters, dataset)
    return filters


def _draw(filters: Filters, dataset: FaceDataset) -> None:
    """The attributes stand last and side by side: a list that stays open for more covers no other field."""
    if note := st.session_state.pop(NOTE, ""):
        st.caption(f":material/info: {plain(note)}")
    st.text_input(
        "Image id",
        type="search",
        live=True,
        max_chars=MAX_WORDS,
        placeholder="A part of it",
        **_bound("words", filters.words, dataset),
    )
    for left, right in ((_split, _person), (_present, _absent)):
        columns = st.columns(2, gap="small")
        with columns[0]:
            left(filters, dataset)
        with columns[1]:
            right(filters, dataset)
    st.button("Show all images", disabled=not filters.count, on_click=lambda: go(Filters()))


def _present(filters: Filters, dataset: FaceDataset) -> None:
    _attributes("Labelled with", "present", filters, dataset)


def _absent(filters: Filters, dataset: FaceDataset) -> None:
    _attributes("Labelled without", "absent", filters, dataset)


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
    # Text, not Streamlit's field for numbers: that makes 5 of 5.7 without a word.
    if filters.person is not None or (dataset.frame["person_id"].to_numpy() != NO_PERSON).any():
        shown = "" if filters.person is None else str(filters.person)
        st.text_input("Person", placeholder="A number", max_chars=16, **_bound("person", shown, dataset))


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
    if part == "person":
        value = _typed_person(value.strip(), filters.person)
    elif part in BOTH_WAYS:
        value = tuple(value)
        _note_moved(value, getattr(filters, BOTH_WAYS[part]), part)
    go(filters, **{part: value})


def _typed_person(typed: str, before: int | None) -> int | None:
    """The number typed; what is none leaves the filter as it was, and is said."""
    if not typed:
        return None
    if is_person(typed):
        return int(typed)
    st.session_state[NOTE] = f"{typed} is no person's number: give digits alone, such as 12."
    return before


def _note_moved(chosen: tuple[str, ...], others: tuple[str, ...], part: str) -> None:
    """Say which attributes the other field loses: none can be asked for both ways."""
    moved = [attribute_words(name) for name in chosen if name in others]
    if moved:
        other = "with" if part == "absent" else "without"
        st.session_state[NOTE] = f"{', '.join(moved)}: taken out of Labelled {other}."

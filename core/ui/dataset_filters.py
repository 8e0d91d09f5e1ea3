"""Which faces of a data set are shown, as one value, how it stands in the address, and the rows it leaves.

`?with=Smiling&without=Male&split=test&person=12&id=0003`; what is not asked for is not written. Pure but for
`current` and `go`, which touch the page's address; the controls are `core.ui.dataset_filter_controls`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from core.data import SPLITS, FaceDataset
from core.ui.formatting import SPLIT_WORDS, class_words

WITH, WITHOUT, SPLIT, PERSON, ID = "with", "without", "split", "person", "id"
_OWNED = (WITH, WITHOUT, SPLIT, PERSON, ID)
MAX_WORDS = 200
"""Characters of a search by id."""
MAX_SHOWN = 60
"""Characters of a foreign value that a message repeats."""
MAX_PERSON = 2**53 - 1
"""Numbers that a browser can tell apart."""


@dataclass(frozen=True)
class Filters:
    """What a face must have to be shown; what is empty or None asks for nothing.

    Attributes:
        present, absent: attributes that must be labelled yes, or no; no attribute is in both.
        split: one of SPLITS.
        person: whose photos.
        words: a part of the image's id, in any case; spaces alone ask for nothing.
    """

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    split: str = ""
    person: int | None = None
    words: str = ""

    @property
    def count(self) -> int:
        """How many things are asked for."""
        parts = (self.split, self.person is not None, self.words)
        return len(self.present) + len(self.absent) + sum(map(bool, parts))


def matching_rows(dataset: FaceDataset, filters: Filters) -> np.ndarray:
    """Rows (0-based) of the images that have all that is asked for, ascending.

    Raises:
        KeyError: an attribute that the data set does not have; `read` lets none through.
    """
    frame = dataset.frame
    kept = np.ones(len(frame), bool)
    for label, attributes in ((1, filters.present), (0, filters.absent)):
        for attribute in attributes:
            kept &= frame[attribute].to_numpy() == label
    if filters.person is not None:
        kept &= frame["person_id"].to_numpy() == filters.person
    if filters.split:
        kept &= (frame["split"] == filters.split).to_numpy(bool)
    if filters.words:
        kept &= frame["image_id"].str.contains(filters.words, case=False, regex=False).to_numpy(bool)
    return np.flatnonzero(kept)


def filter_words(filters: Filters) -> str:
    """What is asked for: "smiling, not young, split test, person 12, id with 0003"."""
    words = [class_words(name, 1) for name in filters.present]
    words += [class_words(name, 0) for name in filters.absent]
    words += [f"split {SPLIT_WORDS[filters.split]}"] if filters.split else []
    words += [f"person {filters.person}"] if filters.person is not None else []
    words += [f"id with {filters.words}"] if filters.words else []
    return ", ".join(words)


def read(asked: Mapping[str, Sequence[str]], attributes: Sequence[str]) -> tuple[Filters, list[str]]:
    """The filters that an address asks for, and what of it cannot be, such as "with=Wings"."""
    refused: list[str] = []

    def kept(name: str, taken: Sequence[str] = ()) -> tuple[str, ...]:
        values = list(dict.fromkeys(asked.get(name, ())))
        refused.extend(f"{name}={value}" for value in values if value not in attributes or value in taken)
        return tuple(value for value in values if value in attributes and value not in taken)

    def first(name: str) -> str:
        return next(iter(asked.get(name, ())), "")

    present = kept(WITH)
    absent = kept(WITHOUT, present)
    split, person, words = first(SPLIT), first(PERSON), first(ID)[:MAX_WORDS]
    if split and split not in SPLITS:
        refused.append(f"{SPLIT}={split}")
    if person and not is_person(person):
        refused.append(f"{PERSON}={person}")
    filters = Filters(
        present,
        absent,
        split if split in SPLITS else "",
        int(person) if is_person(person) else None,
        words if words.strip() else "",
    )
    return filters, [item[:MAX_SHOWN] for item in refused]


def written(filters: Filters) -> dict[str, str | list[str]]:
    """The filters as parameters of an address; what asks for nothing is left out."""
    found: dict[str, str | list[str]] = {
        WITH: list(filters.present),
        WITHOUT: list(filters.absent),
        SPLIT: filters.split,
        PERSON: "" if filters.person is None else str(filters.person),
        ID: filters.words,
    }
    return {name: value for name, value in found.items() if value}


def current(attributes: Sequence[str]) -> tuple[Filters, list[str]]:
    """The filters of this page's address, and what of it cannot be."""
    return read({name: st.query_params.get_all(name) for name in _OWNED}, attributes)


def go(filters: Filters, **changes: Any) -> None:
    """Write changed filters into the address; an attribute asked for both ways goes the newer way."""
    if "present" in changes:
        changes["absent"] = tuple(name for name in filters.absent if name not in changes["present"])
    elif "absent" in changes:
        changes["present"] = tuple(name for name in filters.present if name not in changes["absent"])
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in _OWNED}
    st.query_params.from_dict({**others, **written(replace(filters, **changes))})


def is_person(value: str) -> bool:
    """Whether text is a number that a person can have: digits alone."""
    return value.isascii() and value.isdigit() and len(value) < 17 and int(value) <= MAX_PERSON

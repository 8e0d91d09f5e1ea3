"""What Compare shows, as one value, and how it stands in the address. Whatever the address asks for that
cannot be is left out, and named.

`?q=night&state=failed&tag=a&tag=b&star=1&sort=-test&columns=seed&group=study&runs=<id>,<id>`; a value that
is as usual is not written. Reading is pure; only `current` and `go` touch the page's address.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import streamlit as st

from core.ui.compare_columns import CREATED, ON_DEMAND, SORTABLE, Column

GROUPS = {"": "Single runs", "study": "By study", "settings": "By settings, seeds together"}
LAYOUTS = {"": "Summary", "epochs": "Per epoch"}
MAX_WORDS = 200
"""Characters of a search."""
MAX_SHOWN = 60
"""Characters of a foreign value that a message repeats."""
COLUMNS = {column.code: column for column in ON_DEMAND}
SORTS = {column.code: column for column in SORTABLE}


@dataclass(frozen=True)
class View:
    """What is shown: search, filters, order, columns, grouping, page of the table. Empty means any.

    `sort` is a column's code; `page` counts from 1.
    """

    words: str = ""
    states: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    starred: bool = False
    sort: str = CREATED.code
    descending: bool = True
    columns: tuple[str, ...] = ()
    group: str = ""
    layout: str = ""
    page: int = 1

    @property
    def sorting(self) -> Column:
        """The column that it is sorted by."""
        return SORTS[self.sort]

    @property
    def filters(self) -> int:
        """How many filters are set, the search not counted."""
        return sum(map(bool, (self.states, self.targets, self.data, self.studies, self.tags, self.starred)))


@dataclass(frozen=True)
class Choices:
    """What can be filtered on at present, an id with its words each."""

    states: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    studies: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


LISTS = {"states": "state", "targets": "target", "data": "data", "studies": "study", "tags": "tag"}
"""The view's filters and what the address calls each."""
WORDS, STAR, SORT, SHOWN, GROUP, LAYOUT, PAGE = "q", "star", "sort", "columns", "group", "view", "page"
_OWNED = (WORDS, *LISTS.values(), STAR, SORT, SHOWN, GROUP, LAYOUT, PAGE)


def read(asked: Mapping[str, Sequence[str]], choices: Choices) -> tuple[View, list[str]]:
    """The view that an address asks for, and what of it cannot be, such as "state=sleeping"."""
    refused: list[str] = []

    def kept(name: str, allowed: Collection[str]) -> tuple[str, ...]:
        values = list(dict.fromkeys(asked.get(name, ())))
        refused.extend(f"{name}={value}" for value in values if value not in allowed)
        return tuple(value for value in values if value in allowed)

    def one(name: str, allowed: Callable[[str], bool], usual: str) -> str:
        value = next(iter(asked.get(name, ())), usual)
        if value != usual and not allowed(value):
            refused.append(f"{name}={value}")
            return usual
        return value

    filters = {part: kept(name, getattr(choices, part)) for part, name in LISTS.items()}
    order = one(SORT, lambda value: value.removeprefix("-") in SORTS, f"-{CREATED.code}")
    view = View(
        **filters,
        words=next(iter(asked.get(WORDS, ())), "")[:MAX_WORDS],
        starred=one(STAR, lambda value: value == "1", "") == "1",
        sort=order.removeprefix("-"),
        descending=order.startswith("-"),
        columns=kept(SHOWN, COLUMNS),
        group=one(GROUP, GROUPS.__contains__, ""),
        layout=one(LAYOUT, LAYOUTS.__contains__, ""),
        page=int(one(PAGE, _is_page, "1")),
    )
    return view, [item[:MAX_SHOWN] for item in refused]


def written(view: View) -> dict[str, str | list[str]]:
    """The view as parameters of an address; what is as usual is left out."""
    found: dict[str, str | list[str]] = {name: list(getattr(view, part)) for part, name in LISTS.items()}
    found |= {
        WORDS: view.words,
        STAR: "1" if view.starred else "",
        SORT: "" if _usual(view, "sort", "descending") else f"{'-' if view.descending else ''}{view.sort}",
        SHOWN: list(view.columns),
        GROUP: view.group,
        LAYOUT: view.layout,
        PAGE: "" if view.page == 1 else str(view.page),
    }
    return {name: value for name, value in found.items() if value}


def current(choices: Choices) -> tuple[View, list[str]]:
    """The view of this page's address, and what of it cannot be."""
    return read({name: st.query_params.get_all(name) for name in _OWNED}, choices)


def go(view: View, **changes: Any) -> None:
    """Write a changed view into the address; a change of anything else leads back to the first page."""
    changed = replace(view, **{"page": 1, **changes})
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in _OWNED}
    st.query_params.from_dict({**others, **written(changed)})


def _usual(view: View, *names: str) -> bool:
    defaults = {item.name: item.default for item in fields(View)}
    return all(getattr(view, name) == defaults[name] for name in names)


def _is_page(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 7 and int(value) > 0

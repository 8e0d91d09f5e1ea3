"""Which column is what: the form for a table whose columns have names of their own."""

from pathlib import Path

import streamlit as st

from core.data.readers.any_table import Column, Survey, survey
from core.data.readers.files_below import FilesBelow, images_below
from core.data.readers.mapping import (
    MAPPING,
    LabelColumn,
    binary_labels,
    image_column,
    label_of,
    made_mapping,
)
from core.data.upload import Contents, try_mapping
from core.errors import LineamentError
from core.ui.formatting import plain
from core.ui.resources import settings

NONE = "–"


def show_mapping(own_id: str, found: Contents) -> Contents | None:
    """Draw the form where the columns have to be chosen, or were; gives what a new choice makes of it."""
    tables = [table for table in found.tables if not table.lower().endswith(".txt")] or list(found.tables)
    if not tables or (found.dataset is not None and not (found.root / MAPPING).is_file()):
        return None
    with st.expander("Which column is what", expanded=found.dataset is None):
        table = tables[0]
        if len(tables) > 1:
            table = st.selectbox("Table", tables, key=f"map table {own_id}")
        try:
            seen, guess = _seen(str(found.root), table, (found.root / table).stat().st_mtime_ns)
        except (LineamentError, OSError) as error:
            st.error(plain(str(error)))
            return None
        st.caption(f"{seen.rows:,} rows. The first:")
        st.dataframe(seen.first.head(5), hide_index=True)
        return _form(own_id, table, seen, guess)


@st.cache_data(max_entries=4, show_spinner="Reading the table …")
def _seen(root: str, table: str, changed_ns: int) -> tuple[Survey, str]:
    """A table at a glance, and the column that seems to name the images; remembered until it changes."""
    seen = survey(Path(root) / table)
    return seen, image_column(seen, FilesBelow(images_below(Path(root))))


def _form(own_id: str, table: str, seen: Survey, guess: str) -> Contents | None:
    key = f"{own_id} {table}"
    names = list(seen.form.columns)
    left, right = st.columns(2)
    image = left.selectbox("Names of the images", names, index=names.index(guess), key=f"map image {key}")
    plain_labels = {label.column: label for label in binary_labels(seen, table, (image,))}
    others = {
        column.name: column
        for column in seen.columns
        if column.name not in plain_labels and column.name != image and column.values
    }
    target = right.selectbox(
        "A column with several values",
        [NONE, *others],
        key=f"map target {key}",
        help="Such as a hair colour: you then choose which of its values mean yes.",
    )
    positive = _positive(others.get(target), key)
    chosen = st.multiselect(
        "Columns that say yes or no",
        list(plain_labels),
        default=list(plain_labels),
        format_func=lambda column: _words(column, plain_labels[column], seen, table),
        key=f"map labels {key}",
    )
    taken = {image, target, *chosen}
    free = [NONE, *(name for name in names if name not in taken)]
    left, right = st.columns(2)
    person = left.selectbox("Person", free, key=f"map person {key}", help="Keeps a person in one split.")
    split = right.selectbox("Split", free, key=f"map split {key}", help="train, val, test; or 0, 1, 2.")
    if not st.button("Read it this way", icon=":material/table_view:", key="map go"):
        return None
    try:
        labels = [plain_labels[column] for column in chosen]
        if target != NONE:
            labels.insert(0, label_of(others[target], table, positive))
        mapping = made_mapping(
            table, seen, image=image, labels=labels, person=_or_none(person), split=_or_none(split)
        )
        with st.spinner("Reading the table …"):
            return try_mapping(own_id, mapping, settings())
    except LineamentError as error:
        st.error(plain(str(error)))
        return None


def _positive(column: Column | None, key: str) -> list[str]:
    if column is None:
        return []
    counts = {value: number for value, (number, _) in column.values.items()}
    return st.multiselect(
        "Values that mean yes",
        list(counts),
        format_func=lambda value: f"{value} ({counts[value]:,})",
        key=f"map positive {key} {column.name}",
    )


def _words(column: str, label: LabelColumn, seen: Survey, table: str) -> str:
    """A label with its counts: "sex: Male 30 of 58"."""
    values = seen.column(column, table).values
    yes = sum(number for value, (number, _) in values.items() if value in label.positive)
    name = "" if label.attribute == column else f"{label.attribute} "
    return f"{column}: {name}{yes:,} of {sum(number for number, _ in values.values()):,}"


def _or_none(column: str) -> str:
    return "" if column == NONE else column

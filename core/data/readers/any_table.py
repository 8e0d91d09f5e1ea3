"""A csv of somebody's own: whichever separator and encoding, any column names. Read in pieces, as text.

Nothing is said here of what a column means: that is a mapping's (`core.data.readers.mapping`).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pandas as pd

from core.data.readers.listing import some
from core.errors import DataError

SEPARATORS = (",", ";", "\t", "|")
PIECE_ROWS = 50_000
MAX_COLUMNS = 1_000
MAX_VALUES = 50
"""Different values of one column that are counted; a column with more is no label."""
FIRST_ROWS = 20
_LOOKED_AT = 2**16
"""Characters in which the separator is looked for."""


@dataclass(frozen=True)
class Form:
    """How a table is written: its encoding, its separator, its column names in order."""

    encoding: str
    separator: str
    columns: tuple[str, ...]


@dataclass
class Column:
    """What stands in one column.

    Attributes:
        values: each different value, as `value_key` writes it, with how often and the first row (from 1) it
            stands in; None when there are more than MAX_VALUES.
        blank: blank cells.
        first_blank: the first row (from 1) that has one; 0 for none.
    """

    name: str
    values: dict[str, tuple[int, int]] | None = field(default_factory=dict)
    blank: int = 0
    first_blank: int = 0


@dataclass(frozen=True)
class Survey:
    """A table at a glance: how it is written, its rows, its columns, its first rows as text."""

    form: Form
    rows: int
    columns: tuple[Column, ...]
    first: pd.DataFrame

    def column(self, name: str, table: str) -> Column:
        """The column of that name; raises DataError, which names the table's own, when it has none."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise DataError(
                f"{table} has no column {name!r}. Choose one of: {some(self.form.columns, MAX_VALUES)}."
            )
        return found


def value_key(cells: pd.Series) -> pd.Series:
    """Cells as they are compared: without spaces around, in small letters, whole numbers without `.0`."""
    return cells.str.strip().str.casefold().str.replace(r"^([+-]?\d+)\.0+$", r"\1", regex=True)


def survey(path: Path) -> Survey:
    """Read a table once and count what stands in its columns.

    Raises:
        DataError: it is malformed; see `pieces`.
    """
    form, first, rows = read_form(path), None, 0
    columns = [Column(name) for name in form.columns]
    for piece in pieces(path, form):
        first = piece.head(FIRST_ROWS) if first is None else first
        for column in columns:
            _count(column, value_key(piece[column.name]), rows)
        rows += len(piece)
    return Survey(form, rows, tuple(columns), first)


def pieces(path: Path, form: Form) -> Iterator[pd.DataFrame]:
    """The table's rows as text, PIECE_ROWS at a time; what is not there is "".

    Raises:
        DataError: rows longer than the header, a quote that never ends, or no rows.
    """
    rows = 0
    try:
        with pd.read_csv(
            path,
            sep=form.separator,
            names=list(form.columns),
            header=0,
            dtype=str,
            encoding=form.encoding,
            keep_default_na=False,
            skipinitialspace=True,
            chunksize=PIECE_ROWS,
        ) as reader:
            for piece in reader:
                if not isinstance(piece.index, pd.RangeIndex):  # a surplus first cell taken for an index
                    raise DataError(
                        f"The rows of {path.name} have more cells than the {len(form.columns)} columns. "
                        "Mend its first rows."
                    )
                rows += len(piece)
                yield piece.fillna("")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not text ({error.reason}). Save it as 'CSV UTF-8'.") from error
    except pd.errors.ParserError as error:
        raise DataError(f"{path.name} is malformed: {error}. Mend that line.") from error
    except pd.errors.EmptyDataError:
        rows = 0
    if not rows:
        raise DataError(f"{path.name} lists no images (0 rows). Add a row for each.")


def read_form(path: Path) -> Form:
    """How a table is written: UTF-8 or UTF-16 by its mark, else UTF-8 if it is that, else Windows-1252.

    Raises:
        DataError: it is empty or binary, or its header has a blank name, one twice, or too many.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        text = file.read(_LOOKED_AT)
    if "\0" in text:
        raise DataError(f"{path.name} is no text (it has the byte 0). Save it as 'CSV UTF-8'.")
    separator = max(SEPARATORS, key=lambda one: _agreement(text, one))
    try:
        header = next((row for row in csv.reader(text.splitlines(True), delimiter=separator) if row), [])
    except csv.Error as error:
        raise DataError(f"The header of {path.name} cannot be read ({error}). Mend it.") from error
    return Form(encoding, separator, _good_names([name.strip() for name in header], path.name))


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(_LOOKED_AT):
                pass
    except UnicodeDecodeError:
        # Every byte is a sign in Latin-1; Windows-1252 differs in signs that few tables have, and has gaps.
        return "latin-1"
    return "utf-8-sig"


def _agreement(text: str, separator: str) -> tuple[int, int]:
    """How well a separator explains the first rows: rows as long as the header, and the header's length."""
    try:
        rows = list(islice(csv.reader(text.splitlines(True), delimiter=separator), FIRST_ROWS))
    except csv.Error:
        return 0, 0
    rows = [row for row in rows if row]
    if not rows or len(rows[0]) < 2:
        return 0, 0
    return sum(len(row) == len(rows[0]) for row in rows), len(rows[0])


def _good_names(names: list[str], table: str) -> tuple[str, ...]:
    if not any(names):
        raise DataError(f"{table} is empty or begins with a blank line. Put the columns' names there.")
    if len(names) > MAX_COLUMNS:
        raise DataError(f"{table} has {len(names):,} columns; the limit is {MAX_COLUMNS:,}. Take some out.")
    names = [name or f"column {place}" for place, name in enumerate(names, start=1)]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise DataError(f"{table} has the column {name!r} twice. Rename one.")
    return tuple(names)


def _count(column: Column, keys: pd.Series, before: int) -> None:
    """Add a piece of a column, whose first row is the table's row `before` + 1."""
    blank = (keys == "").to_numpy()
    if blank.any():
        column.first_blank = column.first_blank or before + int(blank.argmax()) + 1
        column.blank += int(blank.sum())
    if column.values is None:
        return
    numbered = keys.reset_index(drop=True)
    for value, rows in numbered[~blank].groupby(numbered[~blank], sort=False).groups.items():
        count, first = column.values.get(value, (0, before + int(rows[0]) + 1))
        column.values[value] = count + len(rows), first
        if len(column.values) > MAX_VALUES:
            column.values = None
            return

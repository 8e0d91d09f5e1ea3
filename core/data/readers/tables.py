"""Tables of labels, splits and persons, checked cell by cell: csv, or CelebA's text with spaces.

Where the files lie, and whether their images exist, is `core.data.readers.labelled`'s.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.dataset import ATTRIBUTES
from core.data.readers.listing import some
from core.errors import DataError

ID_COLUMNS = ("image_id", "filename")
"""What the first column of a csv may be called."""

RESERVED = ("image_id", "path", "person_id", "split")
"""Columns of `FaceDataset.frame` that no attribute may take."""


def first_column(path: Path) -> str:
    """The name of a csv's first column; "" when it has none. Never fails on what the file holds."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline(1000).split(",")[0].strip().strip('"')


def read_labels(path: Path) -> tuple[list[str], pd.DataFrame]:
    """Image names, and their labels as uint8 0/1, the report's ten columns first, the others in file order.

    Raises:
        DataError: the table is malformed, lacks one of the ten columns, or holds anything but -1/1 or 0/1.
    """
    table = _read_csv(path) if path.suffix == ".csv" else _read_attribute_text(path)
    ids = _image_ids(table, path)
    missing = [name for name in ATTRIBUTES if name not in table.columns]
    if missing:
        raise DataError(
            f"{path.name} has no column {', '.join(missing)}. Add it: all of the report's ten are needed."
        )
    others = [name for name in table.columns[1:] if name not in ATTRIBUTES]
    labels = table[[*ATTRIBUTES, *others]]
    values = _integers(labels, ids, path, -1, 1, "a label is -1 or 1, or 0 or 1")
    _refuse_mixture(labels, values, path)
    return ids, pd.DataFrame((values == 1).astype(np.uint8), columns=labels.columns)


def read_numbers(path: Path, name: str, low: int, high: int, meaning: str) -> pd.Series:
    """A table of one number an image, as int64 indexed by image name: a partition, or persons.

    Raises:
        DataError: the table is malformed, or a number is not within `low` … `high`.
    """
    table = _read_csv(path) if path.suffix == ".csv" else _read_text(path, ["image_id", name])
    if len(table.columns) != 2:
        raise DataError(
            f"{path.name} has {len(table.columns)} columns. It should have two: image_id, {name}."
        )
    ids = _image_ids(table, path)
    values = _integers(table.iloc[:, 1:], ids, path, low, high, meaning)
    return pd.Series(values[:, 0], index=pd.Index(ids), name=name)


def _read_csv(path: Path) -> pd.DataFrame:
    return _parsed(path, _header(path), header=0)


def _header(path: Path) -> list[str]:
    """A csv's column names.

    Raises:
        DataError: none, a blank one, one twice, or one that the frame needs for itself.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = [name.strip() for name in next(csv.reader(file), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path.name} is not a UTF-8 csv ({error}). Save it as 'CSV UTF-8'.") from error
    if not names or names[0] not in ID_COLUMNS:
        found = repr(names[0]) if names else "missing"
        raise DataError(f"The first column of {path.name} is {found}. Name it image_id or filename.")
    return _good_names(names, path)


def _good_names(names: list[str], path: Path) -> list[str]:
    """The names, when each attribute has one of its own."""
    for place, name in enumerate(names):
        if not name:
            raise DataError(f"Column {place + 1} of {path.name} has no name. Name it or take it out.")
        if name in names[:place]:
            raise DataError(f"{path.name} has the column {name} twice. Take one out.")
        if place and name in RESERVED:
            raise DataError(
                f"{path.name} has a column {name!r}, which is no attribute. Take it out or rename it."
            )
    return names


def _read_attribute_text(path: Path) -> pd.DataFrame:
    """CelebA's text: a line with the number of images, a line with the names, then one line an image."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            count, names = file.readline().strip(), file.readline().split()
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from error
    if not count.isdecimal() or not names:
        raise DataError(
            f"{path.name} begins with {count[:40]!r}. Its first line should be the number of images, "
            "its second the attributes."
        )
    table = _read_text(path, _good_names(["image_id", *names], path), skiprows=2)
    if len(table) != int(count):
        raise DataError(
            f"{path.name} announces {int(count):,} images and lists {len(table):,}. "
            "Copy it again; it may be cut short."
        )
    return table


def _read_text(path: Path, names: list[str], skiprows: int = 0) -> pd.DataFrame:
    return _parsed(path, names, header=None, skiprows=skiprows, sep=r"\s+", quoting=csv.QUOTE_NONE)


def _parsed(path: Path, names: list[str], **options: object) -> pd.DataFrame:
    """The file as pandas reads it: names as text, a blank cell as "", numbers as numbers where all are.

    Raises:
        DataError: rows of other lengths than the header, no rows, or bytes that are not UTF-8.
    """
    try:
        table = pd.read_csv(
            path,
            names=names,
            dtype={names[0]: str},
            encoding="utf-8-sig",
            keep_default_na=False,
            skipinitialspace=True,
            low_memory=False,
            **options,
        )
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from error
    except pd.errors.ParserError as error:
        raise DataError(f"{path.name} is malformed: {error}. Mend that line.") from error
    except pd.errors.EmptyDataError:
        table = pd.DataFrame(columns=names)
    if table.empty:
        raise DataError(f"{path.name} lists no images. Add a row for each.")
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes a surplus first cell for an index
        raise DataError(
            f"The rows of {path.name} have more cells than the {len(names)} columns. Mend its first rows."
        )
    return table


def _not_utf8(path: Path, error: UnicodeDecodeError) -> DataError:
    return DataError(f"{path.name} is not UTF-8 ({error.reason} at byte {error.start:,}). Save it as UTF-8.")


def _image_ids(table: pd.DataFrame, path: Path) -> list[str]:
    """The first column, when each name is a plain file name and stands there once."""
    ids = table.iloc[:, 0].tolist()
    for row, name in enumerate(ids, start=1):
        if not name.strip():
            raise DataError(f"Row {row} of {path.name} has no image name. Fill it in or take the row out.")
        if "/" in name or "\\" in name or "\0" in name or name in (".", ".."):
            raise DataError(
                f"Row {row} of {path.name} names {name!r}. Give the plain name of a file, without a folder."
            )
    if len(set(ids)) < len(ids):
        twice = table.iloc[:, 0][table.iloc[:, 0].duplicated()].unique()
        raise DataError(
            f"{path.name} lists {len(twice):,} images more than once: {some(twice)}. Keep one row of each."
        )
    return ids


def _integers(
    cells: pd.DataFrame, ids: list[str], path: Path, low: int, high: int, meaning: str
) -> np.ndarray:
    """The cells as int64, shape (n, columns); refuses one that is no whole number in `low` … `high`."""
    values = cells.apply(_numbers).to_numpy(np.float64)
    bad = ~((values >= low) & (values <= high) & (values == np.round(values)))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        cell = str(cells.iat[row, column])
        found = repr(cell) if cell.strip() else "a blank cell"
        where = f"row {row + 1} ({ids[row]}), column {cells.columns[column]}"
        raise DataError(f"{path.name} has {found} in {where}; {meaning}. Correct it, or take the row out.")
    return values.astype(np.int64)


def _numbers(column: pd.Series) -> pd.Series:
    """The column as numbers, NaN where a cell is none; True and False are words here, not numbers."""
    if column.dtype == bool:
        return pd.Series(np.nan, index=column.index)
    return pd.to_numeric(column, errors="coerce")


def _refuse_mixture(labels: pd.DataFrame, values: np.ndarray, path: Path) -> None:
    """-1 and 0 both mean "no", but a file that has both may mean "unknown" by one of them."""
    minus, zero = (values == -1).any(axis=0), (values == 0).any(axis=0)
    if minus.any() and zero.any():
        first, second = labels.columns[minus.argmax()], labels.columns[zero.argmax()]
        raise DataError(
            f"{path.name} has both -1 (column {first}) and 0 (column {second}). Use -1/1 or 0/1 throughout."
        )

"""A data set whose table has columns of its own names, read by the `mapping.json` that lies beside it."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.data.dataset import NO_PERSON, FaceDataset, Problem
from core.data.readers.any_table import pieces, read_form, value_key
from core.data.readers.files_below import SEVERAL, FilesBelow, images_below
from core.data.readers.labelled import shared_persons
from core.data.readers.listing import some
from core.data.readers.mapping import LabelColumn, Mapping
from core.errors import DataError

SPLIT_WORDS = {
    **dict.fromkeys(("train", "training", "0"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "1"), "val"),
    **dict.fromkeys(("test", "testing", "2"), "test"),
}
_MAX_PERSON = 2**31
_LISTED = 3


def read_mapped(root: Path, mapping: Mapping) -> FaceDataset:
    """The data set in `root`, read by a mapping.

    Rows whose image is absent, and rows with a blank label, are left out and counted.

    Raises:
        DataError: the table is absent or malformed, a value is none of the mapping's, an image is listed
            twice, or no row is left.
    """
    table = _table_of(root, mapping)
    cells = _cells(table, mapping)
    rows = np.arange(1, len(cells) + 1)
    labels, blank = _labels(cells, mapping.labels, table.name)
    images = images_below(root)
    paths, absent = _paths(cells[mapping.image], FilesBelow(images), table.name)
    keep = ~(absent | blank)
    if not keep.any():
        raise DataError(_nothing_left(cells[mapping.image], absent, images, table.name))
    _refuse_twice(pd.Series(paths)[keep], cells[mapping.image], rows[keep], table.name)
    persons, nobody = _persons(cells, mapping)
    frame = pd.DataFrame(
        {
            "image_id": cells[mapping.image].str.strip(),
            "path": pd.Series(paths, dtype="str"),
            "person_id": persons,
            "split": _splits(cells, mapping, table.name),
        }
    )
    frame = pd.concat([frame, labels], axis=1)[keep].reset_index(drop=True)
    names = cells[mapping.image].to_numpy(object)
    problems = (
        _problem("absent_images", "Rows whose image is not there", names[absent], "Add the files."),
        _problem("blank_labels", "Rows with a blank label", names[blank & ~absent], "Fill them in."),
        _problem("unlabelled", "Images with no row", _unlisted(images, paths), "Add rows to use them."),
        _problem("unknown_person", "Rows with no person", names[nobody & keep], "", "taken as one each"),
        shared_persons(frame) if mapping.split else None,
    )
    return FaceDataset(
        name=root.name,
        root=root,
        frame=frame,
        attributes=tuple(labels.columns),
        official_split=bool(mapping.split),
        problems=tuple(problem for problem in problems if problem),
    )


def _table_of(root: Path, mapping: Mapping) -> Path:
    table = (root / mapping.table).resolve()
    if not table.is_relative_to(root.resolve()) or not table.is_file():
        raise DataError(
            f"The table {mapping.table!r} is not in {root}. Put it there, or map the columns again."
        )
    return table


def _cells(table: Path, mapping: Mapping) -> pd.DataFrame:
    """The columns that the mapping names, as text."""
    form = read_form(table)
    wanted = [mapping.image, *(label.column for label in mapping.labels), mapping.person, mapping.split]
    wanted = [name for name in dict.fromkeys(wanted) if name]
    if missing := [name for name in wanted if name not in form.columns]:
        raise DataError(
            f"{table.name} has no column {', '.join(map(repr, missing))}, which the mapping names. "
            f"It has {some(form.columns, 20)}. Map the columns again."
        )
    return pd.concat([piece[wanted] for piece in pieces(table, form)], ignore_index=True)


def _labels(
    cells: pd.DataFrame, labels: tuple[LabelColumn, ...], table: str
) -> tuple[pd.DataFrame, np.ndarray]:
    """One uint8 column an attribute, and which rows have a blank cell; such a row's labels mean nothing."""
    columns, blank = {}, np.zeros(len(cells), bool)
    for label in labels:
        keys = value_key(cells[label.column])
        yes, is_blank = keys.isin(label.positive).to_numpy(), (keys == "").to_numpy()
        known = yes | is_blank | keys.isin(label.negative).to_numpy()
        if not known.all():
            row = int((~known).argmax())
            found = cells[label.column].iat[row]
            yes_words, no_words = (some(map(repr, values)) for values in (label.positive, label.negative))
            raise DataError(
                f"{table} has {found!r} in row {row + 1}, column {label.column!r}, and "
                f"{(~known).sum():,} such cells; {yes_words} means yes, {no_words} no. "
                "Correct it, or map the columns again."
            )
        columns[label.attribute] = yes.astype(np.uint8)
        blank |= is_blank
    return pd.DataFrame(columns), blank


def _paths(names: pd.Series, files: FilesBelow, table: str) -> tuple[list[str], np.ndarray]:
    """The file of each row, "" where it is absent, and which are."""
    found = [files.find(name) if name.strip() else None for name in names.tolist()]
    if SEVERAL in found:
        row = found.index(SEVERAL)
        raise DataError(
            f"Row {row + 1} of {table} names {names.iat[row]!r}, which several files are called. "
            "Write the folder before it, as in folder/name.jpg."
        )
    return [path or "" for path in found], np.array([path is None for path in found])


def _refuse_twice(paths: pd.Series, names: pd.Series, rows: np.ndarray, table: str) -> None:
    twice = paths.duplicated().to_numpy()
    if twice.any():
        row = int(rows[twice.argmax()])
        raise DataError(
            f"Row {row} of {table} names {names.iat[row - 1]!r}, which a row before it names too, as "
            f"{twice.sum():,} rows do. Keep one row of each image."
        )


def _persons(cells: pd.DataFrame, mapping: Mapping) -> tuple[np.ndarray, np.ndarray]:
    """Each row's person, and which rows have none; names become numbers in their order of appearance."""
    if not mapping.person:
        return np.full(len(cells), NO_PERSON, np.int64), np.zeros(len(cells), bool)
    keys = cells[mapping.person].str.strip()
    blank = (keys == "").to_numpy()
    numbers = pd.to_numeric(keys.where(~blank, "0"), errors="coerce").to_numpy(np.float64)
    whole = (numbers >= 0) & (numbers <= _MAX_PERSON) & (numbers == np.round(numbers))
    codes = numbers.astype(np.int64) if whole.all() else pd.factorize(keys)[0].astype(np.int64)
    return np.where(blank, NO_PERSON, codes), blank


def _splits(cells: pd.DataFrame, mapping: Mapping, table: str) -> pd.Series:
    if not mapping.split:
        return pd.Series("", index=cells.index, dtype="str")
    keys = value_key(cells[mapping.split])
    splits = keys.map(SPLIT_WORDS)
    if splits.isna().any():
        row = int(splits.isna().to_numpy().argmax())
        raise DataError(
            f"{table} has {cells[mapping.split].iat[row]!r} in row {row + 1}, column {mapping.split!r}; a "
            "split is train, val or test, or 0, 1 or 2. Correct it, or choose no column for the split."
        )
    return splits.astype("str")


def _unlisted(images: list[str], paths: list[str]) -> list[str]:
    listed = set(paths)
    return [image for image in images if image not in listed]


def _problem(
    kind: str, what: str, items: "np.ndarray | list[str]", advice: str, done: str = "left out"
) -> Problem | None:
    names = tuple(map(str, items))
    message = f"{what}, {done}: {len(names):,} ({some(names, _LISTED)}). {advice}".rstrip()
    return Problem(kind, message, names) if names else None


def _nothing_left(names: pd.Series, absent: np.ndarray, images: list[str], table: str) -> str:
    if not absent.all():
        return f"Every row of {table} has a blank label ({len(names):,} rows). Fill them in."
    return (
        f"None of the {len(names):,} images that {table} lists is there: it names "
        f"{some(map(repr, names), 2)}, the files are called {some(map(repr, images), 2)}. "
        "Choose the column of the file names."
    )

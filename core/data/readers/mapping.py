"""What the columns of somebody's own table mean: `mapping.json`, which lies beside the data.

It names the table, its column of image names, and for each label which values mean yes and which no. The
data set is read by it ever after (`core.data.readers.mapped`).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.atomic import read_json_or_none, write_json
from core.data.dataset import ATTRIBUTES
from core.data.readers.any_table import MAX_VALUES, Column, Survey
from core.data.readers.codings import attribute_name, coding_of, same_meaning
from core.data.readers.files_below import FilesBelow
from core.data.readers.listing import some
from core.data.readers.tables import RESERVED
from core.errors import DataError

MAPPING = "mapping.json"
MAX_NAME = 80
"""Characters of an attribute's name."""

Text = Annotated[str, Field(min_length=1)]


class LabelColumn(BaseModel):
    """One column as one attribute; values as `value_key` writes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: Text
    attribute: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    positive: Annotated[tuple[str, ...], Field(min_length=1)]
    negative: tuple[str, ...] = ()


class Mapping(BaseModel):
    """What a table's columns mean; `person` and `split` are "" where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    table: Text
    image: Text
    labels: Annotated[tuple[LabelColumn, ...], Field(min_length=1)]
    person: str = ""
    split: str = ""


def read_mapping(root: Path) -> Mapping | None:
    """The mapping beside a data set; None where there is none.

    Raises:
        DataError: the file holds no mapping.
    """
    path = root / MAPPING
    if not path.is_file():
        return None
    try:
        return Mapping.model_validate(read_json_or_none(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(
            f"{MAPPING} in {root}: {where} cannot be used ({first['msg']}). Delete it to choose the columns "
            "again."
        ) from error


def write_mapping(root: Path, mapping: Mapping) -> None:
    """Lay a mapping beside a data set, in place of an earlier one."""
    write_json(root / MAPPING, mapping.model_dump(mode="json"))


def made_mapping(
    table: str,
    survey: Survey,
    *,
    image: str,
    labels: Sequence[LabelColumn],
    person: str = "",
    split: str = "",
) -> Mapping:
    """A mapping whose columns are there, and whose attributes have names of their own.

    Raises:
        DataError: a column is absent or serves twice, or an attribute's name cannot be used.
    """
    if not labels:
        raise DataError(f"No label was chosen of {table} (0 columns). Choose at least one.")
    for column in (image, *(label.column for label in labels), *filter(None, (person, split))):
        survey.column(column, table)
    uses = [image, *filter(None, (person, split)), *dict.fromkeys(label.column for label in labels)]
    if twice := [column for column in dict.fromkeys(uses) if uses.count(column) > 1]:
        raise DataError(f"The column {twice[0]!r} of {table} is chosen twice. Choose it for one thing.")
    names = [label.attribute for label in labels]
    for place, name in enumerate(names):
        if name in names[:place] or name in RESERVED:
            raise DataError(f"{name!r} cannot name an attribute here, or does twice. Choose another column.")
    return Mapping(table=table, image=image, labels=tuple(labels), person=person, split=split)


def label_of(column: Column, table: str, positive: Iterable[str] = ()) -> LabelColumn:
    """One column as a label: by the values that mean yes, or, without any, by what its coding says.

    Raises:
        DataError: it has too many values or only blank cells, it has not the one that was given, another
            value means the same as that one, or without one its values do not say which means yes; the
            message names the first that does not, and its row.
    """
    if column.values is None:
        raise DataError(
            f"The column {column.name!r} of {table} has more than {MAX_VALUES} different values. "
            "A label has two; choose another column."
        )
    if not column.values:
        raise DataError(f"The column {column.name!r} of {table} is blank in all rows. Choose another.")
    wanted = tuple(dict.fromkeys(value.strip().casefold() for value in positive))
    if wanted:
        if unknown := [value for value in wanted if value not in column.values]:
            raise DataError(
                f"The column {column.name!r} of {table} has no value {unknown[0]!r}. "
                f"It has {values_words(column)}."
            )
        negative = tuple(value for value in column.values if value not in wanted)
        if mixed := same_meaning(wanted, negative):
            value, row = mixed[0], column.values[mixed[0]][1]
            raise DataError(
                f"{table} has {value!r} in row {row}, column {column.name!r}, which means the same as "
                f"{wanted[0]!r} and was not chosen with it; its values are {values_words(column)}. "
                "Choose all that mean yes, or write them alike."
            )
        return _label(column.name, wanted, negative)
    coding = coding_of(column.values)
    if coding is None:
        raise DataError(_undecided(column, table))
    return _label(column.name, tuple(sorted(coding.positive)), tuple(sorted(coding.negative)))


def binary_labels(survey: Survey, table: str, leave_out: Iterable[str] = ()) -> list[LabelColumn]:
    """All columns that say yes or no by themselves, as labels; the report's ten attributes first."""
    names = set(leave_out)
    found = [
        label_of(column, table)
        for column in survey.columns
        if column.name not in names and column.values and coding_of(column.values)
    ]
    known = {name: place for place, name in enumerate(ATTRIBUTES)}
    unique = {label.attribute: label for label in found if label.attribute not in RESERVED}
    return sorted(unique.values(), key=lambda label: known.get(label.attribute, len(known)))


def image_column(survey: Survey, files: FilesBelow) -> str:
    """The column that names the most images of the first rows; the first column where none names any."""
    shares = {name: sum(files.has(cell) for cell in survey.first[name]) for name in survey.form.columns}
    return max(shares, key=lambda name: shares[name])


def values_words(column: Column) -> str:
    """A column's values with their counts: "'m' 30, 'f' 28, blank 2"."""
    if column.values is None:
        return f"more than {MAX_VALUES} different values"
    ordered = sorted(column.values.items(), key=lambda item: -item[1][0])
    listed = some((f"{value!r} {count:,}" for value, (count, _) in ordered), 8)
    return f"{listed}, blank {column.blank:,}" if column.blank else listed


def _label(column: str, positive: tuple[str, ...], negative: tuple[str, ...]) -> LabelColumn:
    name = attribute_name(column, positive)[:MAX_NAME]
    return LabelColumn(column=column, attribute=name, positive=positive, negative=negative)


def _undecided(column: Column, table: str) -> str:
    """The rarest value is the likeliest to be the mistake."""
    value, (_, row) = min(column.values.items(), key=lambda item: (item[1][0], -item[1][1]))
    return (
        f"{table} has {value!r} in row {row}, column {column.name!r}, whose values are "
        f"{values_words(column)}: which of them mean yes cannot be told. Say which, or correct that row."
    )

"""Reads `predictions.parquet`: what a run said of each validation and test image, checked.

All figures about a finished run are computed from this frame by `core.evaluation`; writing it is the
trainer's (docs/run-folder.md).
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import pandas as pd

from core.errors import NoPredictionsError, RunDamagedError
from core.runs.files import open_file
from core.runs.run import Run
from core.runs.state import OPEN, RESUMABLE

if TYPE_CHECKING:
    import pyarrow as pa

Split = Literal["val", "test"]
SPLITS = ("val", "test")
FIXED = ("image_id", "person_id", "split", "label", "probability")
"""Columns of every predictions file; all others are the data set's attributes."""
TEXTS = ("image_id", "split")
MOST_ROWS = 5_000_000
"""CelebA has 40,000 such images; a file of many millions is not ours, and would fill the memory."""
MOST_CELLS = 50_000_000
"""All of CelebA with its 40 attributes has 9 million."""
MOST_BYTES = 2**30
MOST_TEXT = 2**28
"""Bytes of all images' ids; 5 million of 50 letters have as many."""


def read_predictions(
    run: Run, split: Split | None = None, *, attributes: Sequence[str] | None = None
) -> pd.DataFrame:
    """A row for each scored image of `split` (both splits without one), in the file's order, index 0..n-1.

    Columns: image_id (str), person_id (int64, -1 where unknown), split ("val" or "test"), label (uint8 0/1),
    probability (float32, 0..1, P(label = 1)), then the attributes (uint8 0/1) in the file's order. With
    `attributes` only those are read, in that order; `()` reads none.

    Raises:
        NoPredictionsError: the run was not scored, or not yet.
        RunDamagedError: the file cannot be read or does not hold what the format says.
    """
    try:
        with open_file(run.predictions_path) as file:
            frame = _read(file, attributes)
        return _only(frame, split)
    except FileNotFoundError:
        raise NoPredictionsError(_why_none(run)) from None
    except (ValueError, OSError, NotImplementedError) as error:
        fault = str(error).split("\n")[0].rstrip(".")
        raise RunDamagedError(
            f"predictions.parquet of {run.id}: {fault}. Restore the file, or delete the run."
        ) from error


def attribute_names(frame: pd.DataFrame) -> list[str]:
    """The attributes among the columns of a frame that `read_predictions` gave, in its order."""
    return [name for name in frame.columns if name not in FIXED]


def _why_none(run: Run) -> str:
    state = run.state().state
    if state in OPEN:
        advice = "Wait until it has finished"
    elif state in RESUMABLE:
        advice = f"`python -m core runs resume {run.id}` goes on and scores it"
    else:
        advice = f"`python -m core runs extend {run.id} --epochs 1` writes them again; or delete the run"
    return f"Run {run.id} has no predictions: it is {state.value} and was not scored. {advice}."


def _read(file: BinaryIO, attributes: Sequence[str] | None) -> pd.DataFrame:
    from pyarrow.parquet import ParquetFile

    if (size := os.fstat(file.fileno()).st_size) > MOST_BYTES:
        raise ValueError(f"it has {size:,} bytes, over {MOST_BYTES:,}")
    parquet = ParquetFile(file)
    rows, columns = parquet.metadata.num_rows, parquet.metadata.num_columns
    if rows > MOST_ROWS:
        raise ValueError(f"it has {rows:,} rows, over {MOST_ROWS:,}")
    if rows * columns > MOST_CELLS:
        raise ValueError(f"it has {rows:,} rows of {columns:,} columns, over {MOST_CELLS:,} cells")
    names = _wanted(parquet.schema_arrow.names, attributes)
    # Texts stay in their dictionary until their length is known: packed, a long one costs nothing a row.
    table = ParquetFile(file, metadata=parquet.metadata, read_dictionary=list(TEXTS)).read(columns=names)
    for name in TEXTS:
        table = _unpacked(table, name)
    return _checked(table.to_pandas(ignore_metadata=True)[names])


def _unpacked(table: "pa.Table", name: str) -> "pa.Table":
    """The table with a column of texts written out."""
    import pyarrow as pa
    from pyarrow import compute

    column = table[name]
    if not pa.types.is_dictionary(column.type):
        return table
    lengths = (compute.binary_length(chunk.dictionary).take(chunk.indices) for chunk in column.chunks)
    if (size := sum(compute.sum(length.cast("int64")).as_py() or 0 for length in lengths)) > MOST_TEXT:
        raise ValueError(f"{name} has {size:,} bytes of text, over {MOST_TEXT:,}")
    return table.set_column(table.column_names.index(name), name, column.cast(column.type.value_type))


def _only(frame: pd.DataFrame, split: Split | None) -> pd.DataFrame:
    rows = frame if split is None else frame[frame["split"] == split].reset_index(drop=True)
    if rows.empty:
        raise ValueError(f"it has no {split or 'scored'} images")
    return rows


def _wanted(present: list[str], attributes: Sequence[str] | None) -> list[str]:
    if twice := [name for name in set(present) if present.count(name) > 1]:
        raise ValueError(f"column {min(twice)} is there twice")
    if attributes is None:
        attributes = [name for name in present if name not in FIXED]
    names = [*FIXED, *dict.fromkeys(attributes)]
    if missing := [name for name in names if name not in present]:
        raise ValueError(f"there is no column {', '.join(missing)}")
    return names


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame in the documented types; raises ValueError with the first fault."""
    for name in frame.columns:
        if frame[name].isna().any():
            raise ValueError(f"{name} has {int(frame[name].isna().sum()):,} empty cells")
    zero_or_one = [name for name in frame.columns if name not in FIXED or name == "label"]
    columns: dict[str, Any] = {name: _bits(frame[name]) for name in zero_or_one}
    columns |= {
        "image_id": _texts(frame["image_id"]),
        "person_id": _integers(frame["person_id"]),
        "split": _splits(frame["split"]),
        "probability": _shares(frame["probability"]),
    }
    frame = pd.DataFrame({name: columns[name] for name in frame.columns})
    if (twice := frame.duplicated(["split", "image_id"])).any():
        raise ValueError(f"image_id {frame['image_id'][twice].iat[0]!r} is there twice in one split")
    return frame


def _bits(column: pd.Series) -> pd.Series:
    if not (pd.api.types.is_integer_dtype(column) or pd.api.types.is_bool_dtype(column)):
        raise ValueError(f"{column.name} is {column.dtype}, not 0 or 1")
    if not (good := (column == 0) | (column == 1)).all():
        raise ValueError(f"{column.name} holds {column[~good].iat[0]}, not 0 or 1")
    return column.astype("uint8")


def _texts(column: pd.Series) -> pd.Series:
    if not pd.api.types.is_string_dtype(column):
        raise ValueError(f"{column.name} is {column.dtype}, not text")
    return column.astype("str")


def _integers(column: pd.Series) -> pd.Series:
    if not pd.api.types.is_integer_dtype(column):
        raise ValueError(f"{column.name} is {column.dtype}, not whole numbers")
    return column.astype("int64")


def _splits(column: pd.Series) -> pd.Series:
    if not (good := column.isin(SPLITS)).all():
        raise ValueError(f"split holds {column[~good].iat[0]!r}, not val or test")
    return column.astype("str")


def _shares(column: pd.Series) -> pd.Series:
    if not pd.api.types.is_float_dtype(column):
        raise ValueError(f"{column.name} is {column.dtype}, not a number with decimals")
    if not (good := column.between(0, 1)).all():
        raise ValueError(f"{column.name} holds {column[~good].iat[0]}, not within 0 to 1")
    return column.astype("float32")

"""A person's marks as a table to take away, and as a run used them."""

import pandas as pd

from core.data import FaceDataset
from core.data.marks import (
    COLUMNS,
    Marks,
    counts,
    mark_rows,
    marked_rows,
    marks_file,
    marks_fingerprint,
    read_marks,
    standing,
)
from core.runs.export import harmless
from core.runs.records import MarksRecord
from core.settings import Settings


def marks_csv(dataset: FaceDataset, settings: Settings) -> str:
    """All marks on a data set's attributes as csv; what a spreadsheet would run begins with an apostrophe.

    Raises:
        DataError: the marks cannot be read.
    """
    rows = mark_rows(marks_file(dataset.root, settings), dataset.attributes)
    return pd.DataFrame(rows, columns=list(COLUMNS)).map(harmless).to_csv(index=False)


def described_for(dataset: FaceDataset, target: str, use: str, settings: Settings) -> MarksRecord | None:
    """What a run that began now would record of the marks as they are; None where it ignores them.

    Args:
        dataset: with the run's split.

    Raises:
        DataError: the marks cannot be read.
    """
    if use == "ignore":
        return None
    marks = standing(read_marks(marks_file(dataset.root, settings), target), dataset, target)
    return described(marks, dataset, use)


def marks_sentence(marks: MarksRecord, target: str) -> str:
    """What a run does with the labels marked wrong, with counts: "3 labels of Male are marked wrong: …"."""
    if not marks.wrong:
        return f"No label of {target} is marked wrong among this run's images: {marks.use} changes nothing."
    done = "left out of training" if marks.use == "leave_out" else "turned over in training"
    said = marked_wrong(marks.wrong, target)
    rest = f", {marks.held_out:,} of validation and test stay as they came" if marks.held_out else ""
    return f"{said}: {marks.applied:,} {done}{rest}."


def marked_wrong(n: int, target: str) -> str:
    """How many: "3 labels of Male are marked wrong". No full stop."""
    if not n:
        return f"No label of {target} is marked wrong"
    return f"{n:,} label{'' if n == 1 else 's'} of {target} {'is' if n == 1 else 'are'} marked wrong"


def described(marks: Marks, dataset: FaceDataset, use: str) -> MarksRecord:
    """What a run that begins with these marks records of them.

    Args:
        dataset: with its split, before the marks were applied.
        use: "leave_out" or "flip".
    """
    wrong = set(marked_rows(marks, dataset, "wrong").tolist())
    trained = set(dataset.split_rows("train").tolist())
    return MarksRecord(
        use=use,
        fingerprint=marks_fingerprint(marks),
        applied=len(wrong & trained),
        held_out=len(wrong - trained),
        **counts(marks.values()),
    )

"""A person's marks as a table to take away, and as a run used them."""

import pandas as pd

from core.data import FaceDataset
from core.data.marks import COLUMNS, Marks, counts, mark_rows, marked_rows, marks_file, marks_fingerprint
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

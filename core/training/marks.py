"""What a person marked wrong, taken out of a run's training images or turned over. The rest is untouched.

Validation and test keep their labels as they came: every run is scored on the same ones and stays comparable.
The marks that a run begins with are copied into its folder; it goes on with those, whatever is marked later.
"""

from pathlib import Path

import numpy as np

from core.data import FaceDataset
from core.data.marks import marked_rows, marks_file, read_marks, standing, write_marks
from core.errors import DataError
from core.runs.config import TrainConfig
from core.runs.label_marks import described
from core.runs.records import MarksRecord
from core.settings import Settings

MARKS = "marks.json"
"""The copy in a run's folder."""
LEFT_OUT = ""
"""The split of a training image that is left out. It keeps its row, so that the cached features fit."""


def with_marks(
    dataset: FaceDataset, config: TrainConfig, settings: Settings, folder: Path | None
) -> tuple[FaceDataset, MarksRecord | None]:
    """The data set as `config.marks` wants it, and what is recorded of that; None where marks are ignored.

    Args:
        dataset: with its split.
        folder: the run's, where its copy of the marks is kept; None keeps none.

    Raises:
        DataError: the marks cannot be read, or leave a single class to learn from.
    """
    if config.marks == "ignore":
        return dataset, None
    target = config.target
    copy = folder / MARKS if folder else None
    if copy and copy.exists():
        marks = read_marks(copy, target)
    else:
        marks = standing(read_marks(marks_file(dataset.root, settings), target), dataset, target)
        if copy:
            write_marks(copy, {target: marks})
    rows = np.intersect1d(marked_rows(marks, dataset, "wrong"), dataset.split_rows("train"))
    return _applied(dataset, config, rows), described(marks, dataset, config.marks)


def _applied(dataset: FaceDataset, config: TrainConfig, rows: np.ndarray) -> FaceDataset:
    frame = dataset.frame.copy()
    if config.marks == "flip":
        frame.iloc[rows, frame.columns.get_loc(config.target)] = 1 - dataset.labels(config.target)[rows]
    else:
        frame.iloc[rows, frame.columns.get_loc("split")] = LEFT_OUT
    marked = dataset.with_frame(frame)
    _refuse_one_class(marked, config)
    return marked


def _refuse_one_class(dataset: FaceDataset, config: TrainConfig) -> None:
    labels = dataset.labels(config.target)[dataset.split_rows("train")]
    positives = int(labels.sum())
    if not 0 < positives < len(labels):
        raise DataError(
            f"With the marks on {config.target} the training images have a single class: {positives:,} with "
            f"it, {len(labels) - positives:,} without. Train with `marks: ignore`, or look at them again."
        )

"""After fitting: probabilities of validation and test at the best epoch, kept for each image."""

from collections.abc import Callable

import keras
import numpy as np
import pandas as pd

from core.data import FaceDataset
from core.evaluation import accuracy, binary_cross_entropy
from core.runs.files import commit
from core.runs.records import EpochScore, SplitCount
from core.runs.run import Row, Run
from core.training.inputs import Read

SCORED = ("val", "test")


def probabilities(
    model: keras.Model, read: Read, rows: np.ndarray, batch: int, on_batch: Callable[[int], None]
) -> np.ndarray:
    """P(target = 1) for `rows`, float32, shape (len(rows),); `on_batch` hears of images done, may raise."""
    parts = []
    for start in range(0, len(rows), batch):
        some = rows[start : start + batch]
        parts.append(model.predict_on_batch(read(some))[:, 0])
        on_batch(start + len(some))
    return np.concatenate(parts).astype(np.float32)


def predictions_frame(dataset: FaceDataset, target: str, scored: dict[str, np.ndarray]) -> pd.DataFrame:
    """One row an image of the scored splits: image_id, person_id, split, label, probability, attributes."""
    parts = []
    for split, values in scored.items():
        rows = dataset.frame.iloc[dataset.split_rows(split)]
        fixed = rows[["image_id", "person_id", "split"]].assign(label=rows[target], probability=values)
        parts.append(pd.concat([fixed, rows[list(dataset.attributes)]], axis=1))
    return pd.concat(parts, ignore_index=True)


def write_predictions(run: Run, frame: pd.DataFrame) -> None:
    """Replace `predictions.parquet` atomically."""
    temp = run.path / ".tmp-predictions.parquet"
    frame.to_parquet(temp, index=False)
    commit(temp, run.predictions_path)


def epoch_score(history: list[Row], epoch: int, labels: np.ndarray, test: np.ndarray) -> EpochScore:
    """How 1-based `epoch` does: its row of the history, and the test probabilities of its weights."""
    row = next(row for row in history if int(row["epoch"]) == epoch - 1)
    return EpochScore(
        epoch=epoch,
        train_accuracy=row.get("accuracy"),
        train_loss=row.get("loss"),
        val_accuracy=row.get("val_accuracy"),
        val_loss=row.get("val_loss"),
        test_accuracy=accuracy(labels, test),
        test_loss=binary_cross_entropy(labels, test),
    )


def split_counts(dataset: FaceDataset, target: str) -> dict[str, SplitCount]:
    """Images and positives of each split."""
    labels = dataset.labels(target)
    return {
        split: SplitCount(n=len(rows), positives=int(labels[rows].sum())) for split, rows in dataset.splits()
    }

"""After fitting: probabilities of validation and test at the best epoch, kept for each image."""

from collections.abc import Callable

import keras
import numpy as np
import pandas as pd

from core.atomic import commit, sync_file
from core.data import FaceDataset
from core.evaluation import accuracy, accuracy_interval, binary_cross_entropy, predicted_classes
from core.faults import crash_point
from core.model.devices import forward
from core.model.features import batches_ahead
from core.runs.checkpoints import WEIGHTS, part_name
from core.runs.config import TrainConfig
from core.runs.records import EpochScore, Metrics, SplitCount
from core.runs.run import Row, Run
from core.training.inputs import Inputs

SCORED = ("val", "test")

OnBatch = Callable[[int, int], None]
"""Called with images done and images in all; may raise to stop."""


def score(
    run: Run, config: TrainConfig, dataset: FaceDataset, tail: keras.Model, inputs: Inputs, on_batch: OnBatch
) -> Metrics:
    """Score the best epoch on validation and test, the last on test; write predictions, return the rest.

    Checkpoints are loaded into `tail`, whose layers `inputs.model` shares.

    Raises:
        CheckpointError: a checkpoint file is not what was saved.
    """
    crash_point("scoring")
    manifest, history = run.checkpoints.manifest(), run.history()
    tail.load_weights(run.checkpoints.best_weights())
    scored = {split: probabilities(inputs, dataset.split_rows(split), on_batch) for split in SCORED}
    truth = truths(dataset, config.target)
    best = last = epoch_score(history, manifest.best_epoch, truth, scored)
    if manifest.last_epoch != manifest.best_epoch:
        tail.load_weights(run.checkpoints.checked(part_name(manifest.last_epoch, WEIGHTS)))
        at_last = probabilities(inputs, dataset.split_rows("test"), on_batch)
        last = epoch_score(history, manifest.last_epoch, truth, {"test": at_last})
    crash_point("predictions")
    write_predictions(run, predictions_frame(dataset, config.target, scored))
    return Metrics(target=config.target, best=best, last=last, splits=split_counts(dataset, config.target))


def probabilities(inputs: Inputs, rows: np.ndarray, on_batch: OnBatch) -> np.ndarray:
    """P(target = 1) for `rows`, float32, shape (len(rows),)."""
    parts, answer = [], forward(inputs.model)
    for start, batch in batches_ahead(inputs.read, rows):
        parts.append(answer(batch)[:, 0])
        crash_point("scoring-batch")
        on_batch(min(start + len(batch), len(rows)), len(rows))
    return np.concatenate(parts)[: len(rows)].astype(np.float32)


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
    sync_file(temp)
    commit(temp, run.predictions_path)


def truths(dataset: FaceDataset, target: str) -> dict[str, pd.DataFrame]:
    """Label and person of each image, for each scored split; columns `label`, `person`."""
    frame = pd.DataFrame({"label": dataset.labels(target), "person": dataset.frame["person_id"]})
    return {split: frame.iloc[dataset.split_rows(split)] for split in SCORED}


def epoch_score(
    history: list[Row], epoch: int, truth: dict[str, pd.DataFrame], scored: dict[str, np.ndarray]
) -> EpochScore:
    """How 1-based `epoch` does: its row of the history, and what its weights say of test, perhaps of val."""
    labels, test = truth["test"]["label"].to_numpy(), scored["test"]
    intervals = {
        f"{split}_interval": accuracy_interval(
            predicted_classes(values) == truth[split]["label"].to_numpy(), truth[split]["person"].to_numpy()
        )
        for split, values in scored.items()
    }
    row = next(row for row in history if int(row["epoch"]) == epoch - 1)
    return EpochScore(
        epoch=epoch,
        train_accuracy=row.get("accuracy"),
        train_loss=row.get("loss"),
        val_accuracy=row.get("val_accuracy"),
        val_loss=row.get("val_loss"),
        test_accuracy=accuracy(labels, test),
        test_loss=binary_cross_entropy(labels, test),
        **intervals,
    )


def split_counts(dataset: FaceDataset, target: str) -> dict[str, SplitCount]:
    """Images and positives of each split."""
    labels = dataset.labels(target)
    return {
        split: SplitCount(n=len(rows), positives=int(labels[rows].sum())) for split, rows in dataset.splits()
    }

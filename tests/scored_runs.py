"""Run folders with real predictions in them, without training: for what is computed from predictions.

The probabilities of a run are drawn so that its accuracy comes near what is asked; runs made with the same
`images` seed share their images, persons, labels and attributes, and can be compared image by image.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from core.atomic import write_json
from core.data import ATTRIBUTES
from core.evaluation import accuracy, binary_cross_entropy
from core.runs import Run, RunStore, State, TrainConfig
from core.runs.files import write_csv_rows
from core.runs.records import DataRecord, Environment, EpochScore, Metrics, SplitCount, WeightsRecord
from core.runs.run import Row
from core.settings import Settings

PHOTOS_PER_PERSON = 5
PERSONS_AT_MOST = 100_000
"""Of one split; persons of different seeds are different."""
CONFIG = TrainConfig(weights="random", image_size=64, epochs=3)


def scored_run(
    settings: Settings,
    name: str = "",
    *,
    config: TrainConfig = CONFIG,
    right: float = 0.9,
    seed: int = 0,
    n: int = 200,
    images: int = 0,
    synthetic: bool = True,
    weights: str = "random",
    val_losses: Sequence[float] = (0.5, 0.3, 0.4),
) -> Run:
    """A finished run scored on `n` validation and `n` test images, `right` of them about right.

    Args:
        seed: of the probabilities.
        images: of the images; another number makes other images, which cannot be compared.
    """
    run = RunStore(settings.runs).create(config, name=name)
    frame = predictions(config.target, right, seed=seed, n=n, images=images)
    frame.to_parquet(run.predictions_path, index=False)
    history = _history(val_losses)
    write_csv_rows(run.path / "history.csv", history)
    splits = _splits(frame)
    write_json(run.path / "environment.json", _environment(splits, images, synthetic, weights).model_dump())
    write_json(run.path / "metrics.json", _metrics(config, frame, history, splits).model_dump())
    with run.hold() as held:
        held.set_state(State.FINISHED)
    return run


def predictions(target: str, right: float, *, seed: int = 0, n: int = 200, images: int = 0) -> pd.DataFrame:
    """A frame as `predictions.parquet` holds it: `n` rows of val, then `n` of test."""
    faces = pd.concat([_faces(split, n, images + offset) for offset, split in ((1, "val"), (2, "test"))])
    numbers = np.random.default_rng((seed, images))
    labels = faces[target].to_numpy()
    # A normal logit that falls on the right side of 0 with the share asked for.
    centre = 1.5 * NormalDist().inv_cdf(right)
    logits = np.where(labels == 1, centre, -centre) + numbers.normal(0, 1.5, len(faces))
    fixed = faces[["image_id", "person_id", "split"]].assign(
        label=labels, probability=(1 / (1 + np.exp(-logits))).astype(np.float32)
    )
    return pd.concat([fixed, faces[list(ATTRIBUTES)]], axis=1).reset_index(drop=True)


def _faces(split: str, n: int, seed: int) -> pd.DataFrame:
    numbers = np.random.default_rng(seed)
    rates = numbers.uniform(0.1, 0.6, len(ATTRIBUTES))
    frame = pd.DataFrame(
        {
            attribute: (numbers.random(n) < rate).astype(np.uint8)
            for attribute, rate in zip(ATTRIBUTES, rates, strict=True)
        }
    )
    frame["image_id"] = [f"{split}-{seed}-{i:05d}.jpg" for i in range(n)]
    frame["person_id"] = seed * PERSONS_AT_MOST + np.arange(n) // PHOTOS_PER_PERSON
    frame["split"] = split
    return frame


def _history(val_losses: Sequence[float]) -> list[Row]:
    return [
        {
            "epoch": float(epoch),
            "accuracy": 0.8 + epoch / 100,
            "learning_rate": 1e-3,
            "loss": 0.5 - epoch / 10,
            "val_accuracy": 0.85 + epoch / 100,
            "val_loss": loss,
        }
        for epoch, loss in enumerate(val_losses)
    ]


def _splits(frame: pd.DataFrame) -> dict[str, SplitCount]:
    counts = {
        split: SplitCount(n=len(rows), positives=int(rows["label"].sum()))
        for split, rows in frame.groupby("split")
    }
    return {"train": SplitCount(n=len(frame) * 4, positives=len(frame) * 2), **counts}


def _metrics(
    config: TrainConfig, frame: pd.DataFrame, history: list[Row], splits: dict[str, SplitCount]
) -> Metrics:
    best = min(history, key=lambda row: row["val_loss"])
    scores = [_score(frame, row) for row in (best, history[-1])]
    return Metrics(
        target=config.target,
        best=scores[0],
        last=scores[1],
        splits=splits,
        images_per_second={"training": 1234.5, "scoring": 2345.6},
    )


def _score(frame: pd.DataFrame, row: Row) -> EpochScore:
    val, test = (frame[frame["split"] == split] for split in ("val", "test"))
    return EpochScore(
        epoch=int(row["epoch"]) + 1,
        train_accuracy=row["accuracy"],
        train_loss=row["loss"],
        val_accuracy=accuracy(val["label"], val["probability"].to_numpy()),
        val_loss=binary_cross_entropy(val["label"], val["probability"].to_numpy()),
        test_accuracy=accuracy(test["label"], test["probability"].to_numpy()),
        test_loss=binary_cross_entropy(test["label"], test["probability"].to_numpy()),
    )


def _environment(splits: dict[str, SplitCount], images: int, synthetic: bool, weights: str) -> Environment:
    data = DataRecord(
        name="synthetic faces" if synthetic else "faces",
        synthetic=synthetic,
        fingerprint=f"data-{images}",
        split_fingerprint=f"split-{images}",
        official_split=True,
        splits=splits,
    )
    return Environment(
        versions={"python": "3.11", "tensorflow": "2.21"},
        machine="a test",
        precision="float32",
        seed=0,
        data=data,
        weights=WeightsRecord(kind=weights, name=weights, fingerprint="weights"),
        trained_parameters=6_423_297,
        frozen_parameters=14_714_688,
    )

"""Keras's `fit`, from the beginning or from a checkpoint, with everything that watches it."""

import math
import os
from typing import Protocol

import keras
import numpy as np

from core.data import FaceDataset
from core.errors import RunDamagedError
from core.faults import die, dies_at
from core.model.augmentation import augment
from core.model.network import Network
from core.runs.alarms import drop_alarms_after
from core.runs.config import TrainConfig
from core.runs.files import write_csv_rows
from core.runs.run import Row, Run
from core.training.adam import OnePassAdam
from core.training.callbacks import (
    POSITIVE_RATE,
    RaiseAlarms,
    RecordLearningRate,
    SeedNoise,
    Watch,
    positive_rate,
)
from core.training.checkpointing import Counted, RestoreCounters, SaveCheckpoint, restore
from core.training.inputs import Batches, Inputs
from core.training.interruption import Listener
from core.training.reporting import Reporter
from core.training.tensorboard import event_writers

OPTIMIZERS = {
    "adam": OnePassAdam,
    "adamw": keras.optimizers.AdamW,
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
}
CHECKPOINT_SLACK = 1.1
"""Container formats add a little to the bytes of the arrays."""


class Host(Protocol):
    """What fitting asks of the trainer around it."""

    reporter: Reporter
    listener: Listener

    def phase(self, name: str) -> None: ...

    def before_checkpoint(self, needed: int) -> None: ...


def fit(
    run: Run, config: TrainConfig, dataset: FaceDataset, network: Network, inputs: Inputs, host: Host
) -> None:
    """Train the tail until `config.epochs`, from the run's newest checkpoint if it has one.

    What is fitted is `inputs.model`, which shares the tail's layers; the tail is what is saved.

    Raises:
        Interrupted: a stop, a pause, or a loss that is no number.
        CheckpointError: there are checkpoints, and none is whole.
        DiskFullError: the next checkpoint would not fit.
    """
    model = compiled(inputs.model, config)
    point = restore(run.checkpoints, model, network.tail, config.epochs)
    for complaint in point.complaints:
        print(f"Fell back to epoch {point.epoch}: {complaint}", flush=True)
    history = _rewind_history(run, point.epoch)
    if point.ended_early:
        return
    host.phase("training")
    read, labels = inputs.read, dataset.labels(config.target)
    size = config.batch_size
    train = Batches(read, dataset.split_rows("train"), labels, size, seed=config.seed, epoch=point.epoch)
    val = Batches(read, dataset.split_rows("val"), labels, size)
    saver = _saver(run, config, network.tail, history, host)
    watchers = [Watch(run, host.reporter, host.listener, train), SeedNoise(config.seed)]
    # Order matters: the epoch is judged, its row written, then counted, then committed.
    recorders = [
        RaiseAlarms(run, history, float(labels[val.rows].mean())),
        RecordLearningRate(),
        History(run),
    ]
    model.fit(
        train,
        validation_data=val,
        epochs=config.epochs,
        initial_epoch=point.epoch,
        callbacks=[
            *watchers,
            *recorders,
            *event_writers(run),
            *saver.counted,
            RestoreCounters(saver.counted, point.callbacks),
            saver,
        ],
        shuffle=False,
        verbose=0,
    )


def compiled(answering: keras.Model, config: TrainConfig) -> keras.Model:
    """A model with augmentation, loss and optimizer that shares the layers of the one that answers."""
    entry = keras.Input(answering.input.shape[1:], dtype=answering.input.dtype)
    model = keras.Model(entry, answering(augment(entry, config)))
    accuracy = keras.metrics.BinaryAccuracy(name="accuracy")
    positives = keras.metrics.MeanMetricWrapper(positive_rate, name=POSITIVE_RATE)
    model.compile(
        optimizer=OPTIMIZERS[config.optimizer](learning_rate=config.learning_rate),
        loss="binary_crossentropy",
        metrics=[accuracy, positives],
        jit_compile=False,
    )
    return model


def plateau_callbacks(config: TrainConfig) -> list[Counted]:
    """Early stopping and learning-rate reduction, those that `config` switches on."""
    callbacks: list[Counted] = []
    if config.early_stopping_patience:
        callbacks.append(keras.callbacks.EarlyStopping("val_loss", patience=config.early_stopping_patience))
    if config.reduce_lr_patience:
        factor, patience = config.reduce_lr_factor, config.reduce_lr_patience
        callbacks.append(keras.callbacks.ReduceLROnPlateau("val_loss", factor=factor, patience=patience))
    return callbacks


class History(keras.callbacks.CSVLogger):
    """`history.csv` by Keras's own callback, appended to after a resume; one line in the log as well."""

    def __init__(self, run: Run):
        super().__init__(str(run.path / "history.csv"), append=True)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Write the row, durably: the checkpoint that follows counts on it."""
        super().on_epoch_end(epoch, logs)
        os.fsync(self.csv_file.fileno())
        if dies_at("torn-history"):
            self.csv_file.truncate(self.csv_file.tell() - 7)
            die()
        scores = "  ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items())
        print(f"epoch {epoch + 1}  {scores}", flush=True)


def _saver(
    run: Run, config: TrainConfig, tail: keras.Model, history: list[Row], host: Host
) -> SaveCheckpoint:
    needed = checkpoint_bytes(tail)
    counted = plateau_callbacks(config)
    return SaveCheckpoint(
        run.checkpoints, tail, counted, history, config.epochs, lambda: host.before_checkpoint(needed)
    )


def checkpoint_bytes(tail: keras.Model) -> int:
    """Disk that a checkpoint takes at most: the weights, and two optimizer slots for each trained one."""
    weights = sum(math.prod(weight.shape) for weight in tail.weights)
    trained = sum(math.prod(weight.shape) for weight in tail.trainable_weights)
    return int((weights + 2 * trained) * np.dtype(np.float32).itemsize * CHECKPOINT_SLACK)


def _rewind_history(run: Run, epoch: int) -> list[Row]:
    """Rows of the checkpointed epochs; later ones leave the file, they are trained again.

    Raises:
        RunDamagedError: a checkpointed epoch has no row.
    """
    kept = [row for row in run.history() if row["epoch"] < epoch]
    if missing := set(range(epoch)) - {int(row["epoch"]) for row in kept}:
        raise RunDamagedError(
            f"history.csv of {run.id} has no row for epoch {min(missing) + 1}, which was saved. "
            "Restore the file, or train the run again."
        )
    path = run.path / "history.csv"
    if path.exists():
        write_csv_rows(path, kept)
    drop_alarms_after(run, epoch)
    return kept

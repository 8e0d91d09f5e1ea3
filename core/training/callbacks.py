"""What `fit` calls back: progress and interruption, the recorded learning rate, alarms, seeds of noise."""

import keras
import numpy as np

from core.faults import crash_point
from core.runs.alarms import Epoch, alarms_of, not_finite, raise_alarm
from core.runs.run import Row, Run
from core.training.inputs import Batches
from core.training.interruption import Interrupted, Listener
from core.training.reporting import Reporter

SEED_STATE = "seed_generator_state"
"""What Keras calls the state of a layer's random numbers."""
POSITIVE_RATE = "positive_rate"
"""Metric for the alarms alone: the share of images answered "yes". Not part of the history."""


class Watch(keras.callbacks.Callback):
    """Reports each batch and leaves `fit` at the next one when somebody asks, or the loss is no number."""

    def __init__(self, run: Run, reporter: Reporter, listener: Listener, batches: Batches):
        super().__init__()
        self.run = run
        self.reporter = reporter
        self.listener = listener
        self.batches = batches
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Start the epoch's clock."""
        self._epoch = epoch + 1
        self.reporter.restart_clock()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Report, and listen."""
        crash_point("train-batch")
        logs = logs or {}
        self._report(batch + 1, logs)
        loss = logs.get("loss", 0.0)
        if not np.isfinite(loss):
            alarm = not_finite(self._epoch, float(loss))
            raise_alarm(self.run, alarm)
            raise Interrupted("stop", alarm.message)
        self.listener.check()

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Listen during validation too."""
        crash_point("validation-batch")
        self.listener.check()

    def _report(self, done: int, logs: dict) -> None:
        total = len(self.batches)
        a_step = self.reporter.spent / done
        epoch_left = a_step * (total - done)
        self.reporter.step(
            done,
            total,
            min(done * self.batches.batch_size, len(self.batches.rows)),
            epoch=self._epoch,
            eta_epoch=epoch_left,
            eta_run=epoch_left + a_step * total * (self.reporter.epochs - self._epoch),
            loss=_number(logs.get("loss")),
            accuracy=_number(logs.get("accuracy")),
        )


class RaiseAlarms(keras.callbacks.Callback):
    """Looks at each epoch for signs of trouble, and takes the metric it needs out of the history.

    Args:
        history: rows of the epochs before; SaveCheckpoint appends to the same list.
        val_rate: share of the positives in validation.
    """

    def __init__(self, run: Run, history: list[Row], val_rate: float):
        super().__init__()
        self.run = run
        self.val_rate = val_rate
        self.epochs = [_epoch_of(row) for row in history]

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Runs before the row is written."""
        logs = logs if logs is not None else {}
        logs.pop(POSITIVE_RATE, None)
        positive = logs.pop(f"val_{POSITIVE_RATE}", 0.5)
        self.epochs.append(_epoch_of({"epoch": epoch, **logs}, positive))
        for alarm in alarms_of(self.epochs, self.val_rate):
            if raise_alarm(self.run, alarm):
                print(f"Alarm: {alarm.message} {alarm.advice}", flush=True)


class RecordLearningRate(keras.callbacks.Callback):
    """Puts the rate an epoch was trained with into its row of the history."""

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Runs before ReduceLROnPlateau changes it."""
        crash_point("history")
        if logs is not None:
            logs["learning_rate"] = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))


class SeedNoise(keras.callbacks.Callback):
    """Noise of dropout and augmentation becomes a function of (seed, epoch): a resumed epoch has the same."""

    def __init__(self, seed: int):
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Set the seed state of each layer that has one, wherever it is nested."""
        states = [variable for variable in self.model.variables if variable.name == SEED_STATE]
        for i, state in enumerate(states):
            words = np.random.SeedSequence((self.seed, epoch, i)).generate_state(2, np.uint32)
            state.assign(words)


def positive_rate(labels: object, probabilities: object) -> object:
    """Keras metric function: 1 for each image answered "yes"."""
    return keras.ops.cast(keras.ops.greater(probabilities, 0.5), "float32")


def _epoch_of(row: Row, positive: float = 0.5) -> Epoch:
    fields = {name: float(row.get(name, np.nan)) for name in ("loss", "accuracy", "val_loss", "val_accuracy")}
    return Epoch(epoch=int(row["epoch"]) + 1, val_positive=float(positive), **fields)


def _number(value: object) -> float | None:
    return None if value is None else float(value)

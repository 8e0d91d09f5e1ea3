"""What `fit` calls back: progress and interruption, the recorded learning rate, dropout's seeds."""

import keras
import numpy as np

from core.training.inputs import Batches
from core.training.interruption import Interrupted, Listener
from core.training.reporting import Reporter


class Watch(keras.callbacks.Callback):
    """Reports each batch and leaves `fit` at the next one when somebody asks."""

    def __init__(self, reporter: Reporter, listener: Listener, batches: Batches):
        super().__init__()
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
        logs = logs or {}
        done, total = batch + 1, len(self.batches)
        epoch_left = self.reporter.spent / done * (total - done)
        self.reporter.step(
            done,
            total,
            min(done * self.batches.batch_size, len(self.batches.rows)),
            epoch=self._epoch,
            eta_epoch=epoch_left,
            eta_run=epoch_left + self.reporter.spent / done * total * (self.reporter.epochs - self._epoch),
            loss=_number(logs.get("loss")),
            accuracy=_number(logs.get("accuracy")),
        )
        if not np.isfinite(logs.get("loss", 0.0)):
            raise Interrupted(
                "stop",
                f"The loss was {logs['loss']} in epoch {self._epoch}. Try a lower learning rate.",
            )
        self.listener.check()

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Listen during validation too."""
        self.listener.check()


class RecordLearningRate(keras.callbacks.Callback):
    """Puts the rate an epoch was trained with into its row of the history."""

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Runs before ReduceLROnPlateau changes it."""
        if logs is not None:
            logs["learning_rate"] = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))


class SeedDropout(keras.callbacks.Callback):
    """Dropout's noise becomes a function of (seed, epoch), so that a resumed epoch drops the same units."""

    def __init__(self, seed: int):
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Set each dropout layer's seed state."""
        layers = [layer for layer in self.model.layers if isinstance(layer, keras.layers.Dropout)]
        for i, layer in enumerate(layers):
            words = np.random.SeedSequence((self.seed, epoch, i)).generate_state(2, np.uint32)
            layer.seed_generator.state.assign(words)


def _number(value: object) -> float | None:
    return None if value is None else float(value)

"""What is inside a checkpoint: the tail's weights, the optimizer, and the callbacks' counters.

How the files are named, hashed and committed is `core.runs.checkpoints`'s business.
"""

import math
from pathlib import Path
from typing import Any

import keras
import numpy as np

from core.errors import CheckpointError
from core.runs.checkpoints import COUNTERS, OPTIMIZER, WEIGHTS, Checkpoints, part_name
from core.runs.files import read_json, write_json
from core.runs.run import Row

Counted = keras.callbacks.EarlyStopping | keras.callbacks.ReduceLROnPlateau
COUNTER_FIELDS = ("wait", "best", "best_epoch", "stopped_epoch", "cooldown_counter")
"""Keras zeroes these in `on_train_begin`; a resumed run needs them back."""


def best_epoch(history: list[Row]) -> int:
    """1-based epoch with the lowest val_loss, the earliest on a tie; a loss that is no number never wins."""
    losses = [row.get("val_loss", math.inf) for row in history]
    finite = [loss if math.isfinite(loss) else math.inf for loss in losses]
    return int(history[finite.index(min(finite))]["epoch"]) + 1


class SaveCheckpoint(keras.callbacks.Callback):
    """Saves and commits after each epoch; stands last, when the other callbacks have counted it."""

    def __init__(
        self, checkpoints: Checkpoints, tail: keras.Model, counted: list[Counted], history: list[Row]
    ):
        super().__init__()
        self.checkpoints = checkpoints
        self.tail = tail
        self.counted = counted
        self.history = history

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Commit epoch `epoch` (0-based, as Keras counts)."""
        self.history.append({"epoch": epoch, **{key: float(value) for key, value in (logs or {}).items()}})
        counters = {"stop_training": bool(self.model.stop_training), "callbacks": counters_of(self.counted)}
        writers = {
            WEIGHTS: self.tail.save_weights,
            OPTIMIZER: lambda path: save_optimizer(self.model.optimizer, path),
            COUNTERS: lambda path: write_json(path, counters),
        }
        self.checkpoints.save(epoch + 1, best_epoch(self.history), writers)


class RestoreCounters(keras.callbacks.Callback):
    """Gives early stopping and learning-rate reduction their counters back, after they zeroed them."""

    def __init__(self, counted: list[Counted], saved: dict[str, dict[str, Any]]):
        super().__init__()
        self.counted = counted
        self.saved = saved

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Stands after the callbacks it restores."""
        for callback in self.counted:
            for field, value in self.saved.get(type(callback).__name__, {}).items():
                setattr(callback, field, value)


def counters_of(counted: list[Counted]) -> dict[str, dict[str, Any]]:
    """Each callback's counters by its class name."""
    return {
        type(callback).__name__: {
            field: _plain(getattr(callback, field)) for field in COUNTER_FIELDS if hasattr(callback, field)
        }
        for callback in counted
    }


def save_optimizer(optimizer: keras.Optimizer, path: Path) -> None:
    """Write the optimizer's variables in order, as an npz without pickles."""
    with path.open("wb") as file:
        np.savez(file, *[keras.ops.convert_to_numpy(variable) for variable in optimizer.variables])


def load_optimizer(optimizer: keras.Optimizer, path: Path) -> None:
    """Give a built optimizer its variables back.

    Raises:
        CheckpointError: they are another optimizer's.
    """
    with np.load(path, allow_pickle=False) as saved:
        arrays = [saved[f"arr_{i}"] for i in range(len(saved.files))]
    if [a.shape for a in arrays] != [tuple(v.shape) for v in optimizer.variables]:
        raise CheckpointError(f"{path.name} belongs to another optimizer or network. Train the run again.")
    for variable, array in zip(optimizer.variables, arrays, strict=True):
        variable.assign(array)


def restore(checkpoints: Checkpoints, model: keras.Model, tail: keras.Model) -> tuple[int, dict[str, Any]]:
    """Load the last checkpoint into a compiled model; returns its 1-based epoch and its counters.

    Returns (0, {}) when the run has none.
    """
    manifest = checkpoints.manifest()
    if manifest is None:
        return 0, {}
    epoch = manifest.last_epoch
    tail.load_weights(checkpoints.checked(part_name(epoch, WEIGHTS)))
    model.optimizer.build(model.trainable_variables)
    load_optimizer(model.optimizer, checkpoints.checked(part_name(epoch, OPTIMIZER)))
    return epoch, read_json(checkpoints.checked(part_name(epoch, COUNTERS)))


def _plain(value: Any) -> int | float | None:
    return value if value is None or isinstance(value, int) else float(value)

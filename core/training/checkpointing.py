"""What is inside a checkpoint: the tail's weights, the optimizer, and the callbacks' counters.

How the files are named, hashed and committed is `core.runs.checkpoints`'s business.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from core.atomic import write_json
from core.errors import CheckpointError
from core.runs.checkpoints import COUNTERS, OPTIMIZER, WEIGHTS, Checkpoints, part_name
from core.runs.files import read_json
from core.runs.run import Row

Counted = keras.callbacks.EarlyStopping | keras.callbacks.ReduceLROnPlateau
COUNTER_FIELDS = ("wait", "best", "best_epoch", "stopped_epoch", "cooldown_counter")
"""Keras zeroes these in `on_train_begin`; a resumed run needs them back."""


def is_best(history: list[Row], best: int | None) -> bool:
    """Whether the last row's val_loss is below that of 1-based epoch `best`; NaN never is, a tie neither."""
    losses = {int(row["epoch"]) + 1: row.get("val_loss", math.nan) for row in history}
    last = losses[max(losses)]
    if best is None or not math.isfinite(losses.get(best, math.nan)):
        return True
    return math.isfinite(last) and last < losses[best]


class SaveCheckpoint(keras.callbacks.Callback):
    """Saves and commits after each epoch; stands last, when the other callbacks have counted it."""

    def __init__(
        self,
        checkpoints: Checkpoints,
        tail: keras.Model,
        counted: list[Counted],
        history: list[Row],
        epochs: int,
        before_saving: Callable[[], None],
    ):
        super().__init__()
        self.checkpoints = checkpoints
        self.tail = tail
        self.counted = counted
        self.history = history
        self.epochs = epochs
        self.before_saving = before_saving

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Commit epoch `epoch` (0-based, as Keras counts)."""
        self.before_saving()
        self.history.append({"epoch": epoch, **{key: float(value) for key, value in (logs or {}).items()}})
        manifest = self.checkpoints.manifest()
        counters = {
            "epochs": self.epochs,
            "stop_training": bool(self.model.stop_training),
            "callbacks": counters_of(self.counted),
        }
        writers = {
            WEIGHTS: self.tail.save_weights,
            OPTIMIZER: lambda path: save_optimizer(self.model.optimizer, path),
            COUNTERS: lambda path: write_json(path, counters),
        }
        best = manifest.best_epoch if manifest else None
        self.checkpoints.save(epoch + 1, is_best(self.history, best), writers)


class RestoreCounters(keras.callbacks.Callback):
    """Gives early stopping and learning-rate reduction their counters back, after they zeroed them."""

    def __init__(self, counted: list[Counted], saved: dict[str, dict[str, Any]]):
        super().__init__()
        self.counted = counted
        self.saved = saved

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Stands after the callbacks it restores."""
        for callback in self.counted:
            for name, value in self.saved.get(type(callback).__name__, {}).items():
                setattr(callback, name, value)


def counters_of(counted: list[Counted]) -> dict[str, dict[str, Any]]:
    """Each callback's counters by its class name."""
    return {
        type(callback).__name__: {
            name: _plain(getattr(callback, name)) for name in COUNTER_FIELDS if hasattr(callback, name)
        }
        for callback in counted
    }


@dataclass(frozen=True)
class ResumePoint:
    """Where training goes on: after 1-based `epoch` (0: at the beginning)."""

    epoch: int = 0
    callbacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended_early: bool = False
    complaints: tuple[str, ...] = ()


def restore(checkpoints: Checkpoints, model: keras.Model, tail: keras.Model, epochs: int) -> ResumePoint:
    """Load the newest whole checkpoint into a compiled model, and forget newer, damaged ones.

    Args:
        epochs: epochs asked for; when more than were asked for before, early stopping starts counting anew.

    Raises:
        CheckpointError: there are checkpoints, and no whole one is left.
    """
    epoch, complaints = checkpoints.newest_whole()
    if epoch == 0:
        if complaints:
            raise CheckpointError(" ".join(complaints))
        return ResumePoint()
    tail.load_weights(checkpoints.checked(part_name(epoch, WEIGHTS)))
    model.optimizer.build(model.trainable_variables)
    load_optimizer(model.optimizer, checkpoints.checked(part_name(epoch, OPTIMIZER)))
    counters = read_json(checkpoints.checked(part_name(epoch, COUNTERS)))
    checkpoints.rewind(epoch)
    extended = epochs > counters["epochs"]
    callbacks = counters["callbacks"]
    if extended and counters["stop_training"]:
        callbacks["EarlyStopping"]["wait"] = 0
    ended = epoch >= epochs or (counters["stop_training"] and not extended)
    return ResumePoint(epoch, callbacks, ended, tuple(complaints))


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


def _plain(value: Any) -> int | float | None:
    return value if value is None or isinstance(value, int) else float(value)

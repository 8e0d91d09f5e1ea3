"""Event files for TensorBoard, by Keras's own callback, where the package `tensorboard` is installed."""

from importlib.util import find_spec

import keras

from core.runs.run import Run

FOLDER = "tensorboard"


def event_writers(run: Run) -> list[keras.callbacks.Callback]:
    """The callback that writes the run's curves into its folder; none without the package.

    Epochs that are trained again after a resume stand in them twice: an event file is only ever appended to.
    """
    if find_spec("tensorboard") is None:
        return []
    folder = str(run.path / FOLDER)
    return [keras.callbacks.TensorBoard(folder, write_graph=False, update_freq="epoch", profile_batch=0)]

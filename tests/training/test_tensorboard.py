"""A run can be read by TensorBoard where that is installed, and trains the same without."""

import pytest

from core.runs import RunStore, TrainConfig
from core.training import tensorboard


def test_without_the_package_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: None)
    run = RunStore(tmp_path).create(TrainConfig())
    assert tensorboard.event_writers(run) == []


def test_the_curves_stand_in_the_event_files(tmp_path):
    pytest.importorskip("tensorboard", reason="the optional package tensorboard is not installed")
    import keras
    import numpy as np
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    run = RunStore(tmp_path).create(TrainConfig())
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((4, 2), np.float32)
    history = model.fit(x, x[:, :1], epochs=3, verbose=0, callbacks=tensorboard.event_writers(run))
    events = EventAccumulator(str(run.path / tensorboard.FOLDER / "train"))
    events.Reload()
    values = [float(make_ndarray(event.tensor_proto)) for event in events.Tensors("epoch_loss")]
    assert values == pytest.approx(history.history["loss"], rel=1e-6)

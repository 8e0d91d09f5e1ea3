"""Writes a portable model in one of the four formats. Whether the file is right is `check`'s to find out."""

import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import keras
import tensorflow as tf

from core.model.export.pack import write_entry
from core.runs.export_formats import FACTS, Format

OPSET = 17
"""Of ONNX: onnxruntime reads it since 1.12 (2022)."""
KERAS_DATE = "1980-01-01@00:00:00"
"""Stands where Keras writes when a file was saved, so that the same model is the same bytes."""

Writer = Callable[[keras.Model, Format, Path], None]


def write_model(model: keras.Model, form: Format, folder: Path) -> None:
    """Write `model` into `folder`, under the name that `FACTS` has for its format."""
    _WRITERS[form](model, folder / FACTS[form].model)


def _keras(model: keras.Model, path: Path) -> None:
    model.save(path)
    _settle(path)


def _saved_model(model: keras.Model, path: Path) -> None:
    # Keras's own `model.export` keeps each weight twice: 122 MB for a network of 61 MB.
    served = _served(model)
    tf.saved_model.save(served, path, signatures={"serving_default": served.serve})


def _litert(model: keras.Model, path: Path) -> None:
    # By way of a SavedModel: converted from the function and the Keras model, every answer was NaN.
    with tempfile.TemporaryDirectory() as folder:
        _saved_model(model, Path(folder))
        path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(folder).convert())


def _onnx(model: keras.Model, path: Path) -> None:
    import tf2onnx

    serve = _served(model).serve
    tf2onnx.convert.from_function(serve, serve.input_signature, opset=OPSET, output_path=str(path))


_WRITERS = {
    Format.KERAS: _keras,
    Format.SAVED_MODEL: _saved_model,
    Format.LITERT: _litert,
    Format.ONNX: _onnx,
}


def _served(model: keras.Model) -> tf.Module:
    """The model with one function `serve`: names for what goes in and comes out, any number of images."""
    shape = (None, *model.input_shape[1:])

    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"probability": model(image, training=False)}

    served = tf.Module()
    served.weights = [variable.value for variable in model.variables]
    served.serve = tf.function(serve, input_signature=[tf.TensorSpec(shape, tf.float32, name="image")])
    return served


def _settle(path: Path) -> None:
    """Write a .keras file anew, a zip, without what another writing of the same model would change."""
    dated = path.with_name("dated.keras")
    shutil.move(path, dated)
    with zipfile.ZipFile(dated) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "metadata.json":
                content = json.dumps({**json.loads(content), "date_saved": KERAS_DATE}).encode()
            if name == "config.json":
                content = _renumbered(content)
            write_entry(new, name, content)
    dated.unlink()


def _renumbered(config: bytes) -> bytes:
    """Objects that layers share are told apart by their place in memory; here by the order they come in."""
    numbers: dict[bytes, int] = {}

    def number(found: re.Match[bytes]) -> bytes:
        return b'"shared_object_id": %d' % numbers.setdefault(found[1], len(numbers) + 1)

    return re.sub(rb'"shared_object_id": (\d+)', number, config)

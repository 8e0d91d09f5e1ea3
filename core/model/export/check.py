"""Loads the model of a bundle by its own runtime and says how far its answers are from those it must give.

    python -m core.model.export.check BUNDLE.zip keras|saved_model|litert|onnx

A process of its own, so that nothing of the exporter helps: the file alone has to do. Prints one JSON object.
The one place where a model file is loaded whole; it was written a moment ago, by whoever starts this.
"""

import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.runs.export_formats import FACTS, Format

Answer = Callable[[np.ndarray], np.ndarray]


def largest_difference(bundle: Path, form: Format) -> float:
    """The largest difference of a probability to its expected one; NaN when an answer is not a number.

    All samples at once, then the first alone: a bundle promises any number of images.

    Raises:
        ValueError: the answers have another shape than (n, 1).
    """
    with tempfile.TemporaryDirectory() as temp:
        with zipfile.ZipFile(bundle) as file:
            file.extractall(temp)
        [folder] = Path(temp).iterdir()
        with np.load(folder / "samples.npz", allow_pickle=False) as samples:
            images, expected = samples["image"].astype(np.float32), samples["probability"]
        answer = _LOADERS[form](folder / FACTS[form].model)
        return max((_difference(answer(images[:n]), expected[:n]) for n in (len(images), 1)), key=_worst)


def _difference(found: np.ndarray, expected: np.ndarray) -> float:
    if found.shape != expected.shape:
        raise ValueError(f"answers of shape {found.shape} instead of {expected.shape}")
    return float(np.abs(found - expected).max())


def _worst(difference: float) -> float:
    return np.inf if np.isnan(difference) else difference


def _keras(path: Path) -> Answer:
    import keras

    model = keras.saving.load_model(path, compile=False, safe_mode=True)
    return model.predict_on_batch


def _saved_model(path: Path) -> Answer:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    serve = loaded.signatures["serving_default"]
    return lambda images: serve(image=tf.constant(images))["probability"].numpy()


def _litert(path: Path) -> Answer:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    runner = interpreter.get_signature_runner()
    return lambda images: runner(image=images)["probability"]


def _onnx(path: Path) -> Answer:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return lambda images: session.run(["probability"], {"image": images})[0]


_LOADERS = {
    Format.KERAS: _keras,
    Format.SAVED_MODEL: _saved_model,
    Format.LITERT: _litert,
    Format.ONNX: _onnx,
}


def main() -> None:
    """Check the bundle that the command line names."""
    bundle, form = Path(sys.argv[1]), Format(sys.argv[2])
    print(json.dumps({"largest_difference": largest_difference(bundle, form)}))


if __name__ == "__main__":
    main()

"""The forms in which a run's model can be taken away, and what each of them needs. Pure.

The command line and the pages choose from here; what writes and reads the files is `core.model.export`.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from core.errors import InputError

INSTALL = "pip install -r requirements-export.txt"


class Format(StrEnum):
    """What `--format` takes."""

    KERAS = "keras"
    SAVED_MODEL = "saved_model"
    LITERT = "litert"
    ONNX = "onnx"


@dataclass(frozen=True)
class FormatFacts:
    """What has to be known of a format.

    Attributes:
        words: its name for people.
        model: the model's file in the bundle, or its folder.
        packages: what writing and checking it needs beside Lineament's own requirements, by import name.
        runtime: packages by which its bundle's example runs, beside numpy and pillow.
    """

    words: str
    model: str
    packages: tuple[str, ...]
    runtime: tuple[str, ...]


FACTS: dict[Format, FormatFacts] = {
    Format.KERAS: FormatFacts("Keras", "model.keras", (), ("keras", "tensorflow")),
    Format.SAVED_MODEL: FormatFacts("TensorFlow SavedModel", "model", (), ("tensorflow",)),
    Format.LITERT: FormatFacts("LiteRT", "model.tflite", ("ai_edge_litert",), ("ai-edge-litert",)),
    Format.ONNX: FormatFacts("ONNX", "model.onnx", ("tf2onnx", "onnx", "onnxruntime"), ("onnxruntime",)),
}


def bundle_name(run_id: str, form: Format) -> str:
    """The name of a run's bundle without its ending: `20260131-142501-k3x9ab-onnx`."""
    return f"{run_id}-{form}"


def refuse_without_packages(form: Format) -> None:
    """Raises InputError, with the command that mends it, when a package is missing that `form` needs."""
    missing = [name.replace("_", "-") for name in FACTS[form].packages if find_spec(name) is None]
    if missing:
        raise InputError(f"Format {form} needs {', '.join(missing)}, not installed here. Run: {INSTALL}")


def refuse_target(out: Path, *, force: bool) -> None:
    """Raises InputError where the file `out` cannot be made: it is there, or its folder is not."""
    if not out.parent.is_dir():
        raise InputError(f"There is no folder {out.parent} for {out.name}. Make it, or choose another --out.")
    if out.is_dir():
        raise InputError(f"{out} is a folder. Give the name of a file in it.")
    if out.exists() and not force:
        raise InputError(f"{out} is there already. Choose another --out, or add --force to replace it.")

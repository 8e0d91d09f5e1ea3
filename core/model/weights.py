"""Base weights of VGG-16: where they come from, and what they are once loaded.

Three sources: Keras's own ImageNet download and cache, a local file, or random values that are written
once so that they have a fingerprint. What is loaded is identified by the sha256 of its arrays, whatever
file format they came in.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import h5py
import keras
import numpy as np
from filelock import FileLock

from core.errors import WeightsError
from core.model.random_start import set_random_weights
from core.runs.imagenet import IMAGENET_FILE, imagenet_path
from core.runs.records import WeightsRecord
from core.settings import Settings

IMAGENET_MD5 = "6d6bbae143d832006294945121d1f1fc"
"""As `keras.applications.vgg16` checks its download."""
RANDOM_FILE = "vgg16-random-v1.weights.h5"


@dataclass(frozen=True)
class BaseWeights:
    """A file of convolution weights. `kind` is imagenet, random or file; `name` is for people."""

    kind: str
    name: str
    path: Path


def find_weights(spec: str, settings: Settings) -> BaseWeights:
    """The file behind a configuration's `weights`, fetched or made when it must be.

    Args:
        spec: "imagenet", "random" or a file's path.

    Raises:
        WeightsError: the download failed, or there is no such file; the message names the choices.
    """
    if spec == "imagenet":
        return _imagenet()
    if spec == "random":
        return _random(settings)
    path = Path(spec).expanduser()
    if not path.is_file():
        raise WeightsError(
            f"There is no weights file {spec}. Give the path of a VGG-16 file without its top "
            f"(such as {IMAGENET_FILE}), or choose `imagenet` or `random`."
        )
    if _md5(path) == IMAGENET_MD5:
        return BaseWeights("imagenet", "ImageNet", path)
    return BaseWeights("file", path.name, path)


def load_base_weights(base: keras.Model, weights: BaseWeights) -> WeightsRecord:
    """Load `weights` into a VGG-16 without top; returns what was loaded.

    Raises:
        WeightsError: the file is no weights file, belongs to another network, or holds NaN.
    """
    suffix = ".weights.h5" if _is_keras3(weights.path) else ".h5"
    with tempfile.TemporaryDirectory() as folder:
        # Keras chooses its reader by the name, so the content gets the name that fits it.
        link = Path(folder) / f"base{suffix}"
        link.symlink_to(weights.path.resolve())
        try:
            base.load_weights(link)
        except (ValueError, KeyError, OSError, AttributeError) as error:
            raise WeightsError(
                f"{weights.path.name} does not hold the 13 convolution layers of VGG-16 without its top: "
                f"{str(error).splitlines()[0].rstrip('.:')}. Choose another file, `imagenet` or `random`."
            ) from error
    if not all(np.isfinite(array).all() for array in base.get_weights()):
        raise WeightsError(f"{weights.path.name} holds values that are not numbers. Choose another file.")
    return WeightsRecord(kind=weights.kind, name=weights.name, fingerprint=fingerprint(base))


def fingerprint(model: keras.Model) -> str:
    """sha256 over the model's arrays: shape and little-endian float32 bytes, in order."""
    digest = hashlib.sha256()
    for array in model.get_weights():
        digest.update(str(array.shape).encode())
        digest.update(np.ascontiguousarray(array, dtype="<f4").data)
    return digest.hexdigest()


def _imagenet() -> BaseWeights:
    try:
        # Keras downloads, checks the hash and caches; the model made on the way is dropped.
        keras.applications.VGG16(weights="imagenet", include_top=False, input_shape=(32, 32, 3))
    except Exception as error:  # Keras raises a bare Exception when a download fails.
        raise WeightsError(
            f"The ImageNet weights (59 MB) could not be downloaded ({_reason(error)}). "
            f"Connect and try again; or put {IMAGENET_FILE}, fetched elsewhere (keras.io/api/applications "
            "says where from), into ~/.keras/models or give its path as the weights; or start from random "
            "weights, which need no download but learn less."
        ) from error
    return BaseWeights("imagenet", "ImageNet", imagenet_path())


def _reason(error: Exception) -> str:
    """Keras says `URL fetch failure on <address>: None -- <reason>`; the reason is what helps."""
    return (str(error).splitlines() or [type(error).__name__])[0].split(" -- ")[-1].strip()


def _random(settings: Settings) -> BaseWeights:
    path = settings.weights / RANDOM_FILE
    settings.weights.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            _write_random(path)
    return BaseWeights("random", "random start", path)


def _write_random(path: Path) -> None:
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        base = keras.applications.VGG16(weights=None, include_top=False)
    finally:
        keras.config.set_dtype_policy(policy)
    set_random_weights(base)
    temp = path.with_name(f".tmp-{os.getpid()}.weights.h5")
    base.save_weights(temp)
    temp.replace(path)


def _is_keras3(path: Path) -> bool:
    """Whether Keras 3 wrote it; older files list `layer_names`, at the top or under `model_weights`."""
    try:
        with h5py.File(path) as file:
            return "layer_names" not in file.attrs and "model_weights" not in file
    except OSError as error:
        raise WeightsError(
            f"{path.name} is not an HDF5 weights file: {error}. Choose another file, `imagenet` or `random`."
        ) from error


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()

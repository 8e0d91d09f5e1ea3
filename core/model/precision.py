"""Which arithmetic the convolutions run in: measured once on a machine, remembered, never assumed.

On processors with AMX or AVX512-BF16 `mixed_bfloat16` runs VGG-16 several times faster than float32; on
older ones it can be slower. The head's last layer, the sigmoid and the loss are float32 either way.
"""

import platform
import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from core.atomic import write_json
from core.errors import RunDamagedError
from core.model.devices import gpu_names, images_at_once
from core.runs.files import read_json
from core.settings import Settings

CHOICES = ("float32", "mixed_bfloat16")
PROBE_IMAGES = 8
PROBE_SHAPE = (56, 56, 64)
AGREEMENT = 0.05
"""Largest mean difference of the outputs, relative to their mean size, at which bfloat16 may be used."""


@dataclass(frozen=True)
class Choice:
    """A Keras dtype policy and why it was taken."""

    precision: str
    reason: str


def choose_precision(requested: str, settings: Settings) -> Choice:
    """The dtype policy for `requested` ("auto", "float32" or "mixed_bfloat16")."""
    if requested != "auto":
        return Choice(requested, "asked for")
    remembered = settings.artifacts / "precision.json"
    key = f"TensorFlow {tf.__version__} on {processor()}"
    known = _read(remembered)
    if known.get("key") != key:
        known = {"key": key, **_measure()}
        settings.artifacts.mkdir(parents=True, exist_ok=True)
        write_json(remembered, known)
    return Choice(known["precision"], f"{known['reason']} ({key})")


def processor() -> str:
    """The processor's name, the features that matter for bfloat16, and the GPUs."""
    return " ".join([_cpu(), *(f"+ {name}" for name in gpu_names())])


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    found = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    fields = {key.strip(): value.strip() for key, value in found.items()}
    extras = [flag for flag in ("amx_bf16", "avx512_bf16") if flag in fields.get("flags", "").split()]
    return " ".join([fields.get("model name", platform.machine()), *extras])


def _read(path: Path) -> dict:
    try:
        return read_json(path)
    except (FileNotFoundError, RunDamagedError):
        return {}


def _measure() -> dict[str, str]:
    """Time one VGG-like training step in each precision; the fastest whose outputs agree wins."""
    shape = (images_at_once(PROBE_IMAGES), *PROBE_SHAPE)
    images = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    labels = np.zeros((len(images), 1), np.float32)
    seconds, outputs = {}, {}
    for policy in CHOICES:
        model = _probe(policy)
        outputs[policy] = np.asarray(model(images), np.float32)
        seconds[policy] = _seconds_a_step(model, images, labels)
    reference = outputs["float32"]
    gap = float(np.abs(outputs["mixed_bfloat16"] - reference).mean() / np.abs(reference).mean())
    ratio = seconds["float32"] / seconds["mixed_bfloat16"]
    if gap > AGREEMENT:
        return {"precision": "float32", "reason": f"bfloat16 differs by {gap:.3f} here"}
    faster = "mixed_bfloat16" if ratio > 1 else "float32"
    return {
        "precision": faster,
        "reason": f"a training step in bfloat16 ran {ratio:.1f} times as fast as in float32",
    }


def _probe(policy: str) -> keras.Model:
    layers = [
        keras.layers.Conv2D(
            128,
            3,
            padding="same",
            activation="relu",
            dtype=policy,
            kernel_initializer=keras.initializers.HeNormal(seed=i),
        )
        for i in range(2)
    ]
    head = [
        keras.layers.GlobalAveragePooling2D(dtype="float32"),
        keras.layers.Dense(1, dtype="float32", kernel_initializer=keras.initializers.HeNormal(seed=9)),
    ]
    model = keras.Sequential([keras.Input(PROBE_SHAPE), *layers, *head])
    model.compile(keras.optimizers.SGD(1e-6), "mse", jit_compile=False)
    return model


def _seconds_a_step(model: keras.Model, images: np.ndarray, labels: np.ndarray, steps: int = 4) -> float:
    model.train_on_batch(images, labels)
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        model.train_on_batch(images, labels)
        times.append(time.perf_counter() - start)
    return min(times)

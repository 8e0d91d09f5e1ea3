"""The frozen prefix's output for each image: computed once, shared by every run that asks for it.

All learning rates, dropouts, heads, targets and seeds on the same images share one feature set. A deeper
prefix starts from a shallower one's features when those are kept.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import keras
import ml_dtypes  # noqa: F401  registers bfloat16 with numpy
import numpy as np

from core.faults import crash_point
from core.model.devices import forward, images_at_once
from core.model.network import Network, prefix_after
from core.runs.features import FeatureKey, Features, FeatureStore

BATCH = 32
"""Images that one processor takes at once; a GPU takes more."""
READ_AHEAD = 2
"""Batches that are decoded while the network works on one."""
POOLS = ("block3_pool", "block4_pool", "block5_pool")
"""Where a prefix may end, shallowest first."""

Read = Callable[[np.ndarray], np.ndarray]
"""Rows to model inputs, shape (len(rows), …)."""
OnBatch = Callable[[int, int], None]
"""Called with images done and images in all after each batch; may raise to stop."""


def open_features(
    store: FeatureStore, key: FeatureKey, network: Network, images: Read, on_batch: OnBatch
) -> Features:
    """The features of all `key.rows` images, row i for image i; what is missing or damaged is computed.

    Args:
        images: rows to float32 images of shape (n, size, size, 3), 0..255.

    Raises:
        DiskFullError: they would fit neither under the cap nor on the disk.
        Exception: whatever `on_batch` raises; chunks that are done stay.
    """
    prefix = network.prefix
    shape = (key.rows, *prefix.output.shape[1:])
    with store.lock(key, lambda: on_batch(0, key.rows)):
        features = store.open(key, shape, np.dtype(prefix.output.dtype))
        missing = features.missing()
        if missing:
            model, read = _nearest(store, key, network, images)
            _compute(features, missing, model, read, on_batch)
        features.hold()
    return features


def _nearest(
    store: FeatureStore, key: FeatureKey, network: Network, images: Read
) -> tuple[keras.Model, Read]:
    """The least work from something that is there: a kept shallower feature set, or the images."""
    for layer in reversed(POOLS[: POOLS.index(key.layer)]):
        shallower = replace(key, layer=layer)
        if store.known(shallower):
            entry = network.base.get_layer(layer).output
            kept = store.open(shallower, (key.rows, *entry.shape[1:]), np.dtype(entry.dtype))
            # Whoever clears the features may be quicker; then they are computed from something else.
            with suppress(FileNotFoundError):
                if not kept.missing():
                    kept.hold()
                    return prefix_after(network, layer), kept.__getitem__
    return network.prefix, images


def _compute(
    features: Features, missing: list[int], model: keras.Model, read: Read, on_batch: OnBatch
) -> None:
    chunks = features.chunks()
    rows = np.concatenate([chunks[i] for i in missing])
    there = len(features) - len(rows)
    answers = _answers(model, read, rows, lambda done: on_batch(there + done, len(features)))
    ready = np.empty((0, *features.shape[1:]), features.dtype)
    for i in missing:
        values, filled = np.empty((len(chunks[i]), *features.shape[1:]), features.dtype), 0
        while filled < len(values):
            ready = ready if len(ready) else next(answers)
            part = ready[: len(values) - filled]
            values[filled : filled + len(part)] = part
            filled, ready = filled + len(part), ready[len(part) :]
        features.write(i, values)


def _answers(
    model: keras.Model, read: Read, rows: np.ndarray, on_rows: Callable[[int], None]
) -> Iterator[np.ndarray]:
    """The model's output for `rows`, a batch at a time.

    Batches run on from chunk to chunk: filled up at the end of each, one image in eight would be wasted.
    """
    answer = forward(model)
    for start, batch in batches_ahead(read, rows):
        values = answer(batch)[: len(rows) - start]
        crash_point("feature-batch")
        on_rows(start + len(values))
        yield values


def batches_ahead(read: Read, rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Batches of `rows` with their start, read in a thread ahead of whoever consumes them.

    The last is filled up with its last row, so that the network is traced for one shape only.
    """
    size = min(images_at_once(BATCH), max(BATCH, len(rows)))
    starts = list(range(0, len(rows), size))
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        waiting = [thread.submit(read, _full(rows, start, size)) for start in starts[:READ_AHEAD]]
        for i, start in enumerate(starts):
            batch = waiting.pop(0).result()
            if i + READ_AHEAD < len(starts):
                waiting.append(thread.submit(read, _full(rows, starts[i + READ_AHEAD], size)))
            yield start, batch


def _full(rows: np.ndarray, start: int, size: int) -> np.ndarray:
    some = rows[start : start + size]
    return np.pad(some, (0, size - len(some)), mode="edge")

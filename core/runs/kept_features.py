"""What a run's frozen layers said of its images, where that is still kept: one averaged row an image.

For whoever wants to place images by what a network sees in them. Reads what `core.runs.features` keeps;
computes nothing with a network, so needs no TensorFlow.
"""

import itertools

import numpy as np

from core.runs.features import FeatureKey, Features, FeatureStore
from core.runs.summary import RunSummary
from core.settings import Settings

LAYERS = {"none": "block5_pool", "block5": "block4_pool", "block4": "block3_pool"}
"""The last frozen layer for each fine-tuning depth."""
SHRINKS = {"block5_pool": 32, "block4_pool": 16, "block3_pool": 8}
"""By how much a layer's output is smaller than the image, along each side."""
CHANNELS = {"block5_pool": 512, "block4_pool": 512, "block3_pool": 256}
DTYPES = {"mixed_bfloat16": "bfloat16", "mixed_float16": "float16"}
"""What each precision computes in; all others in float32."""


def feature_key(summary: RunSummary) -> FeatureKey | None:
    """What a run's features are kept under; None for a run that keeps none, or has not come so far."""
    config, environment = summary.config, summary.environment
    if config is None or environment is None or not config.keeps_features:
        return None
    return FeatureKey(
        data=environment.data.fingerprint,
        rows=environment.data.images,
        image_size=config.image_size,
        weights=environment.weights.fingerprint,
        layer=LAYERS[config.fine_tune],
        precision=environment.precision,
    )


def is_kept(key: FeatureKey, settings: Settings) -> bool:
    """Whether features are kept under `key`; a pass that is not through yet counts too."""
    return key.rows > 0 and _store(settings).known(key)


def kept_vectors(key: FeatureKey, settings: Settings, *, parts: int = 1) -> np.ndarray | None:
    """The features averaged over space, float32, shape (rows, channels), in the order of the run's images.

    With `parts` above 1 they are averaged over that many parts along each side, where the layer has so many
    places: shape (rows, parts * parts * channels).

    None when they are not all there any more, or not yet. They are not checked against their hashes: for a
    map a damaged chunk is a few odd points.
    """
    import ml_dtypes  # noqa: F401  registers bfloat16 with numpy

    side, channels = key.image_size // SHRINKS[key.layer], CHANNELS[key.layer]
    dtype = np.dtype(DTYPES.get(key.precision, "float32"))
    features = Features(_store(settings).root / key.folder, (key.rows, side, side, channels), dtype)
    edges = np.linspace(0, side, min(parts, side) + 1).astype(int)
    vectors = np.empty((key.rows, (len(edges) - 1) ** 2 * channels), np.float32)
    try:
        features.hold()
    except (OSError, ValueError):
        return None
    for rows in features.chunks():
        vectors[rows] = _averaged(features[rows].astype(np.float32), edges)
    return vectors


def _averaged(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The mean of each part of the places, side by side in one row an image."""
    spans = [slice(a, b) for a, b in itertools.pairwise(edges)]
    return np.hstack([values[:, down, across].mean(axis=(1, 2)) for down in spans for across in spans])


def _store(settings: Settings) -> FeatureStore:
    return FeatureStore(settings.features, max_bytes=settings.max_feature_bytes)

"""What a run needs before its first step: its faces, its network with base weights, its model inputs."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import keras

from core.data import (
    FaceDataset,
    check_images,
    fingerprint,
    open_dataset,
    split_fingerprint,
    with_split,
)
from core.data.aligned import is_aligned_like_celeba
from core.errors import DiskFullError
from core.model.features import OnBatch, open_features
from core.model.network import Network, build_network, frozen_parameters, trained_parameters
from core.model.precision import Choice, choose_precision, processor
from core.model.weights import find_weights, load_base_weights
from core.runs.config import TrainConfig
from core.runs.features import FeatureKey, FeatureStore
from core.runs.records import DataRecord, Environment, MarksRecord, WeightsRecord
from core.settings import Settings
from core.training.inputs import ImageReader, Inputs, repeated_reads
from core.training.marks import with_marks
from core.training.scoring import split_counts

RECORDED = ("tensorflow", "keras", "numpy", "pillow", "pandas")


@dataclass(frozen=True)
class Faces:
    """The run's faces with their split and marks, and what identifies them; the split's fingerprint is of
    the split as it was made, before marked images were left out of training."""

    dataset: FaceDataset
    fingerprint: str
    split_fingerprint: str
    marks: MarksRecord | None = None


def read_faces(
    config: TrainConfig, settings: Settings, on_image: OnBatch, folder: Path | None = None
) -> Faces:
    """Open, check and split the data set of `config`, and do with marked labels what it says.

    Args:
        on_image: called with images checked and images in all; may raise to stop.
        folder: the run's, where its copy of the marks is kept; None keeps none.

    Raises:
        DataError: the data set, the target or the marks cannot be used.
    """
    dataset = check_images(open_dataset(config.data, settings=settings), on_progress=on_image)
    split = with_split(dataset, config.target, seed=config.seed, limit=config.limit, kind=config.split)
    marked, marks = with_marks(split, config, settings, folder)
    return Faces(marked, fingerprint(split, on_progress=on_image), split_fingerprint(split), marks)


@dataclass(frozen=True)
class Prepared:
    """A network with its base weights, and how its numbers are computed."""

    network: Network
    weights: WeightsRecord
    precision: Choice


def prepare_network(config: TrainConfig, settings: Settings, precision: Choice | None = None) -> Prepared:
    """Build the network of `config` and load its base weights.

    Args:
        precision: what an earlier part of the same run chose; chosen now when None.

    Raises:
        WeightsError: the base weights cannot be had.
    """
    precision = precision or choose_precision(config.precision, settings)
    keras.config.set_dtype_policy(precision.precision)
    keras.utils.set_random_seed(config.seed)
    weights = find_weights(config.weights, settings)
    network = build_network(config)
    return Prepared(network, load_base_weights(network.base, weights), precision)


def model_inputs(
    config: TrainConfig, faces: Faces, prepared: Prepared, settings: Settings, on_batch: OnBatch
) -> Inputs:
    """Kept features for the tail; images for the whole network where features cannot be kept."""
    reader, network = ImageReader(faces.dataset, config.image_size), prepared.network
    if not config.keeps_features:
        return Inputs(repeated_reads(reader, settings.max_decoded_bytes), network.whole())
    store = FeatureStore(
        settings.features, max_bytes=settings.max_feature_bytes, min_free_bytes=settings.min_free_bytes
    )
    key = FeatureKey(
        data=faces.fingerprint,
        rows=len(faces.dataset),
        image_size=config.image_size,
        weights=prepared.weights.fingerprint,
        layer=network.prefix.layers[-1].name,
        precision=prepared.precision.precision,
    )
    try:
        features = open_features(store, key, network, reader.floats, on_batch)
    except DiskFullError as error:
        note = f"{error} Training goes through the frozen part in every epoch instead, which is slower."
        return Inputs(repeated_reads(reader, settings.max_decoded_bytes), network.whole(), note)
    return Inputs(features.__getitem__, network.tail)


def describe_environment(config: TrainConfig, faces: Faces, prepared: Prepared) -> Environment:
    """Where and with what the run is made, for `environment.json`."""
    dataset = faces.dataset
    return Environment(
        versions={"python": platform.python_version(), **{name: version(name) for name in RECORDED}},
        machine=f"{platform.system()} {platform.machine()}, {processor()}",
        precision=prepared.precision.precision,
        precision_reason=prepared.precision.reason,
        seed=config.seed,
        data=DataRecord(
            name=dataset.name,
            synthetic=dataset.synthetic,
            fingerprint=faces.fingerprint,
            split_fingerprint=faces.split_fingerprint,
            official_split=dataset.official_split,
            splits=split_counts(dataset, config.target),
            problems=tuple(problem.message for problem in dataset.problems),
            aligned=is_aligned_like_celeba(dataset),
            marks=faces.marks,
        ),
        weights=prepared.weights,
        trained_parameters=trained_parameters(prepared.network),
        frozen_parameters=frozen_parameters(prepared.network),
    )

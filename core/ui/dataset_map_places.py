"""Where images lie on the map: what can describe them, and their places, computed once and kept.

Places are kept under `artifacts/datasets/maps/`, a file for each description and method: a cache that can be
deleted. How they are computed is `core.data.embedding_map`'s.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.data import FaceDataset, fingerprint, with_split
from core.data.embedding_map import (
    MAX_TSNE,
    by_pca,
    by_tsne,
    grey_pixels,
    keep_places,
    kept_places,
    sampled,
)
from core.data.sources import Source
from core.errors import DataError
from core.runs import RunSummary
from core.runs.features import FeatureKey
from core.runs.kept_features import feature_key, is_kept, kept_vectors
from core.ui.dataset_open import opened
from core.ui.formatting import count
from core.ui.resources import settings, store
from core.ui.run_images import known_source

METHODS = {"pca": "PCA", "tsne": "t-SNE"}
MAX_GREY = 5_000
"""Images described by their grey pixels: each is decoded for it."""
GREY = "grey"


@dataclass(frozen=True)
class Describer:
    """What describes the images: a run's kept features, or grey pixels where `run_id` is ""."""

    id: str
    words: str
    run_id: str = ""
    key: FeatureKey | None = None


@dataclass(frozen=True)
class Placed:
    """Images on the map: rows of the data set (m,), their places (m, 2), and how they came there in words."""

    rows: np.ndarray
    places: np.ndarray
    words: str


def runs_on(source: Source) -> list[RunSummary]:
    """The runs whose data set this is, newest first."""
    return [run for run in store().list_runs() if known_source(run) == source.id]


def describers(dataset: FaceDataset, source: Source) -> list[Describer]:
    """What can place this data set's images: the features with most images first, grey pixels last."""
    found: dict[str, Describer] = {}
    for run in runs_on(source):
        key = feature_key(run)
        if key is not None and key.folder not in found and is_kept(key, settings()):
            words = f"{key.layer} at {key.image_size} px, {count(key.rows, 'image')}"
            found[key.folder] = Describer(key.folder, words, run.id, key)
    ordered = sorted(found.values(), key=lambda describer: (-describer.key.rows, -_depth(describer)))
    return [*ordered, Describer(GREY, "small grey pixels (no network)")]


def placed(dataset: FaceDataset, source: Source, describer: Describer, method: str) -> Placed | None:
    """The images' places, computed at most once; None where the features are not kept any more."""
    rows = _rows(source.id, describer.id, len(dataset), opened(source), describer)
    if rows is None:
        return None
    part = sampled(len(rows), MAX_TSNE) if method == "tsne" else np.arange(len(rows))
    file = settings().datasets / "maps" / f"{_name(dataset, describer, method, rows)}.npy"
    places = kept_places(file, len(part))
    if places is None:
        with st.spinner(_waiting(method, len(part)), show_time=True):
            vectors = _vectors(dataset, describer, rows)
            if vectors is None:
                return None
            places = by_tsne(vectors[part]) if method == "tsne" else by_pca(vectors)
        keep_places(file, places)
    return Placed(rows[part], places, _words(method, len(part), len(dataset)))


@st.cache_resource(show_spinner="Looking up the run's images …", max_entries=16)
def _rows(
    source_id: str, describer_id: str, n: int, _dataset: FaceDataset, _describer: Describer
) -> np.ndarray | None:
    """The data set's rows of the images described, in the describer's order; None where they have changed."""
    if not _describer.run_id:
        return sampled(len(_dataset), MAX_GREY)
    config = store().get(_describer.run_id).config()
    try:
        faces = with_split(_dataset, config.target, seed=config.seed, limit=config.limit, kind=config.split)
        if fingerprint(faces) != _describer.key.data:
            return None
    except DataError:
        return None
    ids = {image_id: row for row, image_id in enumerate(_dataset.frame["image_id"])}
    return np.array([ids[image_id] for image_id in faces.frame["image_id"]])


def _vectors(dataset: FaceDataset, describer: Describer, rows: np.ndarray) -> np.ndarray | None:
    if describer.key is not None:
        return kept_vectors(describer.key, settings())
    place = st.empty()
    try:
        return grey_pixels(
            dataset.with_frame(dataset.frame.iloc[rows]),
            lambda done, total: place.progress(done / total, text=f"Reading {done:,} of {total:,} images"),
        )
    finally:
        place.empty()


def _name(dataset: FaceDataset, describer: Describer, method: str, rows: np.ndarray) -> str:
    if describer.key is not None:
        return f"{describer.id}-{method}"
    ids = "\n".join(dataset.frame["image_id"].iloc[rows])
    named = f"{dataset.root}\n{ids}".encode("utf-8", "surrogateescape")
    return f"{GREY}-{hashlib.sha256(named).hexdigest()[:16]}-{method}"


def _waiting(method: str, n: int) -> str:
    if method == "tsne":
        return f"Laying out {count(n, 'image')} by t-SNE, only this once; 5,000 take a minute or two …"
    return f"Placing {count(n, 'image')}, only this once …"


def _words(method: str, n: int, total: int) -> str:
    which = f"All {total:,} images" if n == total else f"{n:,} of {total:,} images"
    how = "the two directions in which they differ most (PCA)" if method == "pca" else "likeness (t-SNE)"
    return f"{which}, placed by {how}"


def _depth(describer: Describer) -> int:
    return int(describer.key.layer[5])

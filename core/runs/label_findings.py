"""What looks through labels have found, as files: a probability for each image, and what it is of.

`artifacts/datasets/index/labels/<folder>/` holds one parquet file for each target and kind of features. They
can be made again: `core.runs.label_search` does.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from core.atomic import open_regular, write_bytes
from core.data import FaceDataset
from core.data.index import facts_file
from core.errors import DataError
from core.settings import Settings

FORMAT = 1
OUTLINES = "outlines"
_ABOUT = b"lineament"


@dataclass(frozen=True)
class About:
    """What a finding is of.

    Attributes:
        target: whose labels were looked through.
        source: the id of the run whose features were used, or OUTLINES.
        features: what tells these features from others: their folder's name, or OUTLINES.
        fingerprint: of the images' content.
        n: images.
        dimensions: numbers that stood for an image.
        made_at: when, ISO 8601 in UTC.
    """

    target: str
    source: str
    features: str
    fingerprint: str
    n: int
    dimensions: int
    made_at: str = ""
    format: int = FORMAT


@dataclass(frozen=True)
class Found:
    """A finding: columns `image_id` (str), `label` (0/1, as it was then), `probability` (P(label = 1))."""

    about: About
    frame: pd.DataFrame


def findings(dataset: FaceDataset, target: str, settings: Settings) -> list[About]:
    """What has been found for a target so far, the newest first; what cannot be read is left out."""
    found = [about for path in _folder(dataset, settings).glob("*.parquet") if (about := _about(path))]
    return sorted(
        (about for about in found if about.target == target), key=lambda about: about.made_at, reverse=True
    )


def read_found(dataset: FaceDataset, about: About, settings: Settings) -> Found:
    """One finding, without the images that are gone or are labelled otherwise by now.

    Raises:
        DataError: it is not there any more, or is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = _path(dataset, about, settings)
    try:
        with open_regular(path) as file:
            frame = pq.read_table(file).to_pandas()
        frame["image_id"] = [name.decode("utf-8", "surrogateescape") for name in frame["image_id"]]
        labels = dict(zip(dataset.frame["image_id"], dataset.labels(about.target).tolist(), strict=True))
        same = frame["image_id"].map(labels) == frame["label"]
        return Found(about, frame[same].reset_index(drop=True))
    except (OSError, pa.ArrowException, KeyError, AttributeError) as error:
        raise DataError(f"{path.name} cannot be read ({error}). Look through the labels again.") from error


def keep_found(dataset: FaceDataset, found: Found, settings: Settings) -> None:
    """Write a finding; an older one of other images by the same features goes.

    Raises:
        DataError: the disk is full or may not be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame, about = found.frame, found.about
    names = [name.encode("utf-8", "surrogateescape") for name in frame["image_id"]]
    table = pa.table(
        {
            "image_id": pa.array(names, pa.binary()),
            "label": pa.array(frame["label"].to_numpy()),
            "probability": pa.array(frame["probability"].to_numpy()),
        }
    ).replace_schema_metadata({_ABOUT: json.dumps(asdict(about)).encode()})
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    path = _path(dataset, about, settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, buffer.getvalue().to_pybytes())
    except OSError as error:
        raise DataError(f"The finding could not be written ({error}). Free some disk.") from error
    for other in findings(dataset, about.target, settings):
        if other.features == about.features and other.fingerprint != about.fingerprint:
            _path(dataset, other, settings).unlink(missing_ok=True)


def _about(path: Path) -> About | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_regular(path) as file:
            about = json.loads((pq.read_schema(file).metadata or {})[_ABOUT])
        return About(**about) if about.get("format") == FORMAT else None
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError, AttributeError):
        return None


def _folder(dataset: FaceDataset, settings: Settings) -> Path:
    return settings.datasets / "index" / "labels" / facts_file(dataset.root, settings).stem


def _path(dataset: FaceDataset, about: About, settings: Settings) -> Path:
    named = json.dumps([about.fingerprint, about.target, about.features])
    return _folder(dataset, settings) / f"{hashlib.sha256(named.encode()).hexdigest()[:24]}.parquet"

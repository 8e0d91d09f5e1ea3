"""The photos on the Predict page: uploaded or drawn, read once, scored once a run, kept in memory only.

What was found out lives in `st.session_state`; nothing is written to disk. How it looks is
`core.ui.predict_results`'s.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Protocol

import numpy as np
import streamlit as st
from PIL import Image, ImageOps

from core.data import SAMPLE, with_split
from core.data.images import PhotoLimits, read_image
from core.errors import PhotoError
from core.settings import Settings
from core.ui.resources import dataset

SAMPLES = 3
"""Drawn faces to try, of the synthetic set's test split."""
TILE = (302, 370)
"""Width and height of the small picture, pixels: CelebA's shape, at twice its size on the page."""
THRESHOLD = 0.5
"""The probability from which the answer is class 1: accuracies are counted with it too."""


class Upload(Protocol):
    """What `st.file_uploader` gives."""

    name: str
    file_id: str

    def getvalue(self) -> bytes: ...


@dataclass(frozen=True)
class Photo:
    """A photo that was read, or refused.

    Attributes:
        name: its file's name.
        read: gives its bytes; they are held once, by the drop zone.
        digest: sha256 of its bytes.
        tile: a small WebP; empty when it was refused.
        error: why it was refused, "" when it was not.
    """

    name: str
    read: Callable[[], bytes]
    digest: str
    tile: bytes = b""
    error: str = ""


def read_uploads(uploads: Sequence[Upload], settings: Settings) -> list[Photo]:
    """The uploaded photos in the order of the upload, each read once a session."""
    known: dict[str, Photo] = st.session_state.get("photos", {})
    limits = PhotoLimits.from_settings(settings)
    taken = uploads[: settings.max_upload_files]
    photos = {file.file_id: known.get(file.file_id) or read_photo(file, limits) for file in taken}
    # Photos that were removed from the drop zone go out of memory here.
    st.session_state["photos"] = photos
    return list(photos.values())


def read_photo(file: Upload, limits: PhotoLimits) -> Photo:
    """Read one photo; whatever is wrong with it is its `error`."""
    content = file.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    try:
        image = read_image(content, name=file.name, limits=limits)
    except PhotoError as error:
        return Photo(file.name, file.getvalue, digest, error=str(error))
    return Photo(file.name, file.getvalue, digest, tile=_tile(image))


def sample_photos(target: str, seed: int) -> list[Photo]:
    """Drawn faces that no run has trained on: the first of the synthetic set's test split.

    Args:
        target, seed: of the run that will see them; the split may depend on both.
    """
    faces = with_split(dataset(SAMPLE), target, seed=seed)
    return [_drawn_photo(faces.path(int(row))) for row in faces.split_rows("test")[:SAMPLES]]


def unscored(photos: Sequence[Photo], run_id: str) -> list[Photo]:
    """Photos that this run has not been asked about, each once."""
    new = {
        photo.digest: photo for photo in photos if not photo.error and (run_id, photo.digest) not in _scores()
    }
    return list(new.values())


def score(
    photos: Sequence[Photo],
    run_id: str,
    probabilities: Callable[[Sequence[Image.Image]], np.ndarray],
    settings: Settings,
) -> None:
    """Ask the model about `photos` and remember the answers.

    One at a time: a decoded photo may take 150 MB, so that they are never in memory together.
    """
    limits = PhotoLimits.from_settings(settings)
    bar = st.progress(0.0)
    for done, photo in enumerate(photos):
        bar.progress(done / len(photos), text=f"Photo {done + 1} of {len(photos)}")
        image = read_image(photo.read(), name=photo.name, limits=limits)
        _scores()[run_id, photo.digest] = float(probabilities([image])[0])
    bar.empty()


def probability(photo: Photo, run_id: str) -> float | None:
    """P(target = 1) as the run saw it, in 0..1; None for a refused photo."""
    return _scores().get((run_id, photo.digest))


def _drawn_photo(path: Path) -> Photo:
    content, name = path.read_bytes(), f"synthetic face {path.name}"
    digest = hashlib.sha256(content).hexdigest()
    return Photo(name, path.read_bytes, digest, tile=_tile(read_image(content, name=name)))


def _is_new(photo: Photo, run_id: str) -> bool:
    return not photo.error and (run_id, photo.digest) not in _scores()


def _scores() -> dict[tuple[str, str], float]:
    """Answers of this session: (run id, sha256 of the photo) to probability."""
    return st.session_state.setdefault("scores", {})


def _tile(image: Image.Image) -> bytes:
    """A small picture with the whole photo in it; what is not photo is transparent."""
    small = ImageOps.contain(image, TILE).convert("RGBA")
    buffer = BytesIO()
    ImageOps.pad(small, TILE, color=(0, 0, 0, 0)).save(buffer, "WEBP", quality=85)
    return buffer.getvalue()

"""From a photo's bytes to the crops that a model is asked about: decoded, faces found, turned and cut out.

Each photo is read once a session for each way of cropping. Several are read at a time, a few decoded ones in
memory at most; what is kept of a photo is a small picture and its crops.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Literal, Protocol

import streamlit as st
from PIL import Image

from core.data.crops import Crop, crop_faces, whole
from core.data.faces import Face
from core.data.images import PhotoLimits, read_image
from core.errors import PhotoError
from core.ui.predict_photos import OWN, Photo

How = Literal["faces", "whole", "given"]
"""How a photo is cropped: its faces found, the whole image as one, or as it is, being one of a data set."""

THREADS = min(4, os.cpu_count() or 1)
PREVIEW_SIDE = 640
"""Longest side, pixels, of the small picture that is kept."""
WHOLE_SIDE = 1024
"""Longest side, pixels, of a whole image that is kept to be asked about; twice what any model takes."""


class Finder(Protocol):
    """Finds faces: `core.data.faces.FaceFinder`."""

    def find(self, image: Image.Image) -> list[Face]: ...


@dataclass(frozen=True)
class Reading:
    """What is known of a photo once it was read one way.

    Attributes:
        size: width and height of the upright photo, pixels; (0, 0) when it was refused.
        preview: a small JPEG of it; empty when it was refused.
        crops: one for each face, left to right; none when there is no face.
        error: why it was refused, "" when it was not.
    """

    size: tuple[int, int] = (0, 0)
    preview: bytes = b""
    crops: tuple[Crop, ...] = ()
    error: str = ""


def how_to_crop(photo: Photo, *, cut: bool) -> How:
    """The way in which a photo is cropped for a run.

    Args:
        cut: whether the run was trained on faces cut out; else it gets photos whole, as it did then.
    """
    if photo.source in OWN:
        return "given"
    return "whole" if not cut or photo.key in _whole() else "faces"


def use_whole(key: str) -> None:
    """From now on the whole image stands for the face of that photo: a person's explicit choice."""
    _whole().add(key)


def reading(photo: Photo, how: How) -> Reading | None:
    """What was read of a photo in this session; None before it was."""
    return _readings().get((photo.digest, how))


def read_new(
    photos: Sequence[tuple[Photo, How]],
    finder: Callable[[], Finder],
    limits: PhotoLimits,
    on_photo: Callable[[int, int], None],
) -> None:
    """Read the photos that were not read yet and forget what is no longer needed.

    Args:
        finder: gives what finds faces; called only where a face has to be found.
        on_photo: called with photos done and photos in all, in the calling thread.
    """
    wanted = {(photo.digest, how): photo for photo, how in photos}
    for key in [key for key in _readings() if key not in wanted]:
        del _readings()[key]
    new = {key: photo for key, photo in wanted.items() if key not in _readings()}
    if not new:
        return
    find = finder().find if any(how == "faces" for _, how in new) else None
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="read photo")
    try:
        waiting = {threads.submit(read_photo, photo, key[1], find, limits): key for key, photo in new.items()}
        for done, future in enumerate(as_completed(waiting), start=1):
            _readings()[waiting[future]] = future.result()
            on_photo(done, len(new))
    finally:
        # A click in the middle leaves through `on_photo`: nobody waits for photos that were not begun.
        threads.shutdown(cancel_futures=True)


def read_photo(
    photo: Photo, how: How, find: Callable[[Image.Image], list[Face]] | None, limits: PhotoLimits
) -> Reading:
    """Read one photo; whatever is wrong with it is the reading's `error`."""
    try:
        image = read_image(photo.content, name=photo.name, limits=limits)
        crops = _crops(image, how, find)
    except PhotoError as error:
        return Reading(error=str(error))
    except MemoryError:
        return Reading(error=f"{photo.name}: the server has no memory left for it. Try a smaller one.")
    return Reading(image.size, _preview(image), tuple(crops))


def _crops(image: Image.Image, how: How, find: Callable[[Image.Image], list[Face]] | None) -> list[Crop]:
    if how == "faces":
        return crop_faces(image, find(image))
    if how == "given":
        return [Crop(image, (0, 0, *image.size), None, "as given", ())]
    return [replace(whole(_at_most(image, WHOLE_SIDE)), box=(0, 0, *image.size))]


def _preview(image: Image.Image) -> bytes:
    buffer = BytesIO()
    _at_most(image, PREVIEW_SIDE).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _at_most(image: Image.Image, side: int) -> Image.Image:
    """The image, smaller where its longest side is over `side` pixels."""
    if max(image.size) <= side:
        return image
    scale = side / max(image.size)
    size = tuple(max(1, round(length * scale)) for length in image.size)
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)


def _readings() -> dict[tuple[str, How], Reading]:
    return st.session_state.setdefault("readings", {})


def _whole() -> set[str]:
    """Keys of the photos of which somebody wants the whole image answered."""
    return st.session_state.setdefault("whole photos", set())

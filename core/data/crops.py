"""What a model is asked about: one crop for each face of a photo, or the whole image if somebody chose it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from core.data.alignment import align, aligned_face, is_aligned, is_low_resolution, is_profile
from core.data.faces import Box, Face

Kind = Literal["aligned", "as given", "whole"]
"""Cut out and turned; already a crop as CelebA's are; the whole image, an explicit choice."""


@dataclass(frozen=True, eq=False)
class Crop:
    """A picture to ask a model about.

    Attributes:
        image: RGB; 178 x 218 pixels unless `kind` is "whole".
        box: where it is in the photo: the face's box, or all of the photo.
        face: whose it is; None where none was found or looked for.
        warnings: why its answer deserves less trust: "low resolution", "profile".
    """

    image: Image.Image
    box: Box
    face: Face | None
    kind: Kind
    warnings: tuple[str, ...]


def crop_faces(image: Image.Image, faces: Sequence[Face]) -> list[Crop]:
    """One crop for each face, in their order; [] when there is none.

    An image that already is a crop as CelebA's are passes untouched, as one crop.

    Raises:
        PhotoError: a face's landmarks are one point, or far outside the photo.
    """
    if is_aligned(image, faces):
        face = aligned_face(faces)
        return [Crop(image, _all(image), face, "as given", _warnings(face.landmarks) if face else ())]
    return [
        Crop(align(image, face.landmarks), face.box, face, "aligned", _warnings(face.landmarks))
        for face in faces
    ]


def whole(image: Image.Image) -> Crop:
    """The whole image as one crop, for a person who chose it."""
    return Crop(image, _all(image), None, "whole", ())


def _all(image: Image.Image) -> Box:
    return (0, 0, image.width, image.height)


def _warnings(landmarks: np.ndarray) -> tuple[str, ...]:
    found = {"low resolution": is_low_resolution(landmarks), "profile": is_profile(landmarks)}
    return tuple(name for name, holds in found.items() if holds)

"""Turns a face as CelebA's are: five landmarks to the same five places of a crop of 178 x 218 pixels.

Numpy and Pillow alone. Landmarks are `core.data.faces`'s: shape (5, 2), x and y in pixels, the centre of the
pixel at the top left at (0, 0); the eyes at the picture's left and right, the nose, the mouth's two corners.
"""

from collections.abc import Sequence
from math import ceil

import numpy as np
from PIL import Image

from core.data.faces import Face
from core.errors import PhotoError

CELEBA_SIZE = (178, 218)
"""Width and height of CelebA's aligned images."""
CELEBA_LANDMARKS = np.array([[69.2, 111.4], [107.9, 111.4], [88.2, 135.4], [71.3, 152.2], [105.6, 152.2]])
"""Where the finder sees a face in them: medians of 5,978 images. CelebA was turned by the eyes, so these lie
still (robust standard deviation 1.5 px across, 1.1 px down); nose (5.0, 3.6) and mouth (3.3, 1.6) move with
the head."""

ALIGNED_WITHIN = 11.0
"""Pixels that the middle of the eyes may lie from CelebA's in an image that counts as aligned."""
ALIGNED_SCALE = 1.5
"""How many times larger or smaller than CelebA's its face may be."""
PROFILE = 0.5
"""Distances between the eyes that the nose may lie from their middle: at 0.5 it has reached an eye."""
LOW_RESOLUTION = 0.5
"""Pixels of the photo for one of CelebA's crop: at 0.5 the eyes are 19 px apart. There landmarks still stay
within 1 px (of the crop) of a larger photo's; at a quarter they are 1.7 px off, at an eighth 4.8 px."""

_MARGIN = 3
"""Pixels beside the crop that its bicubic samples reach."""
_MOST_BORDER = 2000
"""Pixels of repeated border on one side; a crop of a face that touches the photo needs a few hundred."""
_SAME_PLACE = 1e-6
"""Pixels of spread below which five landmarks are one point."""


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Shift, rotation and one scale, never a reflection, that bring `source` nearest to `target`.

    Least squares after Umeyama, "Least-squares estimation of transformation parameters between two point
    patterns", 1991.

    Args:
        source, target: points, shape (n, 2).

    Returns:
        The matrix of shape (2, 3) for which `matrix @ [x, y, 1]` lies in the target.

    Raises:
        PhotoError: the source's points are one point, or no numbers.
    """
    if not np.isfinite(source).all() or np.ptp(source, axis=0).max() < _SAME_PLACE:
        x, y = source[0]
        raise PhotoError(
            f"The face cannot be turned: its landmarks are one point, or no numbers ({x:.6g}, {y:.6g}). "
            "Use the whole image instead."
        )
    centre, goal = source.mean(axis=0), target.mean(axis=0)
    spread = np.mean(np.sum((source - centre) ** 2, axis=1))
    u, strengths, v = np.linalg.svd((target - goal).T @ (source - centre) / len(source))
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(v))])
    turn = (u * signs) @ v * (strengths @ signs / spread)
    return np.column_stack([turn, goal - turn @ centre])


def align(image: Image.Image, landmarks: np.ndarray) -> Image.Image:
    """The face cut out of the photo and turned: 178 x 218 RGB, its landmarks where CelebA's lie.

    What lies outside the photo repeats its border, as in CelebA. A large face is made smaller with antialias
    before it is turned: turning alone would pick single pixels of many.

    Raises:
        PhotoError: the landmarks are one point, or far outside the photo.
    """
    # Pillow counts from the pixel's corner, landmarks from its centre.
    to_photo = _inverse(similarity(landmarks + 0.5, CELEBA_LANDMARKS + 0.5))
    piece, origin, step = _piece(image if image.mode == "RGB" else image.convert("RGB"), to_photo)
    to_piece = (to_photo - np.column_stack([np.zeros((2, 2)), origin])) / step[:, None]
    return piece.transform(
        CELEBA_SIZE, Image.Transform.AFFINE, to_piece.ravel().tolist(), Image.Resampling.BICUBIC
    )


def _inverse(matrix: np.ndarray) -> np.ndarray:
    return np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2]


def _piece(image: Image.Image, to_photo: np.ndarray) -> tuple[Image.Image, np.ndarray, np.ndarray]:
    """The part of the photo that a crop is made of, no finer than the crop, with its border repeated.

    Returns:
        The part; where its top left corner lies in the photo, pixels; the photo's pixels in one of its own,
        along x and y.
    """
    width, height = CELEBA_SIZE
    corners = to_photo @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    shrink = max(1.0, float(np.hypot(*to_photo[:, 0])))
    low, high = corners.min(axis=1) - _MARGIN * shrink, corners.max(axis=1) + _MARGIN * shrink
    size = np.array(image.size)
    # The part within the photo is made smaller first, then its border repeated: of a face that fills a large
    # photo, the part around it could be many times the photo.
    first = np.clip(np.floor(low), 0, size - 1)
    last = np.clip(np.ceil(high), first + 1, size)
    inner = np.maximum(1, np.rint((last - first) / shrink)).astype(int)
    step = (last - first) / inner
    box = (*first.tolist(), *last.tolist())
    part = image.resize(tuple(inner.tolist()), Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    before = [max(0, ceil(n)) for n in (first - low) / step]
    after = [max(0, ceil(n)) for n in (high - last) / step]
    if max(before + after) > _MOST_BORDER:
        x, y = corners.mean(axis=1)
        raise PhotoError(
            f"The face cannot be cut out: at ({x:.0f}, {y:.0f}) it lies outside the photo of "
            f"{image.width} x {image.height} pixels. Use the whole image instead."
        )
    padding = [(before[1], after[1]), (before[0], after[0]), (0, 0)]
    padded = np.pad(np.asarray(part), padding, mode="edge")
    return Image.fromarray(padded), first - np.array(before) * step, step


def is_aligned(image: Image.Image, faces: Sequence[Face]) -> bool:
    """Whether an image already is a crop as CelebA's are, and must not be cut again.

    It has exactly CelebA's size and one of its faces lies where CelebA's lie, or none is found: a drawn or
    dark face may not be. Another face beside it changes nothing.
    """
    return image.size == CELEBA_SIZE and (not faces or aligned_face(faces) is not None)


def aligned_face(faces: Sequence[Face]) -> Face | None:
    """The face that lies nearest to CelebA's geometry, if one is near enough."""
    near = [
        face for face in faces if eyes_off(face.landmarks) <= ALIGNED_WITHIN and _as_large(face.landmarks)
    ]
    return min(near, key=lambda face: eyes_off(face.landmarks), default=None)


def eyes_off(landmarks: np.ndarray) -> float:
    """How far the middle of the eyes lies from where CelebA has it, pixels."""
    return float(np.hypot(*(landmarks[:2].mean(axis=0) - CELEBA_LANDMARKS[:2].mean(axis=0))))


def _as_large(landmarks: np.ndarray) -> bool:
    return 1 / ALIGNED_SCALE <= _pixels(landmarks) <= ALIGNED_SCALE


def _pixels(landmarks: np.ndarray) -> float:
    """How many pixels of the photo make one of CelebA's crop, along a side."""
    return 1 / float(np.hypot(*similarity(landmarks, CELEBA_LANDMARKS)[:, 0]))


def is_profile(landmarks: np.ndarray) -> bool:
    """Whether a face is seen so far from the side that its nose has reached an eye."""
    return sideways(landmarks) > PROFILE


def sideways(landmarks: np.ndarray) -> float:
    """How far the nose lies from the middle of the eyes, along their line, in distances between the eyes.

    0 for a face seen from the front, 0.5 where the nose is as far out as an eye.
    """
    left, right, nose = landmarks[:3]
    across = right - left
    length = across @ across
    return abs(float((nose - (left + right) / 2) @ across / length)) if length else float("inf")


def is_low_resolution(landmarks: np.ndarray) -> bool:
    """Whether the photo shows the face with much fewer pixels than CelebA's crops have.

    All five landmarks tell its size: the eyes alone come close together in a profile.

    Raises:
        PhotoError: the landmarks are one point.
    """
    return _pixels(landmarks) < LOW_RESOLUTION

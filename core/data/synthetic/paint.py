"""Puts smooth-edged shapes on a picture. Knows outlines and colours, not faces.

Pillow draws hard edges, so each shape is drawn as a mask, larger, only as far as it reaches, shrunk, and
used to lay its colour down: that is both smooth and quick.
"""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from core.data.synthetic.geometry import Pose
from core.data.synthetic.spec import Colour

_LARGER = 3
"""How many times larger than it is used a mask with clean edges is drawn."""

_SOFT_FROM, _VERY_SOFT_FROM = 1.5, 2.5
"""Standard deviations of an edge, in pixels, from which a mask is drawn at its own size, and at half."""

_SOFT_REACH = 2.5
"""Standard deviations after which a soft edge has ended."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


Shapes = np.ndarray | Sequence[np.ndarray]
"""One closed outline (n, 2), several (k, n, 2), or a row of either."""


class Painter:
    """Paints on `image`, seeing all points through `pose`."""

    def __init__(self, image: Image.Image, pose: Pose) -> None:
        self.image = image
        self.pose = pose

    def fill(
        self,
        shapes: Shapes,
        colour: Colour,
        opacity: float = 1.0,
        *,
        soft: float = 0.0,
        within: Image.Image | None = None,
    ) -> None:
        """Lay `colour` over closed outlines.

        Args:
            shapes: where they overlap they count once.
            opacity: 0..1.
            soft: standard deviation of the edge in pixels, 0 for a clean edge.
            within: a mask as large as the picture (see `silhouette`) that the paint does not leave.
        """
        mask, box = self._mask(shapes, round(255 * opacity), soft)
        if mask is None:
            return
        if within is not None:
            mask = ImageChops.multiply(mask, within.crop(box))
        self.image.paste(colour, box, mask)

    def cover(self, shapes: Shapes, colour: Colour) -> Image.Image:
        """Fill the outlines, opaque and with clean edges; returns their silhouette for what goes on them."""
        return self._silhouette(shapes, colour)

    def silhouette(self, shapes: Shapes, within: Image.Image | None = None) -> Image.Image:
        """A mask as large as the picture: 255 inside the outlines (and `within`), 0 outside."""
        whole = self._silhouette(shapes, None)
        return whole if within is None else ImageChops.multiply(whole, within)

    def _silhouette(self, shapes: Shapes, colour: Colour | None) -> Image.Image:
        whole = Image.new("L", self.image.size)
        mask, box = self._mask(shapes, 255)
        if mask is not None:
            whole.paste(mask, box)
            if colour is not None:
                self.image.paste(colour, box, mask)
        return whole

    def _mask(self, shapes: Shapes, value: int, soft: float = 0.0) -> tuple[Image.Image | None, Box]:
        """How much of each pixel the shapes cover, 0..`value`, in a box with room for a soft edge."""
        counts, points = _flat([shapes] if isinstance(shapes, np.ndarray) else shapes)
        points = self.pose(points)
        box = _box(points, 1 + _SOFT_REACH * soft, self.image.size)
        if box[0] >= box[2] or box[1] >= box[3]:
            return None, box
        size, points = (box[2] - box[0], box[3] - box[1]), points - box[:2]
        if soft >= _SOFT_FROM:
            return _soft_mask(size, counts, points, value, soft), box
        mask = _drawn(size, _LARGER, counts, points, value).reduce(_LARGER)
        return (mask.filter(ImageFilter.GaussianBlur(soft)) if soft else mask), box


def _soft_mask(
    size: tuple[int, int], counts: list[int], points: np.ndarray, value: int, soft: float
) -> Image.Image:
    """A mask with wide soft edges: they hide steps by themselves, and half the size is enough to blur."""
    times = 0.5 if soft >= _VERY_SOFT_FROM else 1
    mask = _drawn(size, times, counts, points, value).filter(ImageFilter.GaussianBlur(soft * times))
    return mask if times == 1 else mask.resize(size, Image.Resampling.BILINEAR)


def _drawn(
    size: tuple[int, int], times: float, counts: list[int], points: np.ndarray, value: int
) -> Image.Image:
    """Outlines that lie behind one another in `points`, `counts` points each, drawn `times` as large."""
    mask = Image.new("L", (math.ceil(size[0] * times), math.ceil(size[1] * times)))
    draw, numbers, start = ImageDraw.Draw(mask), (points * times).ravel().tolist(), 0
    for count in counts:
        end = start + 2 * count
        draw.polygon(numbers[start:end], fill=value)
        start = end
    return mask


def _flat(shapes: Sequence[np.ndarray]) -> tuple[list[int], np.ndarray]:
    """All points in one array, for one pass through the pose, and how many of them each outline has."""
    counts = []
    for shape in shapes:
        counts += [shape.shape[-2]] * (len(shape) if shape.ndim == 3 else 1)
    return counts, np.concatenate([shape.reshape(-1, 2) for shape in shapes])


def _box(points: np.ndarray, reach: float, size: tuple[int, int]) -> Box:
    """The part of a picture of `size` within `reach` of the points; empty if they miss it."""
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    left, top = max(int(left - reach), 0), max(int(top - reach), 0)
    return left, top, min(int(right + reach) + 1, size[0]), min(int(bottom + reach) + 1, size[1])

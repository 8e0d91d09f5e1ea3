"""Puts smooth-edged shapes on a picture. Knows outlines and colours, not faces.

Pillow draws hard edges, so each shape is drawn as a mask, larger, only as far as it reaches, shrunk, and
used to lay its colour down: that is both smooth and quick.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from core.data.synthetic.geometry import Pose
from core.data.synthetic.spec import Colour

_CLEAN, _SOFT = 3, 1
"""How many times larger a mask is drawn than it is used: a soft edge hides its steps by itself."""

_SOFT_FROM = 1.5
"""Standard deviation of the edge, in pixels, from which it counts as soft."""

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
        if soft:
            mask = mask.filter(ImageFilter.GaussianBlur(soft))
        if within is not None:
            mask = ImageChops.multiply(mask, within.crop(box))
        self.image.paste(colour, box, mask)

    def silhouette(self, shapes: Shapes, within: Image.Image | None = None) -> Image.Image:
        """A mask as large as the picture: 255 inside the outlines (and `within`), 0 outside."""
        whole = Image.new("L", self.image.size)
        mask, box = self._mask(shapes, 255)
        if mask is not None:
            whole.paste(mask, box)
        return whole if within is None else ImageChops.multiply(whole, within)

    def cover(self, shapes: Shapes, colour: Colour) -> Image.Image:
        """Fill the outlines, opaque and with clean edges; returns their silhouette for what goes on them."""
        mask = self.silhouette(shapes)
        self.image.paste(colour, (0, 0), mask)
        return mask

    def _mask(self, shapes: Shapes, value: int, soft: float = 0.0) -> tuple[Image.Image | None, Box]:
        """How much of each pixel the shapes cover, 0..`value`, in a box with room for a soft edge."""
        counts, points = _flat([shapes] if isinstance(shapes, np.ndarray) else shapes)
        points = self.pose(points)
        box = _box(points, 1 + _SOFT_REACH * soft, self.image.size)
        if box[0] >= box[2] or box[1] >= box[3]:
            return None, box
        times = _SOFT if soft >= _SOFT_FROM else _CLEAN
        mask = Image.new("L", ((box[2] - box[0]) * times, (box[3] - box[1]) * times))
        _draw_polygons(mask, counts, (points - box[:2]) * times, value)
        return (mask if times == 1 else mask.reduce(times)), box


def _draw_polygons(mask: Image.Image, counts: list[int], points: np.ndarray, value: int) -> None:
    """Fill with `value` the outlines that lie behind one another in `points`, `counts` points each."""
    draw, numbers, start = ImageDraw.Draw(mask), points.ravel().tolist(), 0
    for count in counts:
        end = start + 2 * count
        draw.polygon(numbers[start:end], fill=value)
        start = end


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

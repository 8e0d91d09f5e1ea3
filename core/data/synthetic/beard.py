"""What grows on a man's chin and lip: from stubble to a full beard."""

import numpy as np
from PIL import Image

from core.data.synthetic.geometry import MIDDLE, at, curve
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import brow_colour, darker, hair_colour, lighter, mix, skin_shadow
from core.data.synthetic.spec import FaceSpec


def draw_beard(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    """Paint the beard inside the face's mask; the mouth goes over it. Women have none."""
    if not spec.has("Male"):
        return
    _draw_stubble(painter, spec, face)
    if spec.styling.beard in _GROWN:
        _draw_grown(painter, spec, face)


def _mirrored(points: list[tuple[float, float]]) -> np.ndarray:
    """A closed outline from half of it, given from the upper middle to the lower middle."""
    return np.concatenate([curve(at(points)), curve(at(points, -1))[::-1]])


def _jaw() -> np.ndarray:
    """Where a full beard grows: along the jaw and round the mouth."""
    return _mirrored(
        [(0, 143.5), (12, 143), (24, 146), (34, 148), (39, 136), (46, 126), (56, 150), (42, 186), (0, 200)]
    )


def _moustache() -> np.ndarray:
    return _mirrored([(0, 142.5), (9, 142), (18, 148), (22, 156), (18, 154.5), (10, 149.5), (0, 148.8)])


def _goatee() -> np.ndarray:
    return _mirrored([(0, 160), (8, 161), (15, 157), (20, 152), (23, 158), (20, 174), (12, 190), (0, 194)])


def _draw_stubble(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    """Dots: seen close by, yet the skin is hardly darker from afar."""
    dense = spec.styling.beard == "stubble"
    colour = darker(mix(brow_colour(spec), skin_shadow(spec.person.skin), 0.2), 0.4)
    jaw = painter.silhouette(_jaw(), within=face)
    painter.fill(_hairs(spec, 300 if dense else 150, 1.1, 1.5), colour, 0.75 if dense else 0.5, within=jaw)


def _draw_grown(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    colour = mix(brow_colour(spec), hair_colour(spec), 0.35)
    shapes = [draw() for draw in _GROWN[spec.styling.beard]]
    painter.fill(shapes, colour, 0.93, soft=0.7, within=face)
    painter.fill(
        _hairs(spec, 60, 1.0, 6.0), lighter(colour, 0.22), 0.42, within=painter.silhouette(shapes, face)
    )


def _hairs(spec: FaceSpec, count: int, width: float, length: float) -> np.ndarray:
    """Little spikes downwards, fanning out from the chin, so that the beard reads as hair."""
    rng = np.random.default_rng(spec.person.id)
    places = np.column_stack([MIDDLE + rng.uniform(-42, 42, count), rng.uniform(138, 186, count)])
    tips = places + np.column_stack([0.06 * (places[:, 0] - MIDDLE), np.full(count, length)])
    return np.stack([places - (width / 2, 0), places + (width / 2, 0), tips], axis=1)


_GROWN = {"moustache": (_moustache,), "goatee": (_moustache, _goatee), "full": (_jaw, _moustache)}

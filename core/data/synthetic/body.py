"""Neck, shoulders and clothes. Clothes tell nothing of who wears them; the neck tells a little."""

import numpy as np

from core.data.synthetic.geometry import MIDDLE, at, curve, curves, ellipse, loop, pair, ribbon
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import darker, lighter, mix, skin_shadow
from core.data.synthetic.spec import Colour, FaceSpec


def draw_body(painter: Painter, spec: FaceSpec) -> None:
    """Paint neck and clothes; the head goes over them."""
    _draw_neck(painter, spec)
    garment = spec.styling.garment
    _draw_cloth(painter, spec, dip=_DIPS[garment])
    if garment in _DETAILS:
        _DETAILS[garment](painter, spec.styling.garment_colour, spec.styling.inner_colour)


_DIPS = {"crew": 6, "vee": 24, "collar": 12, "blazer": 30, "turtleneck": -12, "hoodie": 10}
"""How deep below the neck's side the neckline hangs, pixels."""


def _neck_half_width(spec: FaceSpec) -> float:
    return (24.6 if spec.has("Male") else 23.4) + 2.0 * spec.person.jaw


def _draw_neck(painter: Painter, spec: FaceSpec) -> None:
    half = _neck_half_width(spec)
    sides = [(half, 150), (half, 186), (half + 4, 198), (half + 26, 210), (half + 50, 230)]
    outline = np.concatenate([curve(at(sides)), curve(at(sides, -1))[::-1]])
    skin, shadow = spec.person.skin, skin_shadow(spec.person.skin)
    neck = painter.cover(outline, mix(skin, shadow, 0.22))
    painter.fill(ellipse(MIDDLE, 170, half + 12, 25), shadow, 0.75, soft=4, within=neck)
    if spec.has("Male"):
        painter.fill(ellipse(MIDDLE, 198, 4.5, 5), shadow, 0.45, soft=2, within=neck)
    painter.fill(ribbon(curves([(13, 190), (9, 204), (4, 216)]), 2.5), shadow, 0.35, soft=1.2)


_POINTED = ((-1, 0), (-0.5, 0.5), (0, 1), (0.5, 0.5), (1, 0))
_ROUND = ((-1, 0), (-0.6, 0.75), (0, 1), (0.6, 0.75), (1, 0))


def _neckline(spec: FaceSpec, dip: float) -> np.ndarray:
    """From the left side of the neck to the right."""
    half, pointed = _neck_half_width(spec) + 3, spec.styling.garment in ("vee", "blazer")
    line = at([(half * x, 197 + dip * y) for x, y in (_POINTED if pointed else _ROUND)])
    return line if pointed else curve(line)


def _draw_cloth(painter: Painter, spec: FaceSpec, dip: float) -> None:
    slope = [(34, 199.5), (54, 204), (74, 213), (94, 232)]
    line = _neckline(spec, dip)
    outline = np.concatenate([curve(at(slope, -1))[::-1], line, curve(at(slope))])
    colour = spec.styling.garment_colour
    cloth = painter.cover(outline, colour)
    painter.fill(ribbon(line, 3.2), darker(colour, 0.14), within=cloth)
    folds = loop(pair([(46, 208), (64, 212), (78, 226), (60, 232)]))
    painter.fill(folds, darker(colour, 0.35), 0.35, soft=4, within=cloth)


def _collar(painter: Painter, colour: Colour, inner: Colour) -> None:
    flaps = pair([(26, 193), (31, 198), (25, 214), (3, 209)])
    painter.fill(flaps, lighter(colour, 0.14))
    painter.fill(ribbon(pair([(3, 209), (25, 214), (31, 198)]), 1.2), darker(colour, 0.3), 0.6)


def _blazer(painter: Painter, colour: Colour, inner: Colour) -> None:
    shirt = at([(-22, 203), (0, 207), (22, 203), (9, 226), (-9, 226)])
    painter.fill(shirt, lighter(inner, 0.35))
    lapels = pair([(27, 193), (34, 199), (32, 214), (6, 232), (0, 228)])
    painter.fill(lapels, darker(colour, 0.16))
    painter.fill(ribbon(pair([(27, 193), (14, 212), (0, 228)]), 1.2), darker(colour, 0.4), 0.7)


def _turtleneck(painter: Painter, colour: Colour, inner: Colour) -> None:
    roll = loop(at([(-27, 186), (0, 191), (27, 186), (31, 199), (0, 206), (-31, 199)]))
    painter.fill(roll, lighter(colour, 0.08))
    painter.fill(ribbon(curve(at([(-31, 199), (0, 206), (31, 199)])), 1.6), darker(colour, 0.3), 0.6)


def _hoodie(painter: Painter, colour: Colour, inner: Colour) -> None:
    hood = loop(pair([(24, 189), (44, 193), (46, 204), (22, 216), (6, 214)]))
    painter.fill(hood, darker(colour, 0.12))
    painter.fill(ribbon(curves([(13, 211), (14, 218), (12, 230)]), 1.8), lighter(colour, 0.55))


def _crew(painter: Painter, colour: Colour, inner: Colour) -> None:
    stripe = curve(at([(-84, 218), (-40, 211), (0, 213), (40, 211), (84, 218)]))
    painter.fill(ribbon(np.stack([stripe, stripe + (0, 9)]), 3.6), inner, 0.85)


_DETAILS = {
    "crew": _crew,
    "collar": _collar,
    "blazer": _blazer,
    "turtleneck": _turtleneck,
    "hoodie": _hoodie,
}

"""Glasses and earrings."""

import numpy as np

from core.data.synthetic.eyes import EYE_X, EYE_Y
from core.data.synthetic.geometry import at, curve, curves, ellipses, loop, pair, ribbon, ring
from core.data.synthetic.haircuts import covers_ears
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import darker
from core.data.synthetic.spec import Colour, FaceSpec

_LENSES = {
    "round": [(-14, 0), (-10, -10), (0, -13.5), (10, -10), (14, 0), (10, 10), (0, 13.5), (-10, 10)],
    "square": [
        (-15, -7), (-12.5, -10.5), (0, -11), (12.5, -10.5), (15.5, -7), (14.5, 6), (11, 10), (-9, 10),
        (-14, 5),
    ],
    "browline": [(-15, -8), (-10, -10.5), (12, -11), (16, -8), (13.5, 4), (6, 11), (-6, 11), (-13, 4)],
}  # fmt: skip
"""Outlines around the middle of a lens, outwards to the right."""


def draw_glasses(painter: Painter, spec: FaceSpec) -> None:
    """Paint glasses where the spec has them."""
    if not spec.has("Eyeglasses"):
        return
    colour = spec.styling.frame_colour
    shape = np.array(_LENSES[spec.styling.glasses], np.float64) + (EYE_X + 0.6, EYE_Y + 1.2)
    lenses = loop(pair(shape), 5)
    rims = ring(lenses, 2.5)
    painter.fill(lenses, (214, 232, 244), 0.16)
    glares = [at([(x + 2, 100), (x + 6, 100), (x - 2, 123), (x - 6, 123)]) for x in (-EYE_X, EYE_X)]
    painter.fill(glares, (255, 255, 255), 0.22, within=painter.silhouette(lenses))
    painter.fill(rims + (0, 1.2), (50, 26, 20), 0.28, soft=1)
    arms = ribbon(pair([(34.5, 107), (47, 109)]), 2.6)
    bridge = ribbon(curve(at([(-5.6, 109), (0, 106.5), (5.6, 109)])), 2.4)
    painter.fill([rims, arms, bridge, *_bars(spec)], colour)


def _bars(spec: FaceSpec) -> list[np.ndarray]:
    """The heavy upper edge of browline glasses."""
    if spec.styling.glasses != "browline":
        return []
    return [ribbon(curves([(4.5, 103.5), (12, 101.5), (30, 101), (36, 104)]), 4.2)]


def draw_earrings(painter: Painter, spec: FaceSpec) -> None:
    """Paint earrings where the spec has them; over hair that hides the ears a pearl becomes a drop."""
    if not spec.has("Wearing_Earrings"):
        return
    kind = spec.styling.earrings
    if kind == "pearl" and covers_ears(spec):
        kind = "drop"
    lobes = pair([(47.5, 136.5)])[:, 0]
    _EARRINGS[kind](painter, lobes, spec.styling.earring_colour)


def _draw_pearls(painter: Painter, lobes: np.ndarray, colour: Colour) -> None:
    painter.fill(ellipses(lobes, 4.4, 4.4), darker(colour, 0.3))
    painter.fill(ellipses(lobes - (0.3, 0.4), 3.6, 3.6), colour)
    painter.fill(ellipses(lobes - (1.3, 1.5), 1.3, 1.3), (255, 255, 255), 0.9)


def _draw_hoops(painter: Painter, lobes: np.ndarray, colour: Colour) -> None:
    hoops = ellipses(lobes + (0, 8), 7, 9, 28)
    painter.fill(ring(hoops, 3.3), darker(colour, 0.35))
    painter.fill(ring(hoops, 1.9), colour)


def _draw_drops(painter: Painter, lobes: np.ndarray, colour: Colour) -> None:
    chains = ribbon(lobes[:, None] + [(0, 0), (0, 8)], 1.3)
    painter.fill([chains, ellipses(lobes - (0, 1), 2.2, 2.2)], darker(colour, 0.25))
    gem, places = loop(np.array([(0, 6), (4.4, 13), (0, 18.5), (-4.4, 13)]), 5), lobes[:, None]
    painter.fill(gem + places, darker(colour, 0.35))
    painter.fill((gem - (0, 12.5)) * 0.74 + (0, 12.3) + places, colour)
    painter.fill(ellipses(lobes + (-1.2, 10.5), 1.0, 1.4), (255, 255, 255), 0.85)


_EARRINGS = {"pearl": _draw_pearls, "hoop": _draw_hoops, "drop": _draw_drops}

"""The edges of the haircuts: where each cut ends outside and where it meets the face. Paints nothing.

A cut is given as points of half a head from the bottom to the top, (distance from the middle line, y).
"""

import numpy as np

from core.data.synthetic.geometry import MIDDLE, SIDES, at, curve, lengths, normals, resampled
from core.data.synthetic.spec import FaceSpec

Half = list[tuple[float, float]]

EDGE_POINTS = 52
"""Points along each edge of half a head of hair."""

_OUTLINES: dict[str, Half] = {
    "short": [(45.5, 112), (48, 104), (49.5, 90), (47, 69), (38, 52), (22, 43), (0, 40)],
    "round": [(50, 142), (60, 126), (65, 102), (62, 72), (48, 46), (26, 33), (0, 29)],
    "bob": [(40, 168), (54, 166), (61, 156), (61.5, 138), (58, 108), (53, 78), (42, 55), (24, 43), (0, 39)],
    "long": [(62, 236), (67, 210), (64, 176), (60, 140), (57, 108), (52.5, 78), (42, 55), (24, 43), (0, 39)],
    "tied": [(45.5, 112), (47.5, 102), (48.5, 84), (44, 64), (34, 51.5), (18, 45), (0, 43)],
    "tucked": [(45.5, 112), (50, 102), (51, 84), (46, 63), (36, 50), (20, 42.5), (0, 40)],
}

_HAIRLINES: dict[str, Half] = {
    "short": [(43, 113), (42.5, 104), (41.5, 94), (36, 83), (26, 77), (12, 74.5), (0, 74)],
    "round": [(46, 142), (44.5, 124), (43, 106), (40, 90), (30, 78), (14, 73), (0, 72)],
    "bob": [(38, 168), (40, 158), (43, 142), (44, 124), (43, 106), (38.5, 88), (24, 74), (0, 65)],
    "long": [(40, 236), (39, 205), (42, 172), (44.5, 134), (43, 108), (38.5, 88), (24, 74), (0, 65)],
    "tied": [(43.5, 112), (43, 102), (42, 92), (37, 82), (26, 75), (12, 72), (0, 71)],
    "tucked": [(43.5, 112), (43.5, 102), (40, 89), (26, 76), (12, 69), (0, 64)],
}
"""The last point is the part; it moves along the forehead."""

_WAVES = {
    "short": (19.0, 1.3),
    "round": (13.0, 2.2),
    "bob": (30.0, 3.0),
    "long": (34.0, 3.8),
    "tied": (19.0, 0.9),
    "tucked": (24.0, 1.4),
}
"""Length and size of the waves, pixels."""


def cut(spec: FaceSpec) -> str:
    """The haircut; straight hair does not stand round the head, so it falls to a bob."""
    round_but_straight = spec.styling.hair == "round" and spec.has("Straight_Hair")
    return "bob" if round_but_straight else spec.styling.hair


def front_cut(spec: FaceSpec) -> str:
    """How the cut looks over the forehead: long hair may be worn behind the ears."""
    behind_ears = cut(spec) in ("bob", "long") and spec.styling.tucked
    return "tucked" if behind_ears else cut(spec)


def covers_ears(spec: FaceSpec) -> bool:
    """Whether the hair hangs over the ears."""
    return front_cut(spec) in ("bob", "long", "round")


def texture(spec: FaceSpec) -> str:
    """`straight` with the label; otherwise `curly` when round or, at times, short; otherwise `wavy`."""
    if spec.has("Straight_Hair"):
        return "straight"
    curly = cut(spec) == "round" or (cut(spec) == "short" and spec.styling.wave > 0.6)
    return "curly" if curly else "wavy"


def edges(spec: FaceSpec, name: str) -> np.ndarray:
    """The edges of cut `name`, shape (2, 2, EDGE_POINTS, 2): right and left half; outer edge and hairline."""
    return np.stack([(_outer(spec, name, side), _hairline(spec, name, side)) for side in SIDES])


def _outer(spec: FaceSpec, name: str, side: int) -> np.ndarray:
    styling = spec.styling
    line = resampled(curve(at(_OUTLINES[name], side), 5), EDGE_POINTS)
    line = (line - (MIDDLE, 104)) * (1 + 0.09 * (styling.volume - 0.45)) + (MIDDLE, 104)
    if name == "short":
        line[:, 1] -= 7 * styling.volume * np.exp(-(((line[:, 0] - MIDDLE - 16 * styling.part) / 24) ** 2))
    return _waved(spec, line, name, side)


def _hairline(spec: FaceSpec, name: str, side: int) -> np.ndarray:
    points = _HAIRLINES[name]
    if spec.has("Male") and not spec.has("Young"):
        points = [(x, y - 6 * np.exp(-(((x - 24) / 12) ** 2))) for x, y in points]
    part = 15.0 * spec.styling.part * side
    line = resampled(curve(at([*points[:-1], (part, points[-1][1])], side), 5), EDGE_POINTS)
    if name == "short":
        line[:, 1] += 3.5 * spec.styling.part * np.clip((MIDDLE - line[:, 0]) / 40, -1, 1) * (line[:, 1] < 90)
    return _waved(spec, line, name, side, 0.5)


def _waved(spec: FaceSpec, line: np.ndarray, name: str, side: int, share: float = 1.0) -> np.ndarray:
    """The edge moved in and out: round bumps for curls, long waves for wavy hair, nothing for straight."""
    kind = texture(spec)
    if kind == "straight":
        return line
    length, size = _WAVES["round"] if kind == "curly" else _WAVES[name]
    phase = np.pi * (lengths(line) / length + spec.styling.wave)
    wave = 2 * np.abs(np.sin(phase)) - 1 if kind == "curly" else np.sin(2 * phase)
    fade = np.interp(np.arange(len(line)) / len(line), [0.6, 0.93, 1], [1, 0.6, 0])
    return line + normals(line) * (side * share * size * wave * fade)[:, None]

"""The mouth, with smile, teeth and lipstick."""

import numpy as np

from core.data.synthetic.geometry import MIDDLE, at, curve, curves, ellipse, ellipses, pair, ribbon, tapered
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import darker, lighter, mix, skin_shadow
from core.data.synthetic.spec import Colour, FaceSpec


def draw_mouth(painter: Painter, spec: FaceSpec) -> None:
    """Paint the mouth: closed, smiling, or smiling with the teeth shown."""
    if spec.has("Smiling"):
        _draw_smile_lines(painter, spec)
    upper, between, lower = _lip_lines(spec)
    colour = _lip_colour(spec)
    below = _opened(between) if _shows_teeth(spec) else between
    corners = ellipses(between[[0, -1]], 1.6, 1.6)
    painter.fill(corners, skin_shadow(spec.person.skin), 0.6, soft=0.9)
    painter.fill(np.concatenate([upper, between[::-1]]), darker(colour, 0.1))
    painter.fill(np.concatenate([below, lower[::-1]]), colour)
    if _shows_teeth(spec):
        _draw_teeth(painter, between, below)
    else:
        painter.fill(tapered(between, 1.9), darker(colour, 0.55), 0.9)
    height = (below[len(below) // 2, 1] + lower[len(lower) // 2, 1]) / 2
    shine = 0.6 if spec.has("Heavy_Makeup") else 0.3
    painter.fill(ellipse(MIDDLE, height, 6, 1.2), lighter(colour, 0.5), shine, soft=0.9)


def _shows_teeth(spec: FaceSpec) -> bool:
    return spec.has("Smiling") and spec.styling.open_smile


def _lip_colour(spec: FaceSpec) -> Colour:
    """Natural lips run from nearly skin to red; lipstick runs from a hint to full colour."""
    skin, styling = spec.person.skin, spec.styling
    red = mix(skin_shadow(skin), (208, 76, 84), 0.56)
    natural = mix(red, skin, 0.6 * (1 - spec.person.lip_tone) + (0.04 if spec.has("Male") else 0))
    return mix(natural, styling.lipstick, styling.lipstick_strength) if spec.has("Heavy_Makeup") else natural


def _fullness(spec: FaceSpec) -> float:
    """1 is a young woman's average lip."""
    full = (0.84 if spec.has("Male") else 1.0) * (1 + 0.28 * spec.person.lip_fullness)
    return full * (1 if spec.has("Young") else 0.74) * (1.12 if spec.has("Heavy_Makeup") else 1)


def _lip_lines(spec: FaceSpec) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Upper edge, line between the lips, lower edge, each from left to right with shared corners."""
    smiling, full = spec.has("Smiling"), _fullness(spec)
    half = (16.6 if spec.has("Male") else 16.0) + 1.3 * spec.person.mouth_width + (3.4 if smiling else 0)
    corner, middle = (148.6, 154.2) if smiling else (151.9, 152.7)
    peak = middle - 5.2 * full + (0.8 if smiling else 0)
    deep = middle + 6.6 * full + (4.5 if _shows_teeth(spec) else 0)
    slope = (corner + peak) / 2 - 0.6 * full
    right = [(3.6, peak - 0.3), (half * 0.55, slope), (half, corner)]
    upper = curve(
        at([*((-x, y) for x, y in right[::-1]), (0, peak + (0.4 if spec.has("Male") else 1.6)), *right])
    )
    return upper, _bow(half, corner, middle + 0.4, 0.5), _bow(half, corner, deep, 0.6)


def _bow(half: float, corner: float, middle: float, bend: float) -> np.ndarray:
    """A line from corner to corner through (0, `middle`)."""
    side = (half * bend, (corner + 2 * middle) / 3)
    return curve(at([(-half, corner), (-side[0], side[1]), (0, middle), side, (half, corner)]), 9)


def _opened(between: np.ndarray) -> np.ndarray:
    """The upper edge of the lower lip when the teeth show."""
    return between + np.outer(5.6 * np.sin(np.linspace(0, np.pi, len(between))) ** 0.8, (0, 1))


def _draw_teeth(painter: Painter, between: np.ndarray, below: np.ndarray) -> None:
    inside = painter.cover(np.concatenate([between, below[::-1]]), (104, 34, 40))
    row = np.concatenate([between, (between + (below - between) * 0.82)[::-1]])
    painter.fill(row, (255, 253, 248), within=inside)
    gaps = ribbon(np.stack([at([(x, 146), (x, 166)]) for x in (-9.5, -4.8, 0, 4.8, 9.5)]), 0.5)
    painter.fill(gaps, (206, 196, 190), 0.5, within=inside)
    painter.fill(ribbon(between + (0, 0.6), 1.6), (120, 60, 60), 0.35, soft=0.6, within=inside)


def _draw_smile_lines(painter: Painter, spec: FaceSpec) -> None:
    """Folds beside the mouth, raised cheeks, a little crease below the eyes."""
    shadow = skin_shadow(spec.person.skin)
    folds = tapered(curves([(14, 138), (20.5, 142), (24, 149)]), 2.3)
    painter.fill(folds, shadow, 0.55, soft=0.7)
    cheeks = ellipses(pair([(27, 131)])[:, 0], 8, 5)
    painter.fill(cheeks, lighter(spec.person.skin, 0.35), 0.35, soft=3)
    creases = tapered(curves([(13, 118.5), (19, 120), (25, 118.2)]), 1.2)
    painter.fill(creases, shadow, 0.3)

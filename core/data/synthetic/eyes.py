"""Eyes, lids, lashes and brows, with the make-up on them."""

import numpy as np

from core.data.synthetic.geometry import MIRROR, curves, ellipses, pair, ribbon, tapered
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import brow_colour, darker, lighter, mix, skin_shadow
from core.data.synthetic.spec import FaceSpec

EYE_X, EYE_Y = 19.25, 111.0
"""Distance of the eyes from the middle line, and their height."""

_INK = (38, 26, 26)

Lids = tuple[np.ndarray, np.ndarray]
"""Upper and lower edges, each (2, n, 2): right and left eye, from the inner corner to the outer."""


def draw_eyes(painter: Painter, spec: FaceSpec) -> None:
    """Paint both eyes with lids, lashes and eyeshadow."""
    lids = _lids(spec)
    if spec.has("Heavy_Makeup"):
        _draw_eyeshadow(painter, spec, lids)
    _draw_eyeballs(painter, spec, lids)
    _draw_lids(painter, spec, lids)
    if spec.has("Heavy_Makeup") or not spec.has("Male"):
        _draw_lashes(painter, spec, lids)


def draw_brows(painter: Painter, spec: FaceSpec) -> None:
    """Paint the brows: a man's low, straight and thick, a woman's high, arched and thin."""
    person, male = spec.person, spec.has("Male")
    arch = (2.1 if male else 4.6) + 1.4 * person.brow_arch
    low = (99.6 if male else 100.0) + 1.4 * person.brow_height
    thick = (5.2 if male else 3.9) + 1.5 * person.brow_weight
    points = [(8.5 if male else 10, low + 0.8), (17, low - arch * 0.6), (25, low - arch), (33, low + 0.6)]
    lines = curves(points)
    widths = thick * np.interp(np.linspace(0, 1, lines.shape[1]), [0, 0.15, 0.6, 1], [0.7, 1, 0.85, 0.18])
    if male:
        widths = widths * np.where(np.arange(len(widths)) % 2, 0.82, 1.18)
    painter.fill(ribbon(lines, widths), brow_colour(spec), 0.84)


def _lids(spec: FaceSpec) -> Lids:
    person, male = spec.person, spec.has("Male")
    half = (9.6 if male else 9.8) + 0.6 * person.eye_size
    up = (5.2 if male else 5.6) + 0.8 * person.eye_size - (0 if spec.has("Young") else 0.7)
    down = (3.4 if male else 3.7) - (0.9 if spec.has("Smiling") else 0)
    inner, outer = (EYE_X - half, EYE_Y + 0.9), (EYE_X + half, EYE_Y - 0.6 - 0.8 * person.eye_tilt)
    upper = [(-0.45, 0.86), (0.2, 1), (0.72, 0.66)]
    lower = [(-0.4, 0.9), (0.3, 1)]
    above = [inner, *((EYE_X + half * x, EYE_Y - up * y) for x, y in upper), outer]
    below = [inner, *((EYE_X + half * x, EYE_Y + down * y) for x, y in lower), outer]
    return curves(above), curves(below)


def _draw_eyeshadow(painter: Painter, spec: FaceSpec, lids: Lids) -> None:
    upper, _ = lids
    raised = upper.copy()
    raised[..., 1] -= 1.2 + 6.4 * np.sin(np.linspace(0.1, np.pi * 0.8, upper.shape[1]))
    raised[:, -1:] += MIRROR * (3.0, -2.5)
    painter.fill(_closed(upper, raised), spec.styling.eyeshadow, 0.88, soft=0.8)


def _closed(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """The outlines between pairs of lines."""
    return np.concatenate([upper, lower[:, ::-1]], axis=1)


def _draw_eyeballs(painter: Painter, spec: FaceSpec, lids: Lids) -> None:
    upper, lower = lids
    opening = painter.cover(_closed(upper, lower), mix((252, 248, 244), spec.person.skin, 0.08))
    middles = pair([(EYE_X, EYE_Y - 0.6)])[:, 0] + (1.6 * spec.styling.gaze, 0)

    def disc(radius: float, dx: float = 0.0, dy: float = 0.0) -> np.ndarray:
        return ellipses(middles + (dx, dy), radius, radius)

    iris = spec.person.iris
    painter.fill(disc(5.1), darker(iris, 0.45), within=opening)
    painter.fill(disc(4.3), iris, within=opening)
    painter.fill(disc(2.6, dy=1.6), lighter(iris, 0.3), 0.6, soft=0.6, within=opening)
    painter.fill(disc(2.2), (18, 14, 16), within=opening)
    painter.fill(ribbon(upper + (0, 1.2), 2.6), (60, 40, 40), 0.4, soft=0.6, within=opening)
    painter.fill([disc(1.25, 1.6, -1.8), disc(0.6, -1.5, 1.7)], (255, 255, 255), 0.95, within=opening)


def _draw_lids(painter: Painter, spec: FaceSpec, lids: Lids) -> None:
    upper, lower = lids
    made_up, male = spec.has("Heavy_Makeup"), spec.has("Male")
    shadow = skin_shadow(spec.person.skin)
    thick = 3.1 if made_up else (1.7 if male else 2.4)
    widths = thick * np.interp(np.linspace(0, 1, upper.shape[1]), [0, 0.5, 1], [0.35, 0.8, 1.0])
    painter.fill(ribbon(upper, widths), _INK, 0.95)
    painter.fill(tapered(lower, 1.3), _INK if made_up else darker(shadow, 0.35), 0.8 if made_up else 0.5)
    creases = upper[:, 2:] - (0, 3.0 if male else 3.6)
    painter.fill(tapered(creases, 1.3), darker(shadow, 0.25), 0.65)


def _draw_lashes(painter: Painter, spec: FaceSpec, lids: Lids) -> None:
    """Lashes grow longer towards the outer corner; make-up makes them long and gives them a wing."""
    made_up = spec.has("Heavy_Makeup")
    count, length, width = (6, 5.0, 1.5) if made_up else (5, 4.0, 1.3)
    upper, lower = lids
    roots = upper[:, np.linspace(upper.shape[1] * 0.45, upper.shape[1] - 1, count).astype(int)]
    share = np.linspace(0.5, 1, count)[:, None]
    reach = np.hstack([0.8 * share, -0.85 + 0.35 * share]) * length * share
    strokes = [_spikes(roots, reach * MIRROR, width)]
    if made_up:
        strokes.append(_spikes(upper[:, -1:], MIRROR * (5.0, -3.4), 2.8))
        strokes.append(_spikes(lower[:, 8::3], MIRROR * (0.8, 2.2), 0.9))
    painter.fill(strokes, _INK, 0.95)


def _spikes(roots: np.ndarray, reach: np.ndarray, width: float) -> np.ndarray:
    """Thin triangles from `roots` (2, n, 2), as far as `reach` says; shape (2 n, 3, 2)."""
    across = reach[..., ::-1] * (-0.5, 0.5) * (width / np.hypot(reach[..., :1], reach[..., 1:]))
    return np.stack([roots + across, roots + reach, roots - across], axis=-2).reshape(-1, 3, 2)

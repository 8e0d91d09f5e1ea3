"""Bangs: hair combed over the forehead down to the brows, full or swept to one side."""

import numpy as np
from PIL import Image

from core.data.synthetic.geometry import MIDDLE, at, curve, resampled, tapered
from core.data.synthetic.hair import bent, strand_colours
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import hair_colour
from core.data.synthetic.spec import FaceSpec

_HALF_WIDTH = 43.5


def draw_fringe(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    """Paint the fringe where the spec has Bangs; `face` is the mask on which it throws its shadow."""
    if not spec.has("Bangs"):
        return
    tips = _tips(spec)
    crown = curve(at([(43.5, 88), (38, 66), (20, 55), (0, 52), (-20, 55), (-38, 66), (-43.5, 88)]))
    outline = np.concatenate([crown, tips])
    painter.fill(outline + (0, 3), (50, 26, 20), 0.42, soft=2, within=face)
    hair = painter.cover(outline, hair_colour(spec))
    dark, light = strand_colours(spec)
    lines = _strands(spec, tips)
    painter.fill(tapered(lines[::2], 1.9), dark, 0.45, within=hair)
    painter.fill(tapered(lines[1::2], 1.6), light, 0.4, within=hair)
    painter.fill(tapered(lines[2:-2, 4:9], 4.5), light, 0.3, soft=1.8, within=hair)


def _tips(spec: FaceSpec) -> np.ndarray:
    """The lower edge from left to right: pointed locks when straight, round ones when not."""
    x = np.linspace(-_HALF_WIDTH, _HALF_WIDTH, 67)
    u = x / _HALF_WIDTH
    if spec.styling.fringe == "full":
        base = 96 - 3.0 * np.cos(u * np.pi / 2)
    else:
        base = 89.5 - 9.0 * (1 if spec.styling.part > 0 else -1) * u + 5 * u**2
    phase = x / 11.5 + spec.styling.wave
    if spec.has("Straight_Hair"):
        locks = 3.2 * np.abs(2 * (phase - np.floor(phase)) - 1)
    else:
        locks = 4.6 * np.abs(np.sin(np.pi * phase))
    return np.column_stack([MIDDLE + x, base + locks])


def _strands(spec: FaceSpec, tips: np.ndarray) -> np.ndarray:
    """From the crown to the tips, spread like a fan, shape (13, n, 2)."""
    ends = resampled(tips, 15)[1:-1]
    roots = np.column_stack([MIDDLE + 9 * spec.styling.part + np.linspace(-26, 26, 13), np.full(13, 55.0)])
    bows = (roots + ends) / 2 + (ends - roots) * (0.25, 0)
    return bent(spec, curve(np.stack([roots, bows, ends], axis=1)))

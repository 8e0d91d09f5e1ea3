"""Hair behind the head and over the forehead, with its strands. The edges come from `haircuts`."""

import numpy as np
from PIL import Image

from core.data.synthetic.geometry import MIDDLE, at, curve, ellipse, normals, resampled, ribbon, tapered
from core.data.synthetic.haircuts import EDGE_POINTS, covers_ears, cut, edges, front_cut, texture
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import darker, hair_colour, lighter, mix
from core.data.synthetic.spec import Colour, FaceSpec

_TAIL_STRANDS = np.array([[[-6.0, 0.0]], [[0.0, 0.0]], [[5.0, 0.0]]])


def draw_back_hair(painter: Painter, spec: FaceSpec) -> None:
    """Paint what is seen behind neck and shoulders."""
    if cut(spec) == "tied":
        _draw_knot(painter, spec)
    elif cut(spec) != "short":
        _draw_mass(painter, spec)


def draw_front_hair(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    """Paint the hair over forehead and temples; `face` is the mask on which it throws its shadow."""
    halves = edges(spec, front_cut(spec))
    outline = _outline(halves)
    painter.fill(outline + (0, 2.5), (60, 30, 24), 0.42, soft=2.2, within=face)
    hair = painter.cover(outline, hair_colour(spec))
    if texture(spec) == "curly":
        _draw_curls(painter, spec, halves, hair)
    elif _is_combed_back(spec):
        _draw_combed(painter, spec, halves, hair)
    else:
        _draw_falling(painter, spec, halves, hair)
    painter.fill(ribbon(halves[:, 1], 3.0), darker(hair_colour(spec), 0.4), 0.35, soft=1.2, within=hair)


def _is_combed_back(spec: FaceSpec) -> bool:
    """Tied hair is, and short hair unless it is straight: that falls from its part."""
    return front_cut(spec) == "tied" or (front_cut(spec) == "short" and not spec.has("Straight_Hair"))


def strand_colours(spec: FaceSpec) -> tuple[Colour, Colour]:
    """The shade between strands and the light on them; black hair shines bluish."""
    colour = hair_colour(spec)
    if spec.has("Black_Hair"):
        return (12, 11, 15), mix(colour, (112, 122, 150), 0.42)
    return darker(colour, 0.3), lighter(colour, 0.34)


def bent(spec: FaceSpec, line: np.ndarray) -> np.ndarray:
    """Strands (..., n, 2) as the hair's texture has them: waved unless it is straight."""
    if spec.has("Straight_Hair"):
        return line
    wave = np.sin(np.linspace(0, 3.2 * np.pi, line.shape[-2]) + 6 * spec.styling.wave)
    return line + normals(line) * (1.5 * wave)[:, None]


def _outline(halves: np.ndarray) -> np.ndarray:
    (right_out, right_in), (left_out, left_in) = halves
    return np.concatenate([right_out, left_out[::-1], left_in, right_in[::-1]])


def _draw_mass(painter: Painter, spec: FaceSpec) -> None:
    """Long hair behind the neck: in shadow, but lit where it is worn behind the ears and so in sight."""
    halves = edges(spec, cut(spec))
    outline = np.concatenate([halves[0][0], halves[1][0][::-1]])
    colour = hair_colour(spec)
    if covers_ears(spec):
        painter.fill(outline, darker(colour, 0.34))
        return
    hair = painter.cover(outline, colour)
    _draw_falling(painter, spec, halves, hair)
    painter.fill(ellipse(MIDDLE, 172, 40, 44), darker(colour, 0.6), 0.6, soft=9, within=hair)


def _draw_falling(painter: Painter, spec: FaceSpec, halves: np.ndarray, hair: Image.Image) -> None:
    """Strands that fall from the part: they lie between the outer edge and the hairline and follow both."""

    outer, inner = halves[:, 0], halves[:, 1]

    def between(*shares: float) -> np.ndarray:
        return np.concatenate([outer * share + inner * (1 - share) for share in shares])

    dark, light = strand_colours(spec)
    painter.fill(tapered(between(0.26, 0.52, 0.76), 2.6), dark, 0.45, within=hair)
    painter.fill(tapered(between(0.12, 0.4, 0.64, 0.88), 1.5), light, 0.36, within=hair)
    sheen = slice(int(EDGE_POINTS * 0.6), int(EDGE_POINTS * 0.86))
    shine = tapered(between(0.5, 0.64)[:, sheen], 5)
    painter.fill(shine, mix(light, (255, 255, 255), 0.15), 0.5, soft=1.6, within=hair)


def _draw_combed(painter: Painter, spec: FaceSpec, halves: np.ndarray, hair: Image.Image) -> None:
    """Strands combed up and back: from the hairline to the outer edge, leaning towards the crown."""
    dark, light = strand_colours(spec)
    outer, inner = halves[:, 0], halves[:, 1]
    starts = np.arange(3, EDGE_POINTS - 2, 4)
    lean = 0.5 if front_cut(spec) == "tied" else 0.15
    ends = starts + np.round(lean * (EDGE_POINTS - 1 - starts)).astype(int)
    middles = 0.55 * inner[:, starts] + 0.45 * outer[:, starts] + (0, -1.5)
    bones = np.stack([inner[:, starts], middles, outer[:, ends]], axis=-2).reshape(-1, 3, 2)
    lines = bent(spec, curve(bones))
    painter.fill(tapered(lines[::2], 1.9), dark, 0.45, within=hair)
    painter.fill(tapered(lines[1::2], 1.5), light, 0.4, within=hair)
    halo = ribbon((0.55 * outer + 0.45 * inner)[:, EDGE_POINTS // 2 :], 6.0)
    painter.fill(halo, light, 0.34, soft=3, within=hair)


def _draw_curls(painter: Painter, spec: FaceSpec, halves: np.ndarray, hair: Image.Image) -> None:
    """Small open rings all over the hair."""
    rng = np.random.default_rng(spec.scene.seed)
    dark, light = strand_colours(spec)
    shares = np.array((0.2, 0.55, 0.88) if cut(spec) == "round" else (0.3, 0.8))[:, None, None, None]
    outer, inner = halves[:, 0, 1::3], halves[:, 1, 1::3]
    middles = (shares * outer + (1 - shares) * inner).reshape(-1, 2)
    middles += rng.uniform(-1.6, 1.6, middles.shape)
    angle = rng.uniform(0, 2 * np.pi, (len(middles), 1)) + np.linspace(0, 4.2, 10)
    radius = rng.uniform(2.6, 4.2, (len(middles), 1, 1))
    curls = tapered(middles[:, None] + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1), 1.7)
    painter.fill(curls[::2], dark, 0.55, within=hair)
    painter.fill(curls[1::2], light, 0.42, within=hair)


def _draw_knot(painter: Painter, spec: FaceSpec) -> None:
    """Tied hair: a bun on the crown, or a tail over one shoulder."""
    colour = darker(hair_colour(spec), 0.14)
    if spec.styling.volume > 0.5:
        painter.fill(ellipse(MIDDLE + 6 * spec.styling.part, 36, 17, 14), colour)
        turns = tapered(np.stack([curve(at([(-12, y), (0, y - 5), (12, y + 1)])) for y in (33, 40)]), 2.0)
        painter.fill(turns, darker(colour, 0.4), 0.5)
        return
    side = 1 if spec.styling.part > 0 else -1
    fall = curve(at([(48, 236), (56, 204), (58, 168), (50, 132), (30, 104)], side))
    tail = bent(spec, resampled(fall, EDGE_POINTS))
    painter.fill(ribbon(tail, np.interp(np.arange(EDGE_POINTS), [0, 20, 51], [12, 25, 17])), colour)
    painter.fill(tapered(tail + _TAIL_STRANDS, 2.0), darker(colour, 0.4), 0.5)

"""The bare head: ears, the face's outline, its shading and the lines of age. No eyes, mouth or hair yet."""

import numpy as np
from PIL import Image

from core.data.synthetic.geometry import (
    MIDDLE,
    SIDES,
    at,
    curve,
    curves,
    ellipse,
    ellipses,
    loop,
    pair,
    tapered,
)
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import lighter, mix, skin_shadow
from core.data.synthetic.spec import FaceSpec


def face_outline(spec: FaceSpec) -> np.ndarray:
    """Skull, cheeks, jaw and chin as a closed outline; a man's jaw is wide and square."""
    person, male, old = spec.person, spec.has("Male"), not spec.has("Young")
    jaw = (35.3 if male else 32.2) + 3.4 * person.jaw + (1.0 if old else 0)
    chin = (16.8 if male else 12.8) + 3.0 * person.chin_width
    bottom = (182.3 if male else 181.2) + 3.5 * person.chin
    cheek = 43.5 + 1.2 * person.cheek - (1.0 if old else 0)
    half = [
        (25, 54), (39, 73), (44.5, 98), (cheek + 0.5, 124), (jaw + (5 if male else 6.5), 145),
        (jaw, 161 if male else 158), (chin, bottom - 4),
    ]  # fmt: skip
    return loop(np.concatenate([at([(0, 48)]), at(half), at([(0, bottom)]), at(half, -1)[::-1]]), 8)


def draw_ears(painter: Painter, spec: FaceSpec) -> None:
    """Paint both ears; the face goes over their inner edge."""
    skin, shadow = spec.person.skin, skin_shadow(spec.person.skin)
    ears = loop(pair([(41, 106), (48, 103), (52.5, 109), (51, 122), (47, 133), (42, 135)]))
    painter.fill(ears, mix(skin, shadow, 0.12))
    painter.fill(tapered(curves([(45, 109), (49, 110), (48.5, 119), (45.5, 126)]), 2.6), shadow, 0.7)


def draw_skin(painter: Painter, spec: FaceSpec) -> Image.Image:
    """Paint the face's skin with its shading; returns the face's mask."""
    face = painter.cover(face_outline(spec), spec.person.skin)
    _shade_sides(painter, spec, face)
    _shade_hollows(painter, spec, face)
    _blush(painter, spec, face)
    if not spec.has("Young"):
        _draw_age(painter, spec, face)
    return face


def _shade_sides(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    """The rim of the face turns away from the light, one side more than the other."""
    shadow, scene = skin_shadow(spec.person.skin), spec.scene
    lit_from = float(np.cos(np.radians(scene.light_angle)))
    for side in SIDES:
        dark = 0.34 + 0.42 * max(0.0, -side * lit_from) * scene.light
        rim = loop(at([(38, 60), (58, 100), (54, 150), (24, 186), (34, 160), (42, 128), (40, 90)], side))
        painter.fill(rim, shadow, dark, soft=5, within=face)
    painter.fill(ellipse(MIDDLE, 188, 24, 9), shadow, 0.4, soft=4, within=face)
    glow = lighter(spec.person.skin, 0.35)
    painter.fill(ellipse(MIDDLE + 12 * lit_from, 88, 22, 13), glow, 0.4, soft=8, within=face)


def _shade_hollows(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    """Eye sockets, below the cheekbones, below the lip."""
    shadow = skin_shadow(spec.person.skin)
    sockets = ellipses(pair([(18, 105.5)])[:, 0], 14, 7)
    painter.fill(sockets, shadow, 0.2 + 0.3 * spec.person.socket, soft=3.5, within=face)
    hollow = (0.24 if spec.has("Young") else 0.34) - 0.1 * spec.person.cheek
    below = ellipse(MIDDLE, 170, 44, 32)
    depth = 0.05 + 0.38 * spec.scene.overhead
    painter.fill(below, mix(shadow, (84, 84, 96), 0.65 * spec.person.undertone), depth, soft=6, within=face)
    cheeks = loop(pair([(42, 132), (28, 148), (30, 158), (40, 146)]))
    painter.fill(cheeks, shadow, hollow, soft=4, within=face)
    painter.fill(ellipse(MIDDLE, 166.5, 10, 2.6), shadow, 0.4, soft=2, within=face)


def _blush(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    rose = mix(spec.person.skin, (232, 96, 96), 0.55)
    opacity = (0.22 if spec.has("Heavy_Makeup") else 0.1) + 0.5 * spec.styling.blush
    painter.fill(ellipses(pair([(28, 135)])[:, 0], 10.5, 7.5), rose, opacity, soft=5, within=face)
    cheekbones = ellipses(pair([(30, 127.5)])[:, 0], 6, 2.6)
    painter.fill(cheekbones, lighter(spec.person.skin, 0.5), 0.3, soft=2.5, within=face)
    if spec.person.freckles:
        _draw_freckles(painter, spec, face)


def _draw_freckles(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    rng = np.random.default_rng(spec.person.id)
    places = np.stack([rng.normal(0, 19, 34), 131 + rng.normal(0, 5, 34)], axis=1)
    spots = ellipses(places + (MIDDLE, 0), 0.8, 0.8, 8)
    painter.fill(spots, mix(skin_shadow(spec.person.skin), (120, 60, 30), 0.4), 0.6, within=face)


_LINES_OF_AGE = (
    ([(-24, 85), (-10, 82.5), (8, 84), (25, 82)], 1.5, False),
    ([(-21, 92), (-6, 90), (10, 91), (22, 89.5)], 1.4, False),
    ([(-15, 78.5), (0, 77), (16, 78)], 1.2, False),
    ([(3.5, 95), (4.5, 99), (3.5, 103)], 1.4, True),
    ([(13, 138), (20, 145), (23, 155)], 2.2, True),
    ([(21, 158), (22.5, 164), (20, 171)], 1.7, True),
    ([(9, 119), (17, 123.5), (27, 121)], 1.9, True),
    ([(11, 122.5), (18, 127), (26, 125.5)], 1.1, True),
    ([(32, 109), (36, 107), (39, 103.5)], 1.2, True),
    ([(32, 112.5), (37, 112.5), (41, 111)], 1.2, True),
    ([(31, 116), (35, 118), (39, 119)], 1.1, True),
)  # fmt: skip
"""Forehead, frown, nose to mouth, mouth to chin, below the eyes, crow's feet: points, width, both sides."""


def _draw_age(painter: Painter, spec: FaceSpec, face: Image.Image) -> None:
    shadow = mix(skin_shadow(spec.person.skin), (60, 30, 24), 0.22)
    strokes = []
    for points, width, paired in _LINES_OF_AGE:
        strokes.append(tapered(curves(points) if paired else curve(at(points)), width))
    opacity = 0.45 + 0.4 * spec.person.lines
    painter.fill(strokes, shadow, 0.5 * opacity, soft=1.6, within=face)
    painter.fill(strokes, shadow, opacity, within=face)
    bags = ellipses(pair([(18.5, 121)])[:, 0], 9, 3.6)
    painter.fill(bags, shadow, 0.25, soft=1.8, within=face)
    jowls = loop(pair([(24, 160), (31, 156), (33, 168), (24, 173)]))
    painter.fill(jowls, shadow, 0.3, soft=3, within=face)

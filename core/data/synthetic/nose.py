"""The nose: shade on the side away from the light, wings, nostrils, a light on ridge and tip."""

import numpy as np

from core.data.synthetic.geometry import MIDDLE, at, curve, curves, ellipse, ribbon, tapered
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import darker, lighter, skin_shadow
from core.data.synthetic.spec import FaceSpec


def draw_nose(painter: Painter, spec: FaceSpec) -> None:
    """Paint the nose; a man's is a little wider, with a stronger ridge."""
    person, male = spec.person, spec.has("Male")
    skin, shadow = person.skin, skin_shadow(person.skin)
    half = (9.0 if male else 8.2) + 1.4 * person.nose_width
    base = 138.5 + 1.8 * person.nose_length
    away = -1 if np.cos(np.radians(spec.scene.light_angle)) > 0 else 1
    bridge = curve(at([(6, 104), (4.5, 115), (half * 0.62, 128), (half, base - 3)], away))
    painter.fill(ribbon(bridge, np.linspace(2.5, 6, len(bridge))), shadow, 0.34, soft=1.8)
    painter.fill(ellipse(MIDDLE, base + 2.5, half, 2.6), shadow, 0.5, soft=1.6)
    lights = [ellipse(MIDDLE - away * 0.8, 118, 2.0, 13), ellipse(MIDDLE - away, base - 6, 3.6, 2.8)]
    painter.fill(lights, lighter(skin, 0.45), 0.58, soft=1.5)
    wings = curves([(half - 1, base - 7), (half + 0.6, base - 3), (half - 2, base)])
    painter.fill(tapered(wings, 1.7), darker(shadow, 0.15), 0.75)
    nostrils = curves([(half * 0.72, base), (half * 0.42, base - 1.1), (half * 0.18, base + 0.5)])
    painter.fill(tapered(nostrils, 2.4), darker(shadow, 0.4), 0.8)

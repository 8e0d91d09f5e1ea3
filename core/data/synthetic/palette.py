"""The colours of the drawn faces, and how to mix them. Black, brown and blond keep a clear distance."""

import numpy as np

from core.data.synthetic.spec import Colour, FaceSpec

SKINS: tuple[Colour, ...] = (
    (255, 226, 203),
    (252, 215, 185),
    (244, 200, 165),
    (232, 182, 143),
    (214, 160, 120),
    (190, 134, 95),
    (160, 107, 74),
    (131, 85, 59),
    (106, 69, 51),
)
"""Lit skin, from light to deep."""

HAIR: dict[str, tuple[Colour, ...]] = {
    "black": ((30, 28, 33), (38, 32, 36), (25, 27, 38)),
    "blond": ((238, 205, 130), (226, 186, 108), (246, 224, 168), (216, 172, 96)),
    "brown": ((100, 62, 41), (124, 79, 49), (86, 54, 38), (146, 97, 62)),
    "red": ((172, 78, 42), (196, 100, 54), (148, 60, 40)),
    "grey": ((158, 158, 162), (193, 192, 192), (132, 132, 138), (220, 218, 214)),
}

IRISES: tuple[Colour, ...] = (
    (84, 54, 34), (104, 68, 40), (62, 42, 32), (112, 128, 72), (82, 128, 160), (96, 138, 128),
    (110, 124, 140),
)  # fmt: skip

LIPSTICKS: tuple[Colour, ...] = (
    (196, 30, 58), (176, 42, 78), (216, 72, 92), (224, 84, 74), (150, 36, 70), (205, 60, 110), (186, 88, 78),
    (230, 138, 138), (236, 120, 110), (164, 88, 84), (200, 116, 104), (180, 102, 92), (216, 132, 122),
)  # fmt: skip

EYESHADOWS: tuple[Colour, ...] = (
    (124, 82, 140), (86, 108, 164), (136, 58, 72), (196, 92, 128), (72, 128, 128), (92, 78, 96),
)  # fmt: skip

FRAMES: tuple[Colour, ...] = ((32, 32, 36), (92, 54, 34), (40, 62, 104), (126, 36, 44), (176, 138, 70))

JEWELS: tuple[Colour, ...] = ((240, 196, 84), (216, 220, 228), (250, 246, 236), (64, 178, 176), (208, 62, 84))

GARMENTS: tuple[Colour, ...] = (
    (58, 76, 110), (196, 84, 72), (92, 126, 104), (226, 178, 92), (64, 64, 72), (236, 232, 224),
    (128, 94, 138), (78, 144, 162), (214, 140, 148), (150, 110, 84), (40, 52, 70), (168, 178, 190),
)  # fmt: skip

BACKDROPS: tuple[tuple[Colour, ...], ...] = (
    ((245, 230, 211), (236, 190, 160), (214, 122, 98), (250, 244, 232)),
    ((206, 226, 233), (140, 186, 206), (72, 122, 156), (240, 246, 246)),
    ((222, 232, 212), (164, 196, 158), (98, 144, 112), (246, 248, 236)),
    ((232, 222, 240), (190, 170, 214), (132, 108, 170), (250, 244, 252)),
    ((252, 226, 214), (244, 180, 172), (220, 128, 142), (255, 244, 236)),
    ((252, 238, 196), (240, 204, 120), (220, 156, 72), (255, 250, 230)),
    ((74, 92, 120), (46, 62, 90), (122, 146, 174), (196, 178, 140)),
    ((88, 96, 92), (58, 70, 68), (140, 156, 140), (214, 196, 158)),
    ((104, 80, 92), (72, 54, 68), (170, 126, 132), (226, 184, 162)),
    ((220, 220, 218), (184, 186, 188), (134, 138, 144), (244, 244, 242)),
)
"""Each set of four goes together: ground, second ground, accent, light."""


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """`first` with `amount` (0..1) of `second` in it."""
    return tuple(round(a + (b - a) * amount) for a, b in zip(first, second, strict=True))


def darker(colour: Colour, amount: float) -> Colour:
    """`colour` with `amount` (0..1) of its light taken away."""
    return mix(colour, (0, 0, 0), amount)


def lighter(colour: Colour, amount: float) -> Colour:
    """`colour` moved by `amount` (0..1) towards white."""
    return mix(colour, (255, 255, 255), amount)


def skin_shadow(skin: Colour) -> Colour:
    """Skin in the shade: darker and redder, as light goes through skin."""
    return tuple(round(value * factor) for value, factor in zip(skin, (0.78, 0.63, 0.58), strict=True))


def tone(colours: tuple[Colour, ...], at: float) -> Colour:
    """The colour at `at` (0..1) along a row of colours, mixed between neighbours."""
    place = float(np.clip(at, 0, 1)) * (len(colours) - 1)
    low = min(int(place), len(colours) - 2)
    return mix(colours[low], colours[low + 1], place - low)


def hair_colour(spec: FaceSpec) -> Colour:
    """The hair's main colour, as the labels Black_Hair and Blond_Hair have it."""
    if spec.has("Black_Hair"):
        name = "black"
    elif spec.has("Blond_Hair"):
        name = "blond"
    else:
        name = spec.person.other_hair
    return tone(HAIR[name], spec.person.hair_tone)


def brow_colour(spec: FaceSpec) -> Colour:
    """Brows and beard: as a rule darker than the hair, so that they stand out on any skin."""
    return mix(
        darker(hair_colour(spec), 0.12 + 0.4 * spec.person.brow_tone),
        darker(skin_shadow(spec.person.skin), 0.5),
        0.3,
    )

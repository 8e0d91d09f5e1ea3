"""Light and camera: one-sided light, exposure, contrast, warmth, blur, grain. Works on the whole picture."""

from functools import cache

import numpy as np
from PIL import Image, ImageFilter

from core.data.synthetic.spec import HEIGHT, WIDTH, Scene

_LIGHT_RANGE = 0.22
"""How much brighter the lit edge of the picture is than its middle at the strongest light."""

_WARMTH = (0.07, 0.0, -0.09)
"""Change of red, green, blue at warmth 1."""

_SHADE_EDGE = 40.0
"""Over how many pixels a shadow begins."""

_GRAIN_SIDE = 512
"""Side of the sheet of grain that every picture takes its piece from: fresh grain would cost more."""


def photograph(picture: Image.Image, scene: Scene) -> Image.Image:
    """`picture` as the scene's camera takes it, same size."""
    if scene.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(scene.blur))
    light, grain = _light(scene), _grain(scene)
    bands = picture.point(_tones(scene)).split()
    return Image.merge("RGB", [_exposed(band, light, grain) for band in bands])


def _exposed(band: Image.Image, light: np.ndarray, grain: np.ndarray) -> Image.Image:
    """One colour of the picture under the light; by itself, since NumPy is slow on rows of three."""
    levels = np.asarray(band) * light + grain
    return Image.fromarray(np.clip(levels, 0, 255, out=levels).astype(np.uint8))


def _tones(scene: Scene) -> list[int]:
    """What contrast and warmth make of each level 0..255, for red, green and blue in turn."""
    levels = (np.arange(256) - 128) * scene.contrast + 128
    table = [levels * (1 + scene.warmth * change) for change in _WARMTH]
    return np.clip(np.round(np.concatenate(table)), 0, 255).astype(int).tolist()


def _light(scene: Scene) -> np.ndarray:
    """Brightness factor of each pixel, shape (218, 178)."""
    right, up = np.linspace(-1, 1, WIDTH), np.linspace(1, -1, HEIGHT)[:, None]
    angle, slope = np.radians(scene.light_angle), _LIGHT_RANGE * scene.light
    across, upwards = slope * np.cos(angle) * right, 0.5 * slope * np.sin(angle) * up
    light = scene.exposure * (1 + across + upwards)
    return (light * _shade(scene) if scene.shade else light).astype(np.float32)


def _shade(scene: Scene) -> np.ndarray:
    """Brightness left by a shadow with a soft straight edge, as from a window frame; shape (218, 178)."""
    right, up = np.arange(WIDTH) - WIDTH / 2, HEIGHT / 2 - np.arange(HEIGHT)[:, None]
    angle = np.radians(scene.shade_angle)
    beyond = np.cos(angle) * right + np.sin(angle) * up - scene.shade_edge
    return 1 - scene.shade * np.clip(beyond / _SHADE_EDGE + 0.5, 0, 1)


def _grain(scene: Scene) -> np.ndarray:
    """Grey noise, shape (218, 178), around 0.5 so that cutting to whole levels rounds."""
    left, top = np.random.default_rng([scene.seed, 1]).integers(_GRAIN_SIDE - HEIGHT, size=2)
    piece = _grain_sheet()[top : top + HEIGHT, left : left + WIDTH]
    return piece * np.float32(scene.noise) + np.float32(0.5)


@cache
def _grain_sheet() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((_GRAIN_SIDE, _GRAIN_SIDE), np.float32)

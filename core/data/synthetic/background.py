"""What stands behind the head: plain, gradient, shapes, bokeh or a room. Says nothing about the person."""

import numpy as np
from PIL import Image, ImageFilter

from core.data.synthetic.geometry import Pose, ellipse
from core.data.synthetic.paint import Painter
from core.data.synthetic.palette import mix
from core.data.synthetic.spec import HEIGHT, WIDTH, Colour, Scene


def draw_background(scene: Scene) -> Image.Image:
    """A new 178 x 218 picture with nobody in it yet."""
    rng = np.random.default_rng([scene.seed, 0])
    return _BACKDROPS[scene.backdrop](scene.backdrop_colours, rng)


def _plain(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), colours[rng.integers(2)])
    _glow(picture, colours[3], 0.35)
    return picture


def _gradient(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1:1:28j, -1:1:23j]
    amount = np.clip(0.5 + 0.4 * (x * np.cos(angle) + y * np.sin(angle)), 0, 1)[..., None]
    first, second = np.array(colours[0], float), np.array(colours[rng.integers(1, 3)], float)
    small = Image.fromarray((first + (second - first) * amount).astype(np.uint8))
    return small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def _shapes(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), colours[rng.integers(2)])
    painter = Painter(picture, Pose())
    for _ in range(rng.integers(3, 7)):
        x, y, size = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(18, 60)
        steps = int(rng.choice([3, 4, 6, 40]))
        outline = ellipse(0, 0, size, size, steps) @ _rotation(rng.uniform(0, np.pi)) + (x, y)
        painter.fill(outline, colours[rng.integers(4)], float(rng.uniform(0.3, 0.7)))
    return picture


def _bokeh(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    picture = _gradient(colours, rng).resize((WIDTH // 2, HEIGHT // 2))
    painter = Painter(picture, Pose())
    for _ in range(rng.integers(7, 13)):
        x, y, size = rng.uniform(0, WIDTH / 2), rng.uniform(0, HEIGHT / 2), rng.uniform(4, 13)
        painter.fill(ellipse(x, y, size, size), colours[rng.integers(1, 4)], float(rng.uniform(0.25, 0.6)))
    return picture.filter(ImageFilter.GaussianBlur(1.4)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def _room(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (WIDTH // 2, HEIGHT // 2), colours[0])
    painter = Painter(picture, Pose())
    floor = rng.uniform(70, 95)
    painter.fill(_box(-5, floor, 100, 120), mix(colours[1], colours[2], 0.4))
    for _ in range(rng.integers(2, 5)):
        left, top = rng.uniform(-10, 75), rng.uniform(-10, 45)
        width, height = rng.uniform(12, 30), rng.uniform(20, 45)
        painter.fill(_box(left - 1.5, top - 1.5, left + width + 1.5, top + height + 1.5), colours[2], 0.6)
        painter.fill(_box(left, top, left + width, top + height), colours[rng.integers(1, 4)], 0.9)
    softness = float(rng.uniform(1.0, 2.5))
    return picture.filter(ImageFilter.GaussianBlur(softness)).resize(
        (WIDTH, HEIGHT), Image.Resampling.BICUBIC
    )


def _glow(picture: Image.Image, colour: Colour, opacity: float) -> None:
    """A lighter middle, as a studio wall has it."""
    Painter(picture, Pose()).fill(ellipse(WIDTH / 2, 90, 60, 70), colour, opacity, soft=28)


def _box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def _rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


_BACKDROPS = {"plain": _plain, "gradient": _gradient, "shapes": _shapes, "bokeh": _bokeh, "room": _room}

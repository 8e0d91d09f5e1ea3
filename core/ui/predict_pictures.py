"""Pictures on the Predict page, as bytes: crops, photos with numbered boxes, heat maps.

Everything is made in memory and handed to the browser from there.
"""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from core.data.faces import Box
from core.ui.palette import BLUE, ORANGE

TILE = (256, 314)
"""Width and height of a tile, pixels: CelebA's shape, at twice its size on the page."""
MAP_SIZE = (356, 436)
"""Width and height of a heat map, pixels: twice CelebA's."""
SMALL_TEXT, LARGE_TEXT = 12, 22
"""Height of a face's number, pixels: as wide as its box, within these."""
MAP_OPACITY = 0.6
_CIVIDIS = (
    "#00224E",
    "#123570",
    "#3B496C",
    "#575D6D",
    "#707173",
    "#8A8678",
    "#A59C74",
    "#C3B369",
    "#E1CC55",
    "#FEE838",
)
"""Ten steps of cividis (J. Nuñez et al., 2018, PLoS ONE 13, e0199239): safe for colour-blind eyes."""


def crop_tile(crop: Image.Image) -> bytes:
    """A crop as a tile."""
    return _tile(crop)


def boxes_tile(preview: bytes, size: tuple[int, int], boxes: Sequence[Box], current: int) -> bytes:
    """A photo as a tile, its faces in numbered boxes, the current one standing out.

    Args:
        preview: the small picture of the photo.
        size: width and height of the photo, pixels, in which the boxes are given.
        current: index of the face that the tile is about; -1 for none.
    """
    image = Image.open(BytesIO(preview), formats=("JPEG",)).convert("RGB")
    image = ImageOps.contain(image, TILE)
    draw, scale = ImageDraw.Draw(image), image.width / size[0]
    # The current one last, over all others.
    for index in sorted(range(len(boxes)), key=lambda i: i == current):
        _box(draw, [round(edge * scale) for edge in boxes[index]], index + 1, index == current)
    return _tile(image)


def heat_map(crop: Image.Image, values: np.ndarray) -> bytes:
    """A crop with a heat map over it, as WebP.

    Args:
        values: shape (h, w), 0..1; 0 shows the crop itself.
    """
    face = crop.convert("L").convert("RGB").resize(MAP_SIZE, Image.Resampling.BICUBIC)
    grid = Image.fromarray(np.asarray(values, np.float32)).resize(MAP_SIZE, Image.Resampling.BICUBIC)
    heat = np.clip(np.asarray(grid), 0, 1)
    share = (MAP_OPACITY * np.sqrt(heat))[..., None]
    mixed = (1 - share) * np.asarray(face, np.float32) + share * _colors(heat)
    return _webp(Image.fromarray(mixed.astype(np.uint8)))


def scale_bar(width: int = 260, height: int = 12) -> bytes:
    """The colours of a heat map from 0, at the left, to 1."""
    ramp = np.broadcast_to(np.linspace(0, 1, width), (height, width))
    return _webp(Image.fromarray(_colors(ramp).astype(np.uint8)))


def _colors(values: np.ndarray) -> np.ndarray:
    """Values 0..1 of any shape as RGB 0..255, shape (…, 3)."""
    steps = np.array([[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in _CIVIDIS])
    at = np.linspace(0, 1, len(steps))
    return np.stack([np.interp(values, at, steps[:, channel]) for channel in range(3)], axis=-1)


def _box(draw: ImageDraw.ImageDraw, box: list[int], number: int, is_current: bool) -> None:
    color, width = (ORANGE, 4) if is_current else (BLUE, 2)
    left, top, right, bottom = box
    draw.rectangle((left, top, max(left + 1, right), max(top + 1, bottom)), outline=color, width=width)
    height = min(max(right - left, SMALL_TEXT), LARGE_TEXT)
    text, font = str(number), ImageFont.load_default(height)
    length = draw.textlength(text, font)
    draw.rectangle((left, top, left + length + 6, top + height + 2), fill=color)
    draw.text(
        (left + 3 + length / 2, top + 1 + height / 2),
        text,
        "black" if is_current else "white",
        font,
        anchor="mm",
    )


def _tile(image: Image.Image) -> bytes:
    """A picture with the whole image in it; what is not image is transparent."""
    small = ImageOps.contain(image, TILE).convert("RGBA")
    return _webp(ImageOps.pad(small, TILE, color=(0, 0, 0, 0)))


def _webp(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=85)
    return buffer.getvalue()

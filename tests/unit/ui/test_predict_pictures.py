"""Tiles of one size whatever the photo, boxes where the faces are, and heat where the evidence is."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.ui.predict_pictures import MAP_SIZE, TILE, boxes_tile, crop_tile, heat_map, scale_bar


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def jpeg(size: tuple[int, int], color: str = "white") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(3, 900), (900, 3), (1, 1), (178, 218), (4000, 3000)])
def test_tiles_have_one_size(size):
    assert opened(crop_tile(Image.new("RGB", size))).size == TILE
    small = (max(1, size[0] // 10), max(1, size[1] // 10))
    assert opened(boxes_tile(jpeg(small), size, [(0, 0, *size)], 0)).size == TILE


def test_a_box_stands_where_the_face_is():
    """A face in the right half of a photo that is twice as wide as high, ten times its preview."""
    tile = opened(boxes_tile(jpeg((200, 100)), (2000, 1000), [(1000, 0, 2000, 1000)], 0)).convert("RGB")
    marked = np.asarray(tile).astype(int)
    orange = np.abs(marked - (230, 159, 0)).sum(axis=2) < 90
    columns = np.flatnonzero(orange.any(axis=0))
    assert columns.min() == pytest.approx(TILE[0] / 2, abs=4)
    assert columns.max() == pytest.approx(TILE[0], abs=4)


def test_the_current_face_looks_different():
    boxes = [(0, 0, 80, 80), (100, 0, 180, 80)]
    assert boxes_tile(jpeg((200, 100)), (200, 100), boxes, 0) != boxes_tile(
        jpeg((200, 100)), (200, 100), boxes, 1
    )


def test_without_faces_the_photo_is_untouched():
    pixels = np.asarray(opened(boxes_tile(jpeg((100, 120), "#336699"), (100, 120), [], -1)).convert("RGB"))
    assert np.abs(pixels[150, 128].astype(int) - (0x33, 0x66, 0x99)).max() < 8


def test_heat_lies_where_the_values_are_and_nowhere_else():
    values = np.zeros((7, 7), np.float32)
    values[1, 5] = 1
    grey = Image.new("RGB", (178, 218), (100, 100, 100))
    pixels = np.asarray(opened(heat_map(grey, values)).convert("RGB")).astype(int)
    changed = np.abs(pixels - 100).sum(axis=2)
    top, left = np.unravel_index(changed.argmax(), changed.shape)
    assert (left, top) == (
        pytest.approx(MAP_SIZE[0] * 5.5 / 7, abs=32),
        pytest.approx(MAP_SIZE[1] * 1.5 / 7, abs=32),
    )
    assert changed[-60:, :60].max() < 20


def test_no_evidence_shows_the_crop_in_grey():
    crop = Image.new("RGB", (178, 218), (200, 0, 0))
    pixels = np.asarray(opened(heat_map(crop, np.zeros((6, 6), np.float32))).convert("RGB"))
    assert np.ptp(pixels.astype(int), axis=2).max() < 12


def test_the_scale_goes_from_dark_to_light():
    bar = np.asarray(opened(scale_bar()).convert("L"), int)[6]
    assert (np.diff(bar[::20]) > 0).all()

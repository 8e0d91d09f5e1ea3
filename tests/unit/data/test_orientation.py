"""Every photo comes out upright, turned once, whatever its format and however damaged its metadata."""

import io
import time

import pytest
from PIL import Image, ImageOps

from core.data.images import read_image
from tests import hostile_images as hostile
from tests.pictures import close, ramp, saved


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_turns_the_image_upright(turn, fmt):
    exif = Image.Exif()
    exif[0x0112] = turn
    options = (
        {"quality": 100, "subsampling": 0} if fmt == "JPEG" else {"lossless": True} if fmt == "WEBP" else {}
    )
    data = saved(ramp(), fmt, exif=exif, **options)
    image = read_image(data)
    assert close(image, ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"), 0)
    assert image.size == ((12, 16) if turn >= 5 else (16, 12))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\xff\xff", b"Exif\0\0"])
def test_bad_exif_is_no_reason_to_refuse_good_pixels(exif):
    assert close(read_image(saved(ramp(), "JPEG", exif=exif, quality=100, subsampling=0)), ramp(), 6)


def test_an_orientation_that_is_none_turns_nothing():
    exif = Image.Exif()
    exif[0x0112] = 42
    assert read_image(saved(ramp(), exif=exif)).size == (16, 12)


@pytest.mark.parametrize("turn", range(1, 9))
def test_avif_is_turned_once_by_its_own_properties(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    image = read_image(saved(ramp(64, 48), "AVIF", exif=exif, quality=100, subsampling="4:4:4"))
    exif[0x0112] = turn  # the writer takes it out
    assert close(image, read_image(saved(ramp(64, 48), exif=exif)), 8)


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_a_tiff_that_pillow_turns_is_not_turned_again(compression):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = read_image(saved(ramp(), "TIFF", exif=exif, compression=compression))
    assert close(image, ramp().transpose(Image.Transpose.ROTATE_270), 0)


def test_a_png_that_says_it_after_its_pixels_is_turned():
    plain = saved(ramp())
    exif = hostile.png_chunk(b"eXIf", hostile.tiff([(0x0112, 3, 1, 6)]))
    assert read_image(plain[:-12] + exif + plain[-12:]).size == (12, 16)


def test_more_tags_than_a_photo_has_turn_nothing_and_cost_nothing():
    """19 MB of fractions as an orientation took 11 s: they became Python's."""
    exif = hostile.png_chunk(b"eXIf", hostile.exif_of_fractions(500_000))
    start = time.monotonic()
    assert read_image(hostile.png(8, 8, bytes(25 * 8), extra=exif)).size == (8, 8)
    assert time.monotonic() - start < 1

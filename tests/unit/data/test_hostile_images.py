"""Files made to break a decoder are read or refused, quickly, in little memory and without a traceback."""

import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from core.data.images import PhotoLimits, read_image
from core.errors import PhotoError
from tests import hostile_images as hostile
from tests.fuzz.images import look_at
from tests.fuzz.mutations import small_seeds, spoilt
from tests.pictures import close, ramp, saved


def test_no_prefix_of_a_file_raises_anything_but_a_photo_error():
    for fmt in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"):
        data = saved(ramp(), fmt)
        for end in range(0, len(data), max(1, len(data) // 60)):
            try:
                assert read_image(data[:end]).mode == "RGB"
            except PhotoError as error:
                assert "The photo" in str(error)


def test_spoilt_files_raise_nothing_but_a_photo_error():
    """The fuzzer's first thousand files; `python -m tests.fuzz.images` goes on."""
    seeds = small_seeds()
    for number in range(1000):
        look_at(spoilt(seeds, np.random.default_rng((0, number))))


@pytest.mark.parametrize("side", [8_000, 9_900, 60_000], ids=["over ours", "Pillow warns", "Pillow refuses"])
def test_a_decompression_bomb_is_refused_from_its_header(side):
    with pytest.raises(PhotoError, match=r"bomb\.png has .*pixels.*50,000,000"):
        read_image(hostile.png(side, side), name="bomb.png")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            lambda: hostile.png_of_zeros(10_000, 10_000),
            "100,000,000; the limit is 50,000,000",
        ),
        (lambda: hostile.png_of_zeros(65_000, 1), "65000 x 1 pixels; the limit along one side is 20,000"),
        (lambda: saved(Image.new("L", (65_000, 1)), "JPEG"), "65000 x 1 pixels; the limit along one side"),
        (lambda: hostile.gif_of_canvas(65_535, 65_535), "4,294,836,225; the limit is 50,000,000"),
        (lambda: hostile.gif_of_canvas(10_000, 6_000), "10000 x 6000 = 60,000,000 pixels"),
        (lambda: hostile.webp_of_canvas(65_535, 65_535), "too many pixels|damaged"),
        (lambda: hostile.tiff_of_one_tile(8_000), "tiles of more than 50,000,000 pixels"),
        (lambda: hostile.jpeg_of_many_scans(64, 200), "more than 50 scans"),
        (lambda: hostile.jpeg_with(hostile.segment(0xFE) * 6_000), "more than 5,000 segments"),
        (lambda: hostile.exif_in_pieces(100), "more than 8 blocks of EXIF"),
        (lambda: hostile.png_of_many_chunks(60_000), "more than 50,000 chunks"),
        (lambda: hostile.png_of_many_profiles(20), "more than 4 colour profiles"),
        (lambda: hostile.gif_of_many_blocks(200_000), "more than 100,000 blocks"),
        (
            lambda: hostile.bmp_of_runs(20_000, 2_500, b"\1\5\0\0" * 2_500),
            "more than 4,000,000 pixels in runs",
        ),
        (lambda: hostile.bmp_of_runs(99, 99, b"\0\2\0\0" * 2**20), "more than 4,194,304 bytes of runs"),
        (lambda: hostile.tiff_of_many_strips(2_000_000), "damaged or no image"),
        (lambda: hostile.png_with_large_text(2 * 2**20), "damaged|cut short"),
        (lambda: b"", r"empty \(0 bytes\)"),
    ],
)
def test_a_file_that_would_cost_too_much_is_refused_at_once(data, reason):
    data = data()
    start = time.monotonic()
    with pytest.raises(PhotoError, match=rf"^bad\.png.*({reason})"):
        read_image(data, name="bad.png")
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("fmt", ["GIF", "WEBP", "AVIF", "PNG", "TIFF"])
def test_of_hundreds_of_frames_only_the_first_is_decoded(fmt):
    data = hostile.animated(fmt, 300)
    start = time.monotonic()
    red, _, blue = read_image(data).getpixel((4, 4))
    assert red > 230 and blue < 25 and time.monotonic() - start < 1


def test_hundreds_of_directories_are_not_walked():
    assert read_image(hostile.tiff_of_many_directories(300)).size == (1, 1)


@pytest.mark.parametrize(
    "data",
    [
        saved(ramp(), "JPEG", quality=95) + b"PK\x03\x04" + bytes(99),
        saved(ramp(), "JPEG", quality=95, comment=b"<html><script>alert(1)</script>"),
        saved(ramp(), "JPEG", quality=95) + b"%PDF-1.7",
        saved(ramp()) + b"<svg onload=alert(1)>",
    ],
    ids=["zip", "html", "pdf", "svg"],
)
def test_a_file_that_is_two_things_is_its_picture_only(data):
    image = read_image(data)
    assert close(image, ramp(), 30) and image.info == {}


def test_another_file_that_hides_a_picture_is_refused():
    with pytest.raises(PhotoError, match=r"x\.jpg is PDF"):
        read_image(b"%PDF-1.7\n" + saved(ramp(), "JPEG"), name="x.jpg")


def test_a_strip_size_without_end_is_read():
    """2**32 - 1 rows a strip is TIFF's own way to say: all in one."""
    rows = bytes(range(64)) * 64
    strips = ((273, 4, 1, -1), (278, 4, 1, 2**32 - 1), (279, 4, 1, len(rows)))
    for compression, pixels in ((1, rows), (8, zlib.compress(rows))):
        packed = (*strips[:2], (279, 4, 1, len(pixels)))
        image = read_image(hostile.grey_tiff(64, 64, (259, 3, 1, compression), *packed, pixels=pixels))
        assert image.size == (64, 64) and image.getpixel((63, 0)) == (63, 63, 63)


def test_ordinary_files_are_far_from_the_limits_on_structure():
    """Noise, which packs worst, a profile of 3 MB, all scans of a progressive JPEG."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (600, 800, 3), np.uint8))
    for data in (
        saved(noise, "JPEG", quality=95, progressive=True, icc_profile=bytes(3 * 2**20)),
        saved(noise, compress_level=1),
        saved(noise.quantize(256), "GIF", comment=b"x" * 65_000),
        saved(noise.convert("L"), "TIFF", compression="tiff_lzw"),
    ):
        assert read_image(data).size == (800, 600)


def test_bombs_are_errors_in_every_thread():
    """The host may allow more than Pillow does; its warning must not be all that happens."""
    limits = PhotoLimits(max_pixels=10**9)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(read_image, hostile.png(9_900, 9_900), limits=limits) for _ in range(32)]
    assert all(isinstance(future.exception(), PhotoError) for future in futures)

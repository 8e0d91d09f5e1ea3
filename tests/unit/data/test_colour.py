"""Depth, transparency, palettes, CMYK and embedded profiles all come out as 8-bit sRGB over white."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from core.data.images import read_image
from core.errors import PhotoError
from tests import hostile_images as hostile
from tests.pictures import close, ramp, saved


def test_alpha_is_laid_over_white():
    image = Image.new("RGBA", (2, 1), (200, 0, 0, 255))
    image.putpixel((1, 0), (200, 0, 0, 0))
    shown = read_image(saved(image))
    assert shown.getpixel((0, 0)) == (200, 0, 0) and shown.getpixel((1, 0)) == (255, 255, 255)
    half = read_image(saved(Image.new("RGBA", (1, 1), (0, 0, 0, 128))))
    assert half.getpixel((0, 0)) == (127, 127, 127)


def test_grey_with_alpha_is_laid_over_white():
    assert read_image(saved(Image.new("LA", (1, 1), (50, 0)))).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_a_transparent_colour_shows_white(mode):
    image = Image.new("RGB", (2, 1), (10, 20, 30))
    image.putpixel((1, 0), (200, 100, 0))
    image = image.quantize(4) if mode == "P" else image.convert(mode)
    transparent = image.getpixel((0, 0))
    shown = read_image(saved(image, transparency=transparent))
    assert shown.getpixel((0, 0)) == (255, 255, 255) and shown.getpixel((1, 0)) != (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "1"])
def test_grey_becomes_three_equal_channels(mode):
    image = ramp().convert(mode)
    assert close(read_image(saved(image)), image.convert("RGB"), 0)


def test_a_palette_becomes_its_colours():
    image = ramp().quantize(32)
    assert close(read_image(saved(image)), image.convert("RGB"), 0)


@pytest.mark.parametrize("fmt", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_and_not_clipped(fmt):
    levels = np.array([[0, 257, 32768, 65535]], np.uint16)
    image = read_image(saved(Image.fromarray(levels), fmt))
    assert np.asarray(image)[0, :, 0].tolist() == [0, 1, 128, 255]


def test_16_bit_colour_keeps_its_high_byte():
    row = b"\0" + struct.pack(">6H", 0, 0x8000, 0xFFFF, 0x4000, 0x1200, 0xFE00)
    image = read_image(hostile.png(2, 1, row, depth=16, colour=2))
    assert np.asarray(image).tolist() == [[[0, 0x80, 0xFF], [0x40, 0x12, 0xFE]]]


def test_16_bits_with_alpha_are_laid_over_white():
    colour = b"\0" + struct.pack(">8H", 0x4000, 0, 0, 0xFFFF, 0x4000, 0, 0, 0)
    assert np.asarray(read_image(hostile.png(2, 1, colour, depth=16, colour=6))).tolist() == [
        [[0x40, 0, 0], [255, 255, 255]]
    ]
    grey = b"\0" + struct.pack(">4H", 0x4000, 0xFFFF, 0x4000, 0)
    assert np.asarray(read_image(hostile.png(2, 1, grey, depth=16, colour=4)))[0, :, 0].tolist() == [
        0x40,
        255,
    ]


@pytest.mark.parametrize(("colour", "hidden"), [(0, (0x1234,)), (2, (0x1234, 0x5678, 0x9ABC))])
def test_a_transparent_colour_of_16_bits_shows_white(colour, hidden):
    count = len(hidden)
    row = b"\0" + struct.pack(f">{2 * count}H", *hidden, *[0x4000] * count)
    transparent = hostile.png_chunk(b"tRNS", struct.pack(f">{count}H", *hidden))
    image = np.asarray(read_image(hostile.png(2, 1, row, depth=16, colour=colour, extra=transparent)))
    assert image[0, 0].tolist() == [255] * 3 and image[0, 1].tolist() == [64] * 3


def test_a_palette_with_degrees_of_transparency_is_laid_over_white():
    palette = hostile.png_chunk(b"PLTE", bytes([200, 0, 0] * 3))
    alpha = hostile.png_chunk(b"tRNS", bytes([255, 128, 0]))
    image = read_image(hostile.png(3, 1, b"\0\0\1\2", colour=3, extra=palette + alpha))
    assert [image.getpixel((x, 0))[1] for x in range(3)] == [0, 127, 255]


@pytest.mark.parametrize("mode", ["F", "I"])
def test_32_bit_pixels_are_refused(mode):
    with pytest.raises(PhotoError, match=rf"deep\.tif: its pixels have 32 bits \(mode {mode}\)"):
        read_image(saved(Image.new(mode, (4, 4), 3), "TIFF"), name="deep.tif")


def test_cmyk_becomes_rgb():
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    assert close(read_image(saved(image, "JPEG", quality=100)), Image.new("RGB", (8, 8), (255, 0, 0)), 6)


def test_inverted_cmyk_of_adobes_is_turned_back():
    """Adobe's programs write 255 for no ink; Pillow's writer does too, and its marker says so."""
    data = saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=100)
    assert b"Adobe" in data and Image.open(io.BytesIO(data)).mode == "CMYK"
    assert close(read_image(data), Image.new("RGB", (8, 8), (255, 0, 0)), 6)


def test_lab_becomes_rgb():
    image = Image.new("LAB", (4, 4), (255, 128, 128))
    assert close(read_image(saved(image, "TIFF")), Image.new("RGB", (4, 4), "white"), 3)


def wide_gamut_profile() -> bytes:
    """sRGB with the primaries of Display P3: the colours of phones and of newer screens."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    columns = {b"rXYZ": (0.5151, 0.2412, -0.0011), b"gXYZ": (0.2920, 0.6922, 0.0419)}
    columns[b"bXYZ"] = (0.1571, 0.0666, 0.7841)
    for at in range(132, 132 + 12 * struct.unpack(">I", data[128:132])[0], 12):
        if (column := columns.get(bytes(data[at : at + 4]))) is not None:
            offset = struct.unpack(">I", data[at + 4 : at + 8])[0] + 8
            data[offset : offset + 12] = struct.pack(">3i", *(round(value * 65536) for value in column))
    return bytes(data).replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))


def test_wide_colours_are_brought_to_srgb_and_white_stays_white():
    image = Image.new("RGB", (4, 4), (200, 120, 100))
    shown = read_image(saved(image, "JPEG", quality=100, icc_profile=wide_gamut_profile()))
    red, green, _ = shown.getpixel((0, 0))
    assert red > 208 and green < 119
    white = read_image(saved(Image.new("RGB", (4, 4), "white"), icc_profile=wide_gamut_profile()))
    assert close(white, Image.new("RGB", (4, 4), "white"), 3)


def linear_rgb_profile() -> bytes:
    """sRGB's colours with another tone curve: a matrix profile whose three curves have gamma 1."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * struct.unpack(">I", data[128:132])[0], 12):
        name, offset, _ = data[at : at + 4], *struct.unpack(">II", data[at + 4 : at + 12])
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            data[offset : offset + 12] = b"curv" + bytes(8)
            data[at + 8 : at + 12] = struct.pack(">I", 12)
    return bytes(data).replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))


def test_an_embedded_profile_is_brought_to_srgb():
    image = Image.new("RGB", (4, 4), (55, 55, 55))  # linear 55/255 = 0.216 is 128 in sRGB
    shown = read_image(saved(image, icc_profile=linear_rgb_profile()))
    assert close(shown, Image.new("RGB", (4, 4), (128, 128, 128)), 2)


def test_an_embedded_srgb_profile_changes_no_pixel():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert close(read_image(saved(ramp(), icc_profile=profile)), ramp(), 0)


def test_a_profile_is_applied_under_alpha_too():
    image = Image.new("RGBA", (1, 1), (55, 55, 55, 255))
    assert close(
        read_image(saved(image, icc_profile=linear_rgb_profile())), Image.new("RGB", (1, 1), (128,) * 3), 2
    )


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_a_profile_that_is_damaged_or_does_not_fit_is_ignored(mode):
    image = ramp().convert(mode)
    fmt = "TIFF"
    for profile in (b"no profile", linear_rgb_profile() if mode == "CMYK" else b"\0" * 200):
        assert close(read_image(saved(image, fmt, icc_profile=profile)), image.convert("RGB"), 0)

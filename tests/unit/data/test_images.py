"""Whatever comes in as an image is right, upright 8-bit RGB, or is refused with its name and the limit."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from core.data.images import PhotoLimits, read_image, resize_rgb
from core.errors import PhotoError
from core.settings import Settings


def saved(image, fmt="PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=fmt, **options)
    return buffer.getvalue()


def ramp(width=16, height=12) -> Image.Image:
    """A picture that differs in every corner, smooth enough for JPEG."""
    y, x = np.mgrid[:height, :width].astype(float)
    pixels = np.stack([x / (width - 1), y / (height - 1), 1 - x / (width - 1)], axis=-1)
    return Image.fromarray((pixels * 255).astype(np.uint8))


def close(image, expected, tolerance) -> bool:
    pair = (np.asarray(picture).astype(int) for picture in (image, expected))
    first, second = pair
    return first.shape == second.shape and np.abs(first - second).max() <= tolerance


@pytest.mark.parametrize(
    ("fmt", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}, 6),
        ("JPEG", {"quality": 100, "subsampling": 0}, 6),
    ],
)
def test_every_allowed_format_gives_its_pixels(fmt, options, tolerance):
    image = read_image(saved(ramp(), fmt, **options))
    assert image.mode == "RGB" and close(image, ramp(), tolerance)


def test_a_file_a_stream_and_bytes_are_the_same_image(tmp_path):
    data = saved(ramp())
    (tmp_path / "face.png").write_bytes(data)
    stream = io.BytesIO(data)
    stream.read()  # an upload that was looked at before
    for source in (tmp_path / "face.png", stream, data):
        assert close(read_image(source), ramp(), 0)


def test_content_counts_and_not_the_files_ending(tmp_path):
    (tmp_path / "face.jpg").write_bytes(saved(ramp()))
    assert close(read_image(tmp_path / "face.jpg"), ramp(), 0)


@pytest.mark.parametrize("fmt", ["PPM", "ICO", "PDF", "EPS", "JPEG2000"])
def test_other_formats_are_refused_with_those_allowed(fmt):
    with pytest.raises(PhotoError, match=r"face\.x is .*no image of a known format \(JPEG, PNG"):
        read_image(saved(ramp(), fmt), name="face.x")


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
    rows = b"\0" + struct.pack(">6H", 0, 0x8000, 0xFFFF, 0x4000, 0x1200, 0xFE00)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    assert np.asarray(read_image(png)).tolist() == [[[0, 0x80, 0xFF], [0x40, 0x12, 0xFE]]]


@pytest.mark.parametrize("mode", ["F", "I"])
def test_32_bit_pixels_are_refused(mode):
    with pytest.raises(PhotoError, match=rf"deep\.tif: its pixels have 32 bits \(mode {mode}\)"):
        read_image(saved(Image.new(mode, (4, 4), 3), "TIFF"), name="deep.tif")


def test_cmyk_becomes_rgb():
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    assert close(read_image(saved(image, "JPEG", quality=100)), Image.new("RGB", (8, 8), (255, 0, 0)), 6)


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


def test_the_first_frame_is_taken():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for fmt in ("GIF", "PNG", "WEBP"):
        data = saved(frames[0], fmt, save_all=True, append_images=frames[1:])
        red, _, blue = read_image(data).getpixel((0, 0))
        assert red > 240 and blue < 15


def test_metadata_is_dropped():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    image = read_image(saved(ramp(), "JPEG", exif=exif, comment=b"secret"))
    assert image.info == {} and not image.getexif()
    assert b"taken at home" not in saved(image, "JPEG")


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_a_truncated_file_is_refused(fmt):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    data = saved(noise, fmt)
    with pytest.raises(PhotoError, match=r"cut\.jpg is damaged"):
        read_image(data[: len(data) // 2], name="cut.jpg")


def test_no_prefix_of_a_file_raises_anything_but_a_photo_error():
    for fmt in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"):
        data = saved(ramp(), fmt)
        for end in range(0, len(data), max(1, len(data) // 60)):
            try:
                assert read_image(data[:end]).mode == "RGB"
            except PhotoError as error:
                assert "The photo" in str(error)


def test_damaged_bytes_raise_nothing_but_a_photo_error():
    rng = np.random.default_rng(0)
    for fmt in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"):
        data = np.frombuffer(saved(ramp(), fmt), np.uint8)
        for _ in range(60):
            spoilt = data.copy()
            spoilt[rng.integers(0, len(data), 4)] = rng.integers(0, 256, 4)
            try:
                assert read_image(spoilt.tobytes()).mode == "RGB"
            except PhotoError as error:
                assert "The photo" in str(error)


def test_an_empty_file_is_refused_as_empty(tmp_path):
    (tmp_path / "nothing.jpg").touch()
    with pytest.raises(PhotoError, match=r"nothing\.jpg is empty"):
        read_image(tmp_path / "nothing.jpg")


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path):
    with pytest.raises(PhotoError, match=r"absent\.jpg cannot be read \(No such file"):
        read_image(tmp_path / "absent.jpg")


def test_bytes_over_the_limit_are_refused_with_the_limit():
    data = saved(ramp()) + os.urandom(2**20)
    for source in (data, io.BytesIO(data)):
        with pytest.raises(PhotoError, match=r"big\.png is larger than the limit of 1 MiB"):
            read_image(source, name="big.png", limits=PhotoLimits(max_bytes=2**20))


def test_pixels_over_the_limit_are_refused_before_decoding(monkeypatch):
    data = saved(ramp(100, 50))
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", lambda self: pytest.fail("decoded"))
    with pytest.raises(PhotoError, match=r"wide\.png has 100 x 50 = 5,000 pixels; the limit is 4,999"):
        read_image(data, name="wide.png", limits=PhotoLimits(max_pixels=4999))
    with pytest.raises(PhotoError, match=r"wide\.png is 100 x 50 pixels; the limit along one side is 99"):
        read_image(data, name="wide.png", limits=PhotoLimits(max_side=99))


@pytest.mark.parametrize("side", [8_000, 9_900, 60_000], ids=["over ours", "Pillow warns", "Pillow refuses"])
def test_a_decompression_bomb_is_refused_from_its_header(side):
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    png += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(PhotoError, match=r"bomb\.png has .*pixels.*50,000,000"):
        read_image(png, name="bomb.png")


def test_limits_come_from_the_hosts_settings(tmp_path):
    settings = Settings(artifacts=tmp_path, max_photo_bytes=10, max_photo_pixels=20)
    limits = PhotoLimits.from_settings(settings)
    assert (limits.max_bytes, limits.max_pixels) == (10, 20)


def test_the_default_limits_are_those_of_the_settings():
    assert PhotoLimits() == PhotoLimits(
        max_bytes=Settings.model_fields["max_photo_bytes"].default,
        max_pixels=Settings.model_fields["max_photo_pixels"].default,
    )


def test_resizing_gives_a_square_of_bytes_with_antialias():
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (218, 89)).repeat(1, axis=1)).convert(
        "RGB"
    )
    small = resize_rgb(stripes, 16)
    assert small.shape == (16, 16, 3) and small.dtype == np.uint8
    assert (
        np.abs(small[:, 1:-1].astype(int) - 127).max() < 20
    )  # without antialias some pixels would be 0 or 255


def test_resizing_squashes_and_crops_nothing():
    image = Image.new("RGB", (178, 218), "black")
    image.paste("white", (0, 0, 178, 20))
    image.paste("white", (0, 198, 178, 218))
    small = resize_rgb(image, 32)
    assert small[0].min() == 255 and small[-1].min() == 255 and small[16].max() == 0

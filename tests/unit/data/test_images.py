"""What comes in as an image comes out as 8-bit RGB, or is refused with its name, the reason and the limit."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from core.data.images import PhotoLimits, read_image, resize_rgb
from core.errors import PhotoError
from core.settings import Settings
from tests import hostile_images as hostile
from tests.pictures import close, ramp, saved


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


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (saved(ramp(), "PPM"), r"damaged or no image of a known format \(JPEG, PNG.*\)"),
        (saved(ramp(), "ICO"), "an icon; only JPEG, PNG.* are read here"),
        (saved(ramp(), "PDF"), "PDF; only JPEG, PNG.* are read here"),
        (saved(ramp(), "EPS"), "PostScript; only JPEG.*"),
        (saved(ramp(), "JPEG2000"), "JPEG 2000; only JPEG.*"),
        (hostile.boxes(b"heic", b"mif1", b"heic"), "HEIC, as phones save photos; only JPEG.*"),
        (hostile.boxes(b"mif1", b"heic"), "HEIC, as phones save photos; only JPEG.*"),
        (hostile.boxes(b"isom", b"mp42"), "a video; only JPEG.*"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG; only JPEG.*"),
        (b"<!DOCTYPE html><title>404</title>", "a web page; only JPEG.*"),
        (b"PK\x03\x04" + bytes(40), "a zip archive; only JPEG.*"),
        (b"no picture at all", r"damaged or no image of a known format.*"),
    ],
)
def test_other_kinds_are_refused_in_words_that_help(data, kind):
    with pytest.raises(PhotoError, match=rf"^IMG_1\.HEIC is {kind}\. Save it as JPEG\.$"):
        read_image(data, name="IMG_1.HEIC")


def test_the_first_frame_is_taken():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for fmt in ("GIF", "PNG", "WEBP"):
        data = saved(frames[0], fmt, save_all=True, append_images=frames[1:])
        red, _, blue = read_image(data).getpixel((0, 0))
        assert red > 240 and blue < 15


def test_a_picture_of_two_is_the_first_as_phones_write_them():
    """MPO: a JPEG with another behind it, such as a depth map."""
    red, _, blue = read_image(hostile.animated("MPO", 2)).getpixel((0, 0))
    assert red > 240 and blue < 15


@pytest.mark.parametrize("options", [{"progressive": True}, {"optimize": True}, {"subsampling": 2}])
def test_all_ways_of_writing_a_jpeg_are_read(options):
    assert close(read_image(saved(ramp(64, 48), "JPEG", quality=95, **options)), ramp(64, 48), 20)


def test_a_name_from_a_stranger_is_shown_and_not_obeyed():
    for name in ("../../etc/x\x00\x1b[2J.jpg", "C:\\photos\\x\u202e\n.jpg", "x" * 5000 + ".jpg"):
        with pytest.raises(PhotoError) as refusal:
            read_image(b"nothing", name=name)
        assert str(refusal.value).isprintable() and len(str(refusal.value)) < 250
        assert "/" not in str(refusal.value) and "\\" not in str(refusal.value)


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

"""Any mode that Pillow decodes to, as 8-bit sRGB: depth, palettes, alpha, CMYK, embedded profiles.

Reading files and their limits are `core.data.images`'s.
"""

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from core.errors import PhotoError

_GREY_16 = ("I;16", "I;16L", "I;16B", "I;16N")
_WIDE = ("I", "F")
_TIFF_BITS_PER_SAMPLE = 258


def to_rgb(image: Image.Image) -> Image.Image:
    """A decoded image as a new RGB image, 8 bits a channel, in sRGB; what is transparent shows white.

    Raises:
        PhotoError: pixels of 32 bits a channel, whose range nothing tells. The message names no file.
    """
    if image.mode in _WIDE:
        raise PhotoError(
            f"its pixels have 32 bits (mode {image.mode}) and no known range. Save it as 8-bit JPEG or PNG."
        )
    profile = image.info.get("icc_profile")
    image = _eight_bits(image)
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    rgb = _to_srgb(image, profile)
    return rgb if alpha is None else Image.composite(rgb, Image.new("RGB", rgb.size, "white"), alpha)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 12 or 16 bits scaled to 8: Pillow's own conversion clips it instead."""
    if image.mode not in _GREY_16:
        return image
    bits = getattr(image, "tag_v2", {}).get(_TIFF_BITS_PER_SAMPLE, (16,))[0]
    scaled = np.asarray(image).astype(np.float32) * (255 / (2**bits - 1))
    return Image.fromarray(np.rint(scaled).clip(0, 255).astype(np.uint8))


def _to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """The image as RGB, through its embedded profile where that fits and is not sRGB already."""
    profile = _profile(icc)
    mode = _mode_for(profile, image) if profile else None
    if mode is None:
        return image.convert("RGB")
    try:
        return ImageCms.profileToProfile(
            image.convert(mode), profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except ImageCms.PyCMSError:
        return image.convert("RGB")


def _profile(icc: bytes | None) -> ImageCms.ImageCmsProfile | None:
    """The embedded profile, or None where there is none, it is damaged, or it is sRGB."""
    if not icc:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        return None if "sRGB" in ImageCms.getProfileDescription(profile) else profile
    except (OSError, ImageCms.PyCMSError):
        return None  # browsers show such an image without its profile, and so do we


def _mode_for(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> str | None:
    """The mode in which the profile describes this image; None where it describes another kind of image."""
    space = profile.profile.xcolor_space.strip()
    if space == "RGB" and image.mode != "CMYK":
        return "RGB"
    if space == "GRAY" and image.mode in ("L", "LA", "1"):
        return "L"
    return "CMYK" if space == "CMYK" and image.mode == "CMYK" else None

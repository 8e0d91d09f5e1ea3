"""Any mode that Pillow decodes to, as 8-bit sRGB: depth, palettes, alpha, CMYK, embedded profiles.

Reading files and their limits are `core.data.images`'s.
"""

from io import BytesIO

import numpy as np
from PIL import Image, ImageChops, ImageCms

from core.errors import PhotoError

_GREY_16 = ("I;16", "I;16L", "I;16B", "I;16N")
_WIDE = ("I", "F")
_PALETTES = ("P", "PA")
_ALPHA_LAST = ("RGBA", "LA")
_LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
_MAX_PROFILE_BYTES = 4 * 2**20
"""The largest that printers hand out have 3 MB; what is larger is ignored like a damaged one."""
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
    if image.mode in _PALETTES and image.has_transparency_data:
        image = image.convert("RGBA")
    clear = _transparency(image)
    rgb = _to_srgb(_eight_bits(image), profile)
    if clear is not None:
        rgb.paste("white", mask=clear)
    return rgb


def _transparency(image: Image.Image) -> Image.Image | None:
    """How transparent each pixel is, 0 to 255, as an L image; None where nothing can be."""
    if image.mode in _GREY_16:
        level = image.info.get("transparency")
        hidden = None if level is None else np.asarray(image) == level
        return None if hidden is None else Image.fromarray(hidden.astype(np.uint8) * 255)
    if not image.has_transparency_data:
        return None
    if image.mode == "RGB":
        image.info["transparency"] = _eight_bit_colour(image.info["transparency"])
    alpha = image if image.mode in _ALPHA_LAST else image.convert("RGBA")
    return ImageChops.invert(alpha.getchannel("A"))


def _eight_bit_colour(colour: tuple[int, ...]) -> tuple[int, ...]:
    """The colour that a PNG hides: of one with 16 bits, its high bytes, as its pixels were read."""
    return tuple(level >> 8 for level in colour) if max(colour) > 255 else colour


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 12 or 16 bits scaled to 8: Pillow's own conversion clips it instead."""
    if image.mode not in _GREY_16:
        return image
    bits = getattr(image, "tag_v2", {}).get(_TIFF_BITS_PER_SAMPLE, (16,))[0]
    levels = np.arange(2**16) * (255 / (2**bits - 1))
    return Image.fromarray(np.rint(levels).clip(0, 255).astype(np.uint8)[np.asarray(image)])


def _to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """The image as RGB, through its embedded profile where that fits and is not sRGB already."""
    profile = _LAB if image.mode == "LAB" else _profile(icc)
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
    if not icc or len(icc) > _MAX_PROFILE_BYTES:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        return None if "sRGB" in ImageCms.getProfileDescription(profile) else profile
    except (OSError, ImageCms.PyCMSError):
        return None  # browsers show such an image without its profile, and so do we


def _mode_for(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> str | None:
    """The mode in which the profile describes this image; None where it describes another kind of image."""
    space = profile.profile.xcolor_space.strip()
    if space == "RGB" and image.mode not in ("CMYK", "LAB"):
        return "RGB"
    if space == "Lab" and image.mode == "LAB":
        return "LAB"
    if space == "GRAY" and image.mode in ("L", "LA", "1"):
        return "L"
    return "CMYK" if space == "CMYK" and image.mode == "CMYK" else None

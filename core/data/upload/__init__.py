"""Data sets that people bring as a zip: looked at, unpacked, kept, deleted. See `own.py` for their life."""

from core.data.upload.contents import Contents, look
from core.data.upload.limits import UploadLimits
from core.data.upload.own import delete_own, discard, keep, own_folder, stage, staged, try_mapping

__all__ = [
    "Contents",
    "UploadLimits",
    "delete_own",
    "discard",
    "keep",
    "look",
    "own_folder",
    "stage",
    "staged",
    "try_mapping",
]

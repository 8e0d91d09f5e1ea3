"""Free disk: looked at before a run starts and before each checkpoint, so that nothing is half written."""

import shutil
from pathlib import Path

from core.errors import DiskFullError


def need_disk(folder: Path, needed: int, reserve: int) -> None:
    """Refuse to go on when writing `needed` bytes would leave less than `reserve` free.

    Raises:
        DiskFullError: with what is free and what to do.
    """
    free = shutil.disk_usage(folder).free
    if free - needed < reserve:
        raise DiskFullError(
            f"{free / 1e9:.2f} GB are free; writing {needed / 1e6:.0f} MB would leave less than the "
            f"{reserve / 1e9:.2f} GB held in reserve. Free some disk and resume: the last checkpoint is kept."
        )

"""Free disk: looked at before a run starts and before each checkpoint, so that nothing is half written."""

import os
import shutil
from pathlib import Path

from core.atomic import TEMP_PREFIX, no_space_left
from core.errors import DiskFullError


def need_disk(folder: Path, needed: int, reserve: int) -> None:
    """Refuse to go on when writing `needed` bytes would leave less than `reserve` free.

    Raises:
        DiskFullError: with what is free and what to do.
        OSError: the disk, a quota or the limit on files' sizes does not grant the room after all.
    """
    free = shutil.disk_usage(folder).free
    if free - needed < reserve:
        raise DiskFullError(
            f"{free / 1e9:.2f} GB are free; writing {needed / 1e6:.0f} MB would leave less than the "
            f"{reserve / 1e9:.2f} GB held in reserve. Free some disk and resume: the last checkpoint is kept."
        )
    if needed:
        _ask_for(folder, needed)


def _ask_for(folder: Path, needed: int) -> None:
    """Have the file system set `needed` bytes aside, and give them back.

    A quota does not show in what is free. Met while HDF5 writes, it would end the whole process.
    """
    if not hasattr(os, "posix_fallocate"):
        return
    probe = folder / f"{TEMP_PREFIX}room"
    try:
        with probe.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, needed)
    except OSError as error:
        if no_space_left(error):
            raise  # Any other error: this file system cannot be asked.
    finally:
        probe.unlink(missing_ok=True)

"""Files written whole or not at all.

A temporary file in the same folder, fsync, `os.replace`, fsync of the folder: a cut cable leaves the old
content or the new. JSON has null where a number is not finite, so that any reader can read it.
"""

import errno
import json
import math
import os
import secrets
import stat
from pathlib import Path
from typing import Any, BinaryIO

TEMP_PREFIX = ".tmp-"
MAX_JSON_BYTES = 4 * 2**20
"""The product's json files are a few KB; one of megabytes is not ours."""
NO_REGULAR_FILE = (errno.ELOOP, errno.EINVAL, errno.ENXIO)
"""Errors of `open_regular` where there is a link, a folder, a pipe or a device instead of a file."""


def write_bytes(path: Path, content: bytes) -> None:
    """Replace `path` by `content` atomically and durably."""
    temp = path.with_name(f"{TEMP_PREFIX}{secrets.token_hex(6)}-{path.name}")
    try:
        with temp.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        commit(temp, path)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise


def commit(temp: Path, path: Path) -> None:
    """Give a finished, fsynced temporary file its name, and make the name durable."""
    temp.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """fsync a file somebody else wrote (Keras writes in place and does not)."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """fsync a folder, so that a rename in it outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: Any) -> None:
    """Replace `path` by `value` as indented JSON, atomically; NaN and infinities become null."""
    text = json.dumps(finite(value), indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading bytes. A link is not followed: what lies at its end is not ours to show.

    A pipe in the file's place would wait for a writer, and a device never ends.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        OSError: it may not be read; or, with an errno of NO_REGULAR_FILE, there is no regular file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "no regular file", str(path))
    return os.fdopen(handle, "rb")


def read_json_or_none(path: Path, most: int = MAX_JSON_BYTES) -> Any | None:
    """What a JSON file holds; None when it is absent, no regular file, over `most` bytes or no JSON."""
    try:
        with open_regular(path) as file:
            content = file.read(most + 1)
        return json.loads(content) if len(content) <= most else None
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    except OSError as error:
        if error.errno in NO_REGULAR_FILE:
            return None
        raise


def no_space_left(error: OSError) -> bool:
    """Whether a write failed because the disk, a quota or the file-size limit is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def finite(value: Any) -> Any:
    """`value` with None for every float that JSON cannot hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value

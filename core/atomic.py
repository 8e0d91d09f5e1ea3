"""Files written whole or not at all.

A temporary file in the same folder, fsync, `os.replace`, fsync of the folder: a cut cable leaves the old
content or the new. JSON has null where a number is not finite, so that any reader can read it.
"""

import errno
import json
import math
import os
import secrets
from pathlib import Path
from typing import Any

TEMP_PREFIX = ".tmp-"


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


def read_json_or_none(path: Path) -> Any | None:
    """What a JSON file holds; None when it is absent or holds no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return None


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

"""Small files that survive a cut cable: written whole or not at all, read with a torn end forgiven.

Writing goes to a temporary file in the same folder, fsync, `os.replace`, fsync of the folder.
JSON has null where a number is not finite, so that any reader can read it.
"""

import csv
import json
import math
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.errors import RunDamagedError

MAX_JSON_BYTES = 4 * 2**20
"""A run's json files are a few KB; one of megabytes is not ours."""
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
    text = json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`.

    Raises:
        FileNotFoundError: there is no such file.
        RunDamagedError: it is not a JSON object, or far too large for one of ours.
    """
    with path.open("rb") as file:
        content = file.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise RunDamagedError(f"{path.name} has over {MAX_JSON_BYTES:,} bytes. Restore or delete the run.")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RunDamagedError(f"{path.name} is not JSON: {error}. Restore or delete the run.") from error
    if not isinstance(value, dict):
        raise RunDamagedError(f"{path.name} holds no JSON object. Restore or delete the run.")
    return value


def append_line(path: Path, line: str) -> None:
    """Append one line in one write; a reader sees all of it, or a torn last line it ignores."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, (line + "\n").encode())
    finally:
        os.close(handle)


def append_json(path: Path, value: dict[str, Any]) -> None:
    """Append one JSON object as a line."""
    append_line(path, json.dumps(_finite(value), ensure_ascii=False, allow_nan=False))


def read_last_json(path: Path, tail: int = 4096) -> dict[str, Any] | None:
    """The last whole JSON object of a line file, or None; reads only the end of it."""
    for line in reversed(read_tail(path, tail).split("\n")[:-1]):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return None


def read_tail(path: Path, size: int) -> str:
    """The last `size` bytes of a text file, "" when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - size))
            return file.read(size).decode(errors="replace")
    except FileNotFoundError:
        return ""


def read_csv_rows(path: Path) -> list[dict[str, float]]:
    """Rows of a csv of numbers, a torn or foreign last line ignored; [] when there is no file."""
    text = path.read_text(errors="replace") if path.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    return [row for row in map(_numbers, csv.DictReader(whole.splitlines())) if row is not None]


def write_csv_rows(path: Path, rows: Iterable[dict[str, float]]) -> None:
    """Replace `path` by `rows` atomically; the first row's keys are the header."""
    rows = list(rows)
    lines = [",".join(rows[0])] if rows else []
    lines += [",".join(repr(value) for value in row.values()) for row in rows]
    write_bytes(path, "".join(line + "\n" for line in lines).encode())


def _numbers(row: dict[str | None, Any]) -> dict[str, float] | None:
    try:
        return {str(key): float(value) for key, value in row.items()}
    except (TypeError, ValueError):
        return None


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value

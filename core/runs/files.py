"""Small files of a run: read with a torn end forgiven, appended a whole line at a time."""

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.atomic import finite, write_bytes
from core.errors import RunDamagedError
from core.faults import die, dies_at

MAX_JSON_BYTES = 4 * 2**20
"""A run's json files are a few KB; one of megabytes is not ours."""


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
    content = (line + "\n").encode()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if dies_at(f"torn-{path.stem}"):
            os.write(handle, content[: len(content) // 2])
            die()
        os.write(handle, content)
    finally:
        os.close(handle)


def append_json(path: Path, value: dict[str, Any]) -> None:
    """Append one JSON object as a line."""
    append_line(path, json.dumps(finite(value), ensure_ascii=False, allow_nan=False))


def read_json_lines(path: Path, most: int = 2**20) -> list[dict[str, Any]]:
    """The JSON objects of a line file's last `most` bytes; torn lines are ignored, [] without a file."""
    return [value for line in read_tail(path, most).split("\n")[:-1] if (value := _object(line)) is not None]


def read_last_json(path: Path, tail: int = 4096) -> dict[str, Any] | None:
    """The last whole JSON object of a line file, or None; reads only the end of it."""
    lines = reversed(read_tail(path, tail).split("\n")[:-1])
    return next((value for line in lines if (value := _object(line)) is not None), None)


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


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _numbers(row: dict[str | None, Any]) -> dict[str, float] | None:
    try:
        return {str(key): float(value) for key, value in row.items()}
    except (TypeError, ValueError):
        return None

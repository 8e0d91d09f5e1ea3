"""Small files of a run: read with a torn end forgiven, appended a whole line at a time."""

import csv
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from core.atomic import MAX_JSON_BYTES, NO_REGULAR_FILE, finite, open_regular, write_bytes
from core.errors import RunDamagedError
from core.faults import die, dies_at

MAX_CSV_BYTES = 4 * 2**20
"""A thousand epochs of history are 150 KB."""
MAX_FILES = 10_000
"""Files whose sizes are added up; a run's folder has some dozens."""
MAX_CSV_ROWS, MAX_CSV_COLUMNS = 20_000, 200
"""Short rows in a file of that size could be two million, which fill the memory."""


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`.

    Raises:
        FileNotFoundError: there is no such file.
        RunDamagedError: it is not a JSON object, or far too large for one of ours.
    """
    content = _read_at_most(path, MAX_JSON_BYTES)
    try:
        value = _loads(content)
    except (ValueError, RecursionError) as error:
        raise RunDamagedError(f"{path.name} is not JSON: {error}. Restore or delete the run.") from error
    if not isinstance(value, dict):
        raise RunDamagedError(f"{path.name} holds no JSON object. Restore or delete the run.")
    return value


def append_line(path: Path, line: str) -> None:
    """Append one line in one write; a reader sees all of it, or a torn last line it ignores.

    A torn line that a death left behind is ended first, so that it does not swallow this one.
    """
    content = (line + "\n").encode()
    # Not through a link, lest a forged folder lead the pen elsewhere.
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        if dies_at(f"torn-{path.stem}"):
            os.write(handle, content[: len(content) // 2])
            die()
        os.write(handle, b"\n" + content if _is_torn(handle) else content)
    finally:
        os.close(handle)


def append_json(path: Path, value: dict[str, Any]) -> None:
    """Append one JSON object as a line."""
    append_line(path, json.dumps(finite(value), ensure_ascii=False, allow_nan=False))


def write_json_lines(path: Path, values: Iterable[dict[str, Any]]) -> None:
    """Replace `path` by a line for each object, atomically."""
    lines = (json.dumps(finite(value), ensure_ascii=False, allow_nan=False) for value in values)
    write_bytes(path, "".join(line + "\n" for line in lines).encode())


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
        with open_file(path) as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - size))
            return file.read(size).decode(errors="replace")
    except FileNotFoundError:
        return ""


def read_csv_rows(path: Path) -> list[dict[str, float]]:
    """Rows of a csv of numbers, a torn or foreign last line ignored; [] when there is no file.

    Raises:
        RunDamagedError: it is no table, or far too large for one of ours.
    """
    try:
        text = _read_at_most(path, MAX_CSV_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return []
    whole = text[: text.rfind("\n") + 1]
    if (rows := whole.count("\n")) > MAX_CSV_ROWS:
        raise RunDamagedError(
            f"{path.name} has {rows:,} rows, over {MAX_CSV_ROWS:,}. Restore or delete the run."
        )
    try:
        lines = [line for line in csv.reader(whole.splitlines()) if line]
    except csv.Error as error:
        raise RunDamagedError(f"{path.name} is no table: {error}. Restore or delete the run.") from error
    header = lines[0] if lines else []
    if len(header) > MAX_CSV_COLUMNS:
        raise RunDamagedError(
            f"{path.name} has {len(header):,} columns, over {MAX_CSV_COLUMNS}. Restore or delete the run."
        )
    return [row for line in lines[1:] if (row := _numbers(header, line)) is not None]


def write_csv_rows(path: Path, rows: Iterable[dict[str, float]]) -> None:
    """Replace `path` by `rows` atomically; the first row's keys are the header."""
    rows = list(rows)
    lines = [",".join(rows[0])] if rows else []
    lines += [",".join(repr(value) for value in row.values()) for row in rows]
    write_bytes(path, "".join(line + "\n" for line in lines).encode())


def open_file(path: Path) -> BinaryIO:
    """Open a regular file for reading bytes; a link, a pipe or a device in its place is refused.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        RunDamagedError: what is there is no regular file.
    """
    try:
        return open_regular(path)
    except OSError as error:
        if error.errno in NO_REGULAR_FILE:
            raise RunDamagedError(f"{path.name} is no file. Restore or delete the run.") from error
        raise


def bytes_below(folder: Path) -> int:
    """Bytes of the files below a folder, however deep, links not followed; the first MAX_FILES count."""
    total, files, left = 0, 0, [str(folder)]
    while left and files < MAX_FILES:
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                    continue
                total += entry.stat(follow_symlinks=False).st_size
                files += 1
                if files == MAX_FILES:
                    break
    return total


def _read_at_most(path: Path, most: int) -> bytes:
    with open_file(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise RunDamagedError(f"{path.name} has over {most:,} bytes. Restore or delete the run.")
    return content


def _loads(content: bytes) -> Any:
    """JSON whose texts can be written again: half a surrogate pair is an error, as other bad JSON is."""
    value = json.loads(content)
    if b"\\u" in content:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _is_torn(handle: int) -> bool:
    """Whether an open file ends in the middle of a line."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = _loads(line.encode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _numbers(header: list[str], line: list[str]) -> dict[str, float] | None:
    try:
        return {name: float(text) for name, text in zip(header, line, strict=True)}
    except ValueError:
        return None

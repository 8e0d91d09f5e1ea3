"""Writes a synthetic set into a folder that the ordinary CelebA reader opens; whole or not at all.

With more than one worker it starts processes afresh (spawn), which import the program's main module again:
start it from `python -m core.data.synthetic`, as `ensure` does, never from inside a Streamlit page.
"""

import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context, parent_process
from pathlib import Path

from core.atomic import commit
from core.data.dataset import Progress
from core.data.synthetic.faces import draw_face
from core.data.synthetic.partition import partition
from core.data.synthetic.sampling import sample_specs
from core.data.synthetic.spec import FaceSpec
from core.data.synthetic.tables import image_id, write_mark, write_tables
from core.errors import DataError

COUNT, SEED = 2000, 0
"""The set that everybody gets who does not ask for another."""

WORKERS = 2

IMAGE_FOLDER = "img_align_celeba"

_JPEG_QUALITY = 90

_CHUNK = 25
"""Faces that a worker draws at a time; progress is told after each."""


def write_synthetic(
    folder: Path,
    *,
    count: int = COUNT,
    seed: int = SEED,
    workers: int = WORKERS,
    on_progress: Progress | None = None,
) -> None:
    """Draw `count` faces and write them with their labels as `folder`, which appears only when complete.

    The same `count` and `seed` give the same files, however many workers draw them.

    Args:
        workers: processes that draw; 1 draws in this one.
        on_progress: called with (faces done, faces in all).

    Raises:
        DataError: `folder` exists already, or `count` or `seed` is out of bounds.
        OSError: the disk is full or may not be written.
    """
    if folder.exists():
        raise DataError(f"{folder} exists already. Choose another folder, or delete it first.")
    specs = sample_specs(count, seed)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temp = folder.with_name(f"{unfinished_prefix(folder)}{secrets.token_hex(6)}")
    try:
        temp.mkdir()
        draw_images(temp / IMAGE_FOLDER, specs, workers=workers, on_progress=on_progress)
        write_tables(temp, specs, partition(specs, seed))
        write_mark(temp, count=count, seed=seed)
        commit(temp, folder)
    except BaseException:
        shutil.rmtree(temp, ignore_errors=True)
        raise


def unfinished_prefix(folder: Path) -> str:
    """How the names begin under which sets for `folder` are in the making, beside it."""
    return f".{folder.name}."


def draw_images(
    folder: Path, specs: list[FaceSpec], *, workers: int = 1, on_progress: Progress | None = None
) -> None:
    """Draw each spec into the new folder `folder`, named by its index.

    Raises:
        OSError: the folder exists, or the disk is full or may not be written.
    """
    folder.mkdir()
    chunks = [specs[start : start + _CHUNK] for start in range(0, len(specs), _CHUNK)]
    done = 0
    for drawn in _draw_chunks(folder, chunks) if workers == 1 else _draw_in_pool(folder, chunks, workers):
        done += drawn
        if on_progress:
            on_progress(done, len(specs))


def _draw_chunks(folder: Path, chunks: list[list[FaceSpec]]) -> Iterator[int]:
    return (_draw_chunk(folder, chunk) for chunk in chunks)


def _draw_in_pool(folder: Path, chunks: list[list[FaceSpec]], workers: int) -> Iterator[int]:
    """How many faces each chunk had, as the chunks are finished."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        for future in as_completed([pool.submit(_draw_chunk, folder, chunk) for chunk in chunks]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _draw_chunk(folder: Path, specs: list[FaceSpec]) -> int:
    for spec in specs:
        draw_face(spec).save(folder / image_id(spec), quality=_JPEG_QUALITY)
    return len(specs)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever; this one ends too."""
    threading.Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()

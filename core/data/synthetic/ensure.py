"""Makes the synthetic set once, where it is wanted, however many ask for it at the same time.

The drawing is done by `python -m core.data.synthetic`, a process of its own: it may start workers, which a
server's process should not, and it dies alone.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from filelock import FileLock

from core.data.dataset import Progress
from core.data.open import SYNTHETIC_MARK
from core.data.synthetic.tables import VERSION
from core.data.synthetic.write import COUNT, SEED, unfinished_prefix
from core.errors import DataError
from core.settings import PROJECT


def ensure_synthetic(
    datasets_root: Path, *, count: int = COUNT, seed: int = SEED, on_progress: Progress | None = None
) -> Path:
    """The folder of the synthetic set under `datasets_root`; drawn now if it is not there yet.

    Args:
        on_progress: called with (faces done, faces in all) while it is drawn; not while another process,
            which this call waits for, draws it.

    Raises:
        DataError: it could not be drawn or written.
    """
    folder = (datasets_root / _name(count, seed)).resolve()
    if not _is_there(folder):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.with_name(f"{folder.name}.lock")):
                if not _is_there(folder):
                    _make(folder, count, seed, on_progress)
        except OSError as error:
            raise _failure(folder, str(error)) from error
    return folder


def _name(count: int, seed: int) -> str:
    base = f"synthetic-v{VERSION}"
    return base if (count, seed) == (COUNT, SEED) else f"{base}-{count}-{seed}"


def _is_there(folder: Path) -> bool:
    return (folder / SYNTHETIC_MARK).is_file()


def _make(folder: Path, count: int, seed: int, on_progress: Progress | None) -> None:
    """Draw the set in a process of its own; what an earlier one left unfinished when killed goes first."""
    for leftover in folder.parent.glob(f"{unfinished_prefix(folder)}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    command = [sys.executable, "-m", "core.data.synthetic", str(folder), f"--count={count}", f"--seed={seed}"]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        if _run(command, complaints, on_progress):
            complaints.seek(0)
            lines = complaints.read().strip().splitlines()
            raise _failure(folder, lines[-1] if lines else "its process ended without a word")


def _run(command: list[str], complaints: IO[str], on_progress: Progress | None) -> int:
    """Run the command to its end, telling its `done/total` lines; returns its exit status."""
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, text=True
    ) as process:
        try:
            for line in process.stdout:
                done, total = line.split("/")
                if on_progress:
                    on_progress(int(done), int(total))
        except BaseException:
            process.terminate()
            process.wait()
            raise
    return process.returncode


def _failure(folder: Path, reason: str) -> DataError:
    return DataError(
        f"The synthetic faces could not be written to {folder}: {reason}. "
        "See that the disk has 50 MB free and that this folder may be written, then try again."
    )

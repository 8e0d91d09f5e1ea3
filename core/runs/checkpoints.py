"""Checkpoints as files: named by epoch, hashed, committed by a manifest that is written last.

A checkpoint is a few files that belong together, each named `epoch-0003.<part>` and never overwritten.
`manifest.json` names the best and the last epoch and the sha256 of every file; until it is written a new
checkpoint does not exist, and files it no longer names go only afterwards. What is inside the files is
the trainer's business (`core.training`).
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import CheckpointError, RunDamagedError
from core.runs.files import read_json, sync_file, write_json

MANIFEST = "manifest.json"
WEIGHTS = "weights.h5"
OPTIMIZER = "optimizer.npz"
COUNTERS = "counters.json"
RESUME_PARTS = (WEIGHTS, OPTIMIZER, COUNTERS)
"""What an epoch needs to be resumed from; the best epoch alone needs only its weights."""

Writer = Callable[[Path], None]


class FileMark(BaseModel):
    """What a file must be for its checkpoint to count."""

    model_config = ConfigDict(frozen=True)
    sha256: str
    bytes: int


class Manifest(BaseModel):
    """The content of `manifest.json`: epochs are 1-based, as in the report."""

    model_config = ConfigDict(frozen=True)
    format: Literal[1] = 1
    best_epoch: int
    last_epoch: int
    files: dict[str, FileMark]

    def of_epoch(self, epoch: int) -> dict[str, FileMark]:
        """The files of one epoch."""
        prefix = part_name(epoch, "")
        return {name: mark for name, mark in self.files.items() if name.startswith(prefix)}


def part_name(epoch: int, part: str) -> str:
    """File name of one part of an epoch's checkpoint: `epoch-0003.weights.h5`."""
    return f"epoch-{epoch:04d}.{part}"


class Checkpoints:
    """The `checkpoints/` folder of one run."""

    def __init__(self, folder: Path):
        self.folder = folder

    def manifest(self) -> Manifest | None:
        """What is committed, or None before the first checkpoint.

        Raises:
            CheckpointError: the manifest is there and cannot be read.
        """
        try:
            return Manifest.model_validate(read_json(self.folder / MANIFEST))
        except FileNotFoundError:
            return None
        except (ValidationError, RunDamagedError) as error:
            raise CheckpointError(
                f"{MANIFEST} of {self.folder.parent.name} cannot be read: {error}. Train the run again."
            ) from error

    def save(self, epoch: int, best_epoch: int, writers: dict[str, Writer]) -> Manifest:
        """Write one epoch's parts, commit them, then drop what the manifest no longer names.

        Args:
            epoch: the epoch just finished, 1-based; it becomes the last.
            best_epoch: the epoch with the lowest val_loss so far; `epoch`, or one saved before.
            writers: a function for each part that writes it to the path it is given.
        """
        self.folder.mkdir(exist_ok=True)
        marks = {part_name(epoch, part): self._write(epoch, part, write) for part, write in writers.items()}
        before = self.manifest()
        if before and best_epoch != epoch:
            best = part_name(best_epoch, WEIGHTS)
            marks[best] = before.files[best]
        manifest = Manifest(best_epoch=best_epoch, last_epoch=epoch, files=marks)
        write_json(self.folder / MANIFEST, manifest.model_dump())
        self._drop_unnamed(manifest)
        return manifest

    def checked(self, name: str) -> Path:
        """The path of a committed file whose hash holds.

        Raises:
            CheckpointError: it is not committed, absent, or its content changed.
        """
        manifest = self.manifest()
        mark = manifest.files.get(name) if manifest else None
        path = self.folder / name
        if mark is None or not path.is_file():
            raise CheckpointError(f"{name} of {self.folder.parent.name} is missing. Train the run again.")
        if file_mark(path) != mark:
            raise CheckpointError(
                f"{name} of {self.folder.parent.name} is not the file that was saved (its sha256 differs). "
                "Restore it from a backup, or train the run again."
            )
        return path

    def best_weights(self) -> Path:
        """The best epoch's weights; raises CheckpointError as `checked` does."""
        manifest = self.manifest()
        if manifest is None:
            raise CheckpointError(
                f"{self.folder.parent.name} has no checkpoint: it ended before its first epoch. Train again."
            )
        return self.checked(part_name(manifest.best_epoch, WEIGHTS))

    def _write(self, epoch: int, part: str, write: Writer) -> FileMark:
        path = self.folder / part_name(epoch, part)
        # Keras insists on the ending `.weights.h5`, so the temporary name goes in front.
        temp = self.folder / f".tmp-{path.name}"
        write(temp)
        sync_file(temp)
        mark = file_mark(temp)
        temp.replace(path)
        return mark

    def _drop_unnamed(self, manifest: Manifest) -> None:
        for path in self.folder.iterdir():
            if path.name != MANIFEST and path.name not in manifest.files:
                path.unlink(missing_ok=True)


def file_mark(path: Path) -> FileMark:
    """Size and sha256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return FileMark(sha256=digest.hexdigest(), bytes=path.stat().st_size)

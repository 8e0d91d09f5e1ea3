"""Checkpoints as files: named by epoch, hashed, committed by a manifest that is written last.

A checkpoint is a few files that belong together, each named `epoch-0003.<part>` and never overwritten.
`manifest.json` names the best and the last epoch and the sha256 of every file; until it is written a new
checkpoint does not exist, and files it no longer names go only afterwards. The last two epochs are kept
whole, so that one damaged file costs one epoch; of the best, its weights. What is inside the files is the
trainer's business (`core.training`).
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.atomic import TEMP_PREFIX, sync_file, sync_folder, write_json
from core.errors import CheckpointError, RunDamagedError
from core.faults import crash_point
from core.runs.files import open_file, read_json

MANIFEST = "manifest.json"
WEIGHTS = "weights.h5"
OPTIMIZER = "optimizer.npz"
COUNTERS = "counters.json"
RESUME_PARTS = (WEIGHTS, OPTIMIZER, COUNTERS)
"""What an epoch needs to be resumed from; the best epoch alone needs only its weights."""
MAX_PART_BYTES = 8 * 2**30
"""The largest head has 823 MB of weights, and Adam keeps two numbers for each; hashing more takes minutes."""
KEPT_WHOLE = 2
"""Last epochs that can be resumed from."""

Writer = Callable[[Path], object]
Epoch = Annotated[int, Field(ge=0, le=999_999)]
FileName = Annotated[str, Field(pattern=r"^epoch-[0-9]{4,6}\.[a-z0-9.]+$")]
"""As `part_name` makes it; a manifest that names anything else is not ours."""


class FileMark(BaseModel):
    """What a file must be for its checkpoint to count."""

    model_config = ConfigDict(frozen=True)
    sha256: str
    bytes: int


class Manifest(BaseModel):
    """The content of `manifest.json`: epochs are 1-based, as in the report."""

    model_config = ConfigDict(frozen=True)
    format: Literal[1] = 1
    best_epoch: Epoch
    last_epoch: Epoch
    files: dict[FileName, FileMark]

    def whole_epochs(self) -> list[int]:
        """Epochs with all that a resume needs, newest first."""
        epochs = sorted({epoch_of(name) for name in self.files}, reverse=True)
        return [e for e in epochs if all(part_name(e, part) in self.files for part in RESUME_PARTS)]

    def until(self, epoch: int) -> "Manifest":
        """What stays committed when training goes on after `epoch`."""
        best = self.best_epoch if self.best_epoch <= epoch else epoch
        files = {name: mark for name, mark in self.files.items() if epoch_of(name) <= epoch}
        return Manifest(best_epoch=best, last_epoch=epoch, files=files)


def part_name(epoch: int, part: str) -> str:
    """File name of one part of an epoch's checkpoint: `epoch-0003.weights.h5`."""
    return f"epoch-{epoch:04d}.{part}"


def epoch_of(name: str) -> int:
    """The epoch in a file name made by `part_name`."""
    return int(name.split(".", 1)[0].removeprefix("epoch-"))


class Checkpoints:
    """The `checkpoints/` folder of one run."""

    def __init__(self, folder: Path):
        self.folder = folder

    def manifest(self) -> Manifest | None:
        """What is committed, or None before the first checkpoint.

        Raises:
            CheckpointError: the manifest is there and cannot be read, or the folder is a link: what is saved
                there is tidied, and at a link's end may lie somebody's own files.
        """
        if self.folder.is_symlink():
            raise CheckpointError(
                f"checkpoints/ of {self.folder.parent.name} is a link. Move the real folder there."
            )
        try:
            return Manifest.model_validate(read_json(self.folder / MANIFEST))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError, RunDamagedError) as error:
            raise CheckpointError(
                f"{MANIFEST} of {self.folder.parent.name} cannot be read: {error}. Train the run again."
            ) from error

    def save(self, epoch: int, is_best: bool, writers: dict[str, Writer]) -> Manifest:
        """Write one epoch's parts, commit them, then drop what the manifest no longer names.

        Args:
            epoch: the epoch just finished, 1-based; it becomes the last.
            is_best: whether its val_loss is the lowest so far.
            writers: a function for each part that writes it to the path it is given.
        """
        before = self.manifest()
        self.folder.mkdir(exist_ok=True)
        marks = {part_name(epoch, part): self._write(epoch, part, write) for part, write in writers.items()}
        sync_folder(self.folder)
        best = epoch if is_best or before is None else before.best_epoch
        if before:
            marks |= {name: mark for name, mark in before.files.items() if _stays(name, epoch, best)}
        manifest = Manifest(best_epoch=best, last_epoch=epoch, files=marks)
        crash_point("manifest")
        self._commit(manifest)
        crash_point("committed")
        return manifest

    def rewind(self, epoch: int) -> None:
        """Forget what was saved after `epoch`, before it is trained again under the same names."""
        manifest = self.manifest()
        if manifest and manifest.last_epoch != epoch:
            self._commit(manifest.until(epoch))

    def settle(self) -> None:
        """Keep what a finished run needs: the best weights, and the last epoch whole, to extend it from."""
        manifest = self.manifest()
        if manifest:
            needed = {
                part_name(manifest.best_epoch, WEIGHTS),
                *(part_name(manifest.last_epoch, p) for p in RESUME_PARTS),
            }
            files = {name: mark for name, mark in manifest.files.items() if name in needed}
            self._commit(manifest.model_copy(update={"files": files}))

    def newest_whole(self) -> tuple[int, list[str]]:
        """The newest epoch to resume from, 0 when there is none, and what was wrong with newer ones."""
        manifest = self.manifest()
        complaints: list[str] = []
        for epoch in manifest.whole_epochs() if manifest else []:
            try:
                for part in RESUME_PARTS:
                    self.checked(part_name(epoch, part))
                return epoch, complaints
            except CheckpointError as error:
                complaints.append(str(error))
        return 0, complaints

    def checked(self, name: str) -> Path:
        """The path of a committed file whose hash holds.

        Raises:
            CheckpointError: it is not committed, absent, or its content changed.
        """
        manifest = self.manifest()
        mark = manifest.files.get(name) if manifest else None
        path = self.folder / name
        if mark is None or not path.is_file() or path.is_symlink():
            raise CheckpointError(f"{name} of {self.folder.parent.name} is missing. Train the run again.")
        # The size first: a forged file may have any number of bytes, and hashing reads them all.
        if not path.stat().st_size == mark.bytes <= MAX_PART_BYTES or file_mark(path) != mark:
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
                f"{self.folder.parent.name} has no checkpoint: it ended before its first epoch, or the files "
                "are gone. Restore them, or train again."
            )
        return self.checked(part_name(manifest.best_epoch, WEIGHTS))

    def _commit(self, manifest: Manifest) -> None:
        write_json(self.folder / MANIFEST, manifest.model_dump())
        for path in self.folder.iterdir():
            if path.name != MANIFEST and path.name not in manifest.files:
                path.unlink(missing_ok=True)

    def _write(self, epoch: int, part: str, write: Writer) -> FileMark:
        path = self.folder / part_name(epoch, part)
        # Keras insists on the ending `.weights.h5`, so the temporary name goes in front.
        temp = self.folder / f"{TEMP_PREFIX}{path.name}"
        try:
            write(temp)
            sync_file(temp)
            mark = file_mark(temp)
            temp.replace(path)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
        crash_point(f"checkpoint-{part.split('.')[0]}")
        return mark


def _stays(name: str, epoch: int, best: int) -> bool:
    """Whether a file committed before stays when `epoch` is saved: a recent epoch's, or the best weights."""
    return epoch - KEPT_WHOLE < epoch_of(name) < epoch or name == part_name(best, WEIGHTS) != part_name(
        epoch, WEIGHTS
    )


def file_mark(path: Path) -> FileMark:
    """Size and sha256 of a file."""
    with open_file(path) as file:
        digest = hashlib.file_digest(file, "sha256")
    return FileMark(sha256=digest.hexdigest(), bytes=path.stat().st_size)

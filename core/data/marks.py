"""What a person says of single labels: right, wrong or unsure. Kept beside the index, one file a folder.

Unlike the index they cannot be made again. Many may mark at a time: each mark is made on the newest content
under a lock, so that nobody takes back another's. What training does with marks is `core.training.marks`'s.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from filelock import FileLock, Timeout

from core.access import Access, Act
from core.atomic import read_json_or_none, write_json
from core.data.dataset import FaceDataset
from core.data.index import facts_file
from core.errors import DataError
from core.settings import Settings

Verdict = Literal["right", "wrong", "unsure"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
FORMAT = 1
MAX_BYTES = 64 * 2**20
"""Marks on all of CelebA's labels of one target have 20 MB."""
WAIT_S = 5.0
"""An edit holds the lock while it reads and writes one small file."""
COLUMNS = ("target", "image_id", "label", "mark", "marked_at")


class Mark(NamedTuple):
    """What was said of one label.

    Attributes:
        verdict: one of VERDICTS.
        label: the label, 0 or 1, that it was said of; a mark of another label counts no more.
        marked_at: when, ISO 8601 in UTC.
    """

    verdict: Verdict
    label: int
    marked_at: str


Marks = dict[str, Mark]
"""The marks of one target by image id."""


def marks_file(root: Path, settings: Settings) -> Path:
    """Where the marks on the images under `root` are kept; the folder's name in the index names it too."""
    return settings.datasets / "marks" / f"{facts_file(root, settings).stem}.json"


def read_marks(path: Path, target: str) -> Marks:
    """The marks of one target; {} where there are none.

    Raises:
        DataError: the file is there and is not what was written.
    """
    return _of_target(_read(path), target)


def set_mark(
    path: Path,
    target: str,
    image_id: str,
    verdict: Verdict | None,
    label: int,
    *,
    seen: Mark | None,
    access: Access,
) -> Marks:
    """Mark one label, or take its mark away with None; returns the target's marks after it.

    Args:
        seen: the mark that was on the screen. One that somebody else changed meanwhile is not replaced.
        access: who marks it.

    Raises:
        DataError: it was changed meanwhile, or the file cannot be read or written.
        NotAllowedError: a visitor of a demo may not.
    """
    access.check(Act.MARK_LABELS)
    if verdict is not None and verdict not in VERDICTS:
        raise DataError(f"{verdict!r} is no mark of a label. Choose one of: {', '.join(VERDICTS)}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=WAIT_S):
            stored = _read(path)
            marks = _of_target(stored, target)
            now = marks.pop(image_id, None)
            if now and now.verdict not in (seen.verdict if seen else None, verdict):
                raise DataError(
                    f"{image_id} was marked {now.verdict} by somebody else meanwhile. "
                    "Look at it, then mark it again."
                )
            if verdict is not None:
                marks[image_id] = Mark(verdict, int(label), datetime.now(UTC).isoformat(timespec="seconds"))
            write_marks(path, {**_all(stored), target: marks})
    except (OSError, Timeout, UnicodeEncodeError) as error:
        raise DataError(
            f"The mark on {image_id} could not be written ({error}). Free some disk, or try again."
        ) from error
    return marks


def write_marks(path: Path, by_target: Mapping[str, Marks]) -> None:
    """Replace `path` by these marks, atomically; targets without a mark are left out."""
    targets = {
        target: {image_id: mark._asdict() for image_id, mark in sorted(marks.items())}
        for target, marks in sorted(by_target.items())
        if marks
    }
    write_json(path, {"format": FORMAT, "targets": targets})


def standing(marks: Marks, dataset: FaceDataset, target: str) -> Marks:
    """The marks that are of labels as the data set has them now; others were of a label since changed."""
    ids = set(marks)
    frame = dataset.frame.loc[dataset.frame["image_id"].isin(ids), ["image_id", target]]
    labels = dict(zip(frame["image_id"], frame[target].tolist(), strict=True))
    return {image_id: mark for image_id, mark in marks.items() if labels.get(image_id) == mark.label}


def marked_rows(marks: Marks, dataset: FaceDataset, verdict: Verdict) -> np.ndarray:
    """Rows of the data set whose image has that mark, ascending, shape (m,)."""
    ids = {image_id for image_id, mark in marks.items() if mark.verdict == verdict}
    return np.flatnonzero(dataset.frame["image_id"].isin(ids).to_numpy())


def marks_fingerprint(marks: Marks) -> str:
    """Which marks: the sha256, in hex, of one line each; when they were made does not count."""
    lines = (f"{image_id}\0{mark.label}\0{mark.verdict}\n" for image_id, mark in sorted(marks.items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def counts(marks: Iterable[Mark]) -> dict[Verdict, int]:
    """How many of each verdict."""
    found = [mark.verdict for mark in marks]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def mark_rows(path: Path, targets: Iterable[str]) -> list[tuple[Any, ...]]:
    """All marks of some targets as rows of COLUMNS, for a table to take away; raises DataError."""
    stored = _read(path)
    return [
        (target, image_id, mark.label, mark.verdict, mark.marked_at)
        for target in targets
        for image_id, mark in sorted(_of_target(stored, target).items())
    ]


def _read(path: Path) -> dict[str, Any]:
    """The stored object; {} without a file. Marks are work of hand: damage is said, not taken for none."""
    stored = read_json_or_none(path, MAX_BYTES)
    if stored is None and not os.path.lexists(path):
        return {}
    whole = isinstance(stored, dict) and isinstance(stored.get("targets"), dict)
    if not whole or stored.get("format") != FORMAT:
        raise DataError(
            f"{path} holds no marks of format {FORMAT}. Put the former file back, or move it away."
        )
    return stored


def _all(stored: dict[str, Any]) -> dict[str, Marks]:
    return {target: _of_target(stored, target) for target in stored.get("targets", {})}


def _of_target(stored: dict[str, Any], target: str) -> Marks:
    found = stored.get("targets", {}).get(target, {})
    try:
        marks = {image_id: Mark(**fields) for image_id, fields in found.items()}
    except (TypeError, AttributeError) as error:
        raise DataError(
            f"The marks on {target} cannot be read: {error}. Put the former file back."
        ) from error
    if bad := next((id_ for id_, mark in marks.items() if mark.verdict not in VERDICTS), None):
        raise DataError(f"The mark on {bad!r} is none of {', '.join(VERDICTS)}. Put the former file back.")
    return marks

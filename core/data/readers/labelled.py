"""Data sets whose labels are a table: CelebA as published, and a csv beside a folder of images.

Layouts: CelebA's own files in one folder, in its `Anno/`, `Eval/` and `Img/`, or with Kaggle's doubled
`img_align_celeba/img_align_celeba/`; or any csv whose first column is `image_id` or `filename`.
A csv is taken before a text file of the same name.
"""

from pathlib import Path
from unicodedata import normalize

import numpy as np
import pandas as pd

from core.data.dataset import NO_PERSON, SPLITS, FaceDataset, Problem
from core.data.readers.listing import IMAGE_SUFFIXES, file_names, image_folder, some
from core.data.readers.tables import ID_COLUMNS, first_column, read_labels, read_numbers
from core.errors import DataError

_PLACES = ("", "Anno", "Eval")
_MAX_PERSON = 2**31


def find_celeba_file(root: Path, stem: str) -> Path | None:
    """One of CelebA's own tables, as csv or text, where CelebA or Kaggle put it; None when absent."""
    candidates = [root / place / f"{stem}{suffix}" for place in _PLACES for suffix in (".csv", ".txt")]
    return next((path for path in candidates if path.is_file()), None)


def csv_beside(root: Path) -> Path | None:
    """The one csv of labels in `root`, known by its first column; None when there is none.

    Raises:
        DataError: several.
    """
    tables = sorted(path for path in root.glob("*.csv") if not path.name.startswith((".", "list_")))
    found = [path for path in tables if path.is_file() and first_column(path) in ID_COLUMNS]
    if len(found) > 1:
        names = some(path.name for path in found)
        raise DataError(f"{root} has {len(found)} csv files of labels: {names}. Keep one there.")
    return found[0] if found else None


def read_labelled(root: Path, labels_file: Path) -> FaceDataset:
    """The data set that `labels_file` describes; every image that it lists is there.

    Raises:
        DataError: a table is malformed, listed images are missing, or the partition leaves some out.
    """
    ids, labels = read_labels(labels_file)
    folder = image_folder(root)
    files = file_names(folder)
    found = _files_of(ids, files, folder, labels_file)
    partition, persons = (
        find_celeba_file(root, "list_eval_partition"),
        find_celeba_file(root, "identity_CelebA"),
    )
    person_ids, unknown = _persons(persons, ids)
    split = _split(partition, ids)
    place = folder.relative_to(root).as_posix()
    prefix = "" if place == "." else f"{place}/"
    columns = {
        "image_id": pd.Series(ids, dtype="str"),
        "path": pd.Series([prefix + name for name in found], dtype="str"),
        "person_id": person_ids,
        "split": pd.Series(split, dtype="str"),
    }
    frame = pd.concat([pd.DataFrame(columns), labels], axis=1)
    problems = (_unlabelled(files, found, labels_file), unknown, shared_persons(frame))
    return FaceDataset(
        name=root.name,
        root=root,
        frame=frame,
        attributes=tuple(labels.columns),
        official_split=partition is not None,
        problems=tuple(problem for problem in problems if problem),
    )


def _files_of(ids: list[str], files: list[str], folder: Path, labels_file: Path) -> list[str]:
    """The file of each listed image, whichever way its accents are composed."""
    there = set(files)
    composed = {normalize("NFC", name): name for name in files}
    found = [name if name in there else composed.get(normalize("NFC", name)) for name in ids]
    missing = [name for name, file in zip(ids, found, strict=True) if file is None]
    if missing:
        raise DataError(
            f"{len(missing):,} of the {len(ids):,} images listed in {labels_file.name} are missing from "
            f"{folder}: {some(missing)}. Add the files, or take their rows out."
        )
    return found


def _split(partition: Path | None, ids: list[str]) -> np.ndarray:
    """Each image's official split; "" throughout when there is no partition."""
    if partition is None:
        return np.full(len(ids), "")
    codes = read_numbers(
        partition, "partition", 0, 2, "a partition is 0 (train), 1 (val) or 2 (test)"
    ).reindex(ids)
    absent = codes.index[codes.isna()]
    if len(absent):
        raise DataError(
            f"{len(absent):,} images have no row in {partition.name}: {some(absent)}. "
            "Add them, or take the file away to have a split made."
        )
    return np.array(SPLITS)[codes.to_numpy(np.int64)]


def _persons(identity: Path | None, ids: list[str]) -> tuple[np.ndarray, Problem | None]:
    """Each image's person, and a word about the images whose person the file does not tell."""
    if identity is None:
        return np.full(len(ids), NO_PERSON, np.int64), None
    known = read_numbers(identity, "person", 0, _MAX_PERSON, "a person is a whole number from 0 up").reindex(
        ids
    )
    nobody = tuple(known.index[known.isna()])
    problem = Problem(
        "unknown_person",
        f"Images with no person in {identity.name}: {len(nobody):,}. Each is taken for a person of its own.",
        nobody,
    )
    return known.fillna(NO_PERSON).to_numpy(np.int64), problem if nobody else None


def _unlabelled(files: list[str], found: list[str], labels_file: Path) -> Problem | None:
    listed = set(found)
    extra = tuple(name for name in files if name not in listed and name.lower().endswith(IMAGE_SUFFIXES))
    message = f"Images with no row in {labels_file.name}, left out: {len(extra):,}. Add rows to use them."
    return Problem("unlabelled", message, extra) if extra else None


def shared_persons(frame: pd.DataFrame) -> Problem | None:
    """Persons in more than one official split: a model can know them by sight, so its test flatters it."""
    known = frame[(frame["person_id"] != NO_PERSON) & (frame["split"] != "")]
    splits = known.drop_duplicates(["person_id", "split"]).groupby("person_id").size()
    shared = tuple(str(person) for person in splits.index[splits > 1])
    message = (
        f"Persons in more than one split: {len(shared):,}. Test results will look better than they are; "
        "choose the split by person on Train."
    )
    return Problem("shared_persons", message, shared) if shared else None

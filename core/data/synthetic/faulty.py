"""The built-in set with faults: the synthetic faces with known mistakes put in, to see what finds them.

The clean set is copied and changed by a seeded plan: labels flipped, images doubled, darkened, blurred,
moved, made smaller, and put into the split where their person is not. What was done stands in
FAULTS_FILE beside the labels. The clean set stays as it is.
"""

import json
import secrets
import shutil
from dataclasses import dataclass, fields, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from filelock import FileLock
from PIL import Image, ImageFilter

from core.atomic import commit
from core.data.dataset import Progress
from core.data.open import FAULTS_FILE
from core.data.synthetic.ensure import ensure_synthetic
from core.data.synthetic.tables import VERSION as CLEAN_VERSION
from core.data.synthetic.write import IMAGE_FOLDER, unfinished_prefix
from core.errors import DataError

VERSION = 1
"""Raised whenever the plan or a change of an image becomes another."""
SEED = 0
TARGET = "Male"

FLIPPED, OF_DOUBLES = 70, 12
"""Labels of TARGET that are flipped; so many of them on one of two equal images."""
SAME_SPLIT, OTHER_SPLIT = 12, 12
"""Exact doubles, and again near ones, within a split and across splits."""
MOVED, DARK, BLURRED, OFF_CENTRE, ODD_SIZED = 15, 20, 12, 12, 6

_DARKER, _BLUR_PX, _HALF = 0.12, 2.5, 0.5
_ATTRIBUTES, _PARTITION, _PERSONS = (
    "list_attr_celeba.csv",
    "list_eval_partition.csv",
    "identity_CelebA.txt",
)


@dataclass(frozen=True)
class Faults:
    """What was put in, by image ids; an image has one fault, but that a double may be labelled otherwise.

    Attributes:
        flipped: whose label of TARGET is wrong.
        exact_duplicates, near_duplicates: (the double, the image that it doubles).
        contradicting: those of these pairs whose labels of TARGET differ; the double's is the wrong one.
        moved: put into another split than the rest of their person.
        persons_across_splits: persons who are in several splits, because of `moved` or of a double.
        dark, blurred, off_centre, odd_sized: whose pixels were changed.
    """

    flipped: tuple[str, ...]
    exact_duplicates: tuple[tuple[str, str], ...]
    near_duplicates: tuple[tuple[str, str], ...]
    contradicting: tuple[tuple[str, str], ...]
    moved: tuple[str, ...]
    dark: tuple[str, ...]
    blurred: tuple[str, ...]
    off_centre: tuple[str, ...]
    odd_sized: tuple[str, ...]
    persons_across_splits: tuple[int, ...] = ()


def read_faults(folder: Path) -> Faults:
    """What was put into the set in `folder`.

    Raises:
        OSError, ValueError, KeyError: it has no such file, or another's.
    """
    stored = json.loads((folder / FAULTS_FILE).read_text(encoding="utf-8"))["faults"]
    deep = {name: tuple(tuple(v) if isinstance(v, list) else v for v in stored[name]) for name in stored}
    return Faults(**{field.name: deep[field.name] for field in fields(Faults)})


def ensure_faulty(datasets_root: Path, *, on_progress: Progress | None = None) -> Path:
    """The folder of the set with faults under `datasets_root`; made now from the clean one if need be.

    Args:
        on_progress: called with (faces drawn, faces in all) if the clean set must be drawn first.

    Raises:
        DataError: it could not be drawn or written.
    """
    clean = ensure_synthetic(datasets_root, on_progress=on_progress)
    folder = clean.with_name(f"synthetic-faulty-v{CLEAN_VERSION}.{VERSION}")
    if not (folder / FAULTS_FILE).is_file():
        try:
            with FileLock(folder.with_name(f"{folder.name}.lock")):
                if not (folder / FAULTS_FILE).is_file():
                    write_faulty(clean, folder)
        except OSError as error:
            raise DataError(
                f"The faulty drawn faces could not be written to {folder}: {error}. "
                "See that the disk has 50 MB free and that this folder may be written, then try again."
            ) from error
    return folder


def write_faulty(clean: Path, folder: Path, seed: int = SEED) -> Faults:
    """Copy the synthetic set `clean` to `folder` with faults; the folder appears only when complete.

    The same `clean` and `seed` give the same faults.

    Raises:
        DataError: the clean set is too small for all faults.
        OSError: the disk is full or may not be written.
    """
    labels = pd.read_csv(clean / _ATTRIBUTES).set_index("image_id")
    split = pd.read_csv(clean / _PARTITION).set_index("image_id")["partition"]
    persons = pd.read_csv(clean / _PERSONS, sep=" ", names=["image_id", "person"], index_col=0)["person"]
    faults = plan(split, persons, seed)
    for leftover in folder.parent.glob(f"{unfinished_prefix(folder)}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    temp = folder.with_name(f"{unfinished_prefix(folder)}{secrets.token_hex(6)}")
    try:
        shutil.copytree(clean, temp)
        _change_images(temp / IMAGE_FOLDER, faults, seed)
        faults = _change_tables(temp, faults, labels, split, persons)
        _write_faults(temp, faults, seed)
        commit(temp, folder)
    except BaseException:
        shutil.rmtree(temp, ignore_errors=True)
        raise
    return faults


def plan(split: pd.Series, persons: pd.Series, seed: int) -> Faults:
    """Draw which image gets which fault.

    Args:
        split: 0, 1 or 2 by image id.
        persons: who is on it, by image id.

    Raises:
        DataError: there are too few images.
    """
    rng = np.random.default_rng([seed, 5])
    left = list(rng.permutation(split.index.to_numpy(str)))

    def take(count: int, fits=lambda image: True) -> tuple[str, ...]:
        taken = [image for image in left if fits(image)][:count]
        if len(taken) < count:
            raise DataError(f"{len(split)} faces are too few to plant all faults. Take {2000} or more.")
        left[:] = [image for image in left if image not in set(taken)]
        return tuple(str(image) for image in taken)

    def pairs() -> tuple[tuple[str, str], ...]:
        drawn = []
        for same, count in ((True, SAME_SPLIT), (False, OTHER_SPLIT)):
            for original in take(count, lambda image: split[image] == 0):
                (double,) = take(1, lambda image, same=same: (split[image] == 0) == same)
                drawn.append((double, original))
        return tuple(drawn)

    images_of = persons.value_counts()
    exact, near = pairs(), pairs()
    half = OF_DOUBLES // 2
    step = max(1, len(exact) // half)
    contradicting = exact[::step][:half] + near[::step][:half]
    moved = take(MOVED, lambda image: split[image] == 0 and images_of[persons[image]] >= 3)
    return Faults(
        flipped=tuple(sorted((*(double for double, _ in contradicting), *take(FLIPPED - OF_DOUBLES)))),
        exact_duplicates=exact,
        near_duplicates=near,
        contradicting=contradicting,
        moved=moved,
        dark=take(DARK),
        blurred=take(BLURRED),
        off_centre=take(OFF_CENTRE),
        odd_sized=take(ODD_SIZED),
    )


def _change_images(folder: Path, faults: Faults, seed: int) -> None:
    rng = np.random.default_rng([seed, 6])
    for double, original in faults.exact_duplicates:
        shutil.copyfile(folder / original, folder / double)
    for double, original in faults.near_duplicates:
        _save(_nearly(_load(folder / original), rng), folder / double, quality=80)
    for image in faults.dark:
        _save(_brighter(_load(folder / image), _DARKER), folder / image)
    for image in faults.blurred:
        _save(_load(folder / image).filter(ImageFilter.GaussianBlur(_BLUR_PX)), folder / image)
    for image in faults.off_centre:
        aside = int(rng.integers(36, 46)) * int(rng.choice([-1, 1]))
        _save(_shifted(_load(folder / image), aside, 0), folder / image)
    for image in faults.odd_sized:
        picture = _load(folder / image)
        size = (round(picture.width * _HALF), round(picture.height * _HALF))
        _save(picture.resize(size, Image.Resampling.BILINEAR), folder / image)


def _nearly(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The same picture a pixel aside, and a little brighter or darker."""
    right, down = (int(step) for step in rng.choice([-1, 0, 1], 2))
    return _brighter(_shifted(image, right, down), float(rng.choice([0.88, 0.94, 1.06, 1.12])))


def _brighter(image: Image.Image, factor: float) -> Image.Image:
    return image.point(lambda value: min(255, round(value * factor)))


def _shifted(image: Image.Image, right: int, down: int) -> Image.Image:
    """Moved by so many pixels; the border is repeated, as CelebA repeats it."""
    reach = max(abs(right), abs(down))
    wide = np.pad(np.asarray(image), ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    top, left = reach - down, reach - right
    return Image.fromarray(wide[top : top + image.height, left : left + image.width])


def _load(path: Path) -> Image.Image:
    # Our own drawing; and the whole file is read before it is written again.
    return Image.open(BytesIO(path.read_bytes())).convert("RGB")


def _save(image: Image.Image, path: Path, quality: int = 90) -> None:
    image.save(path, "JPEG", quality=quality)


def _change_tables(
    folder: Path, faults: Faults, labels: pd.DataFrame, split: pd.Series, persons: pd.Series
) -> Faults:
    """Write labels, splits and persons as they are with the faults; who is in several splits is filled in."""
    labels, split, persons = labels.copy(), split.copy(), persons.copy()
    for double, original in (*faults.exact_duplicates, *faults.near_duplicates):
        labels.loc[double] = labels.loc[original]
        persons[double] = persons[original]
    labels.loc[list(faults.flipped), TARGET] *= -1
    for i, image in enumerate(faults.moved):
        split[image] = 1 + i % 2
    labels.reset_index().to_csv(folder / _ATTRIBUTES, index=False)
    split.reset_index().to_csv(folder / _PARTITION, index=False)
    lines = "".join(f"{image} {person}\n" for image, person in persons.items())
    (folder / _PERSONS).write_text(lines, encoding="utf-8")
    spread = split.groupby(persons).nunique()
    return replace(faults, persons_across_splits=tuple(int(person) for person in spread.index[spread > 1]))


def _write_faults(folder: Path, faults: Faults, seed: int) -> None:
    stored = {"version": VERSION, "seed": seed, "faults": vars(faults)}
    (folder / FAULTS_FILE).write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")

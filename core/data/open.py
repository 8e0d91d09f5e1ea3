"""Open a data set: the synthetic faces by their name, any other by its folder."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core.data.dataset import FaceDataset, Progress
from core.data.given_name import given_name
from core.data.index import facts_file, opened_file
from core.data.opened_file import recall, remember, stamps_of
from core.data.readers import LAYOUTS, read_folder
from core.errors import DataError
from core.settings import Settings

SAMPLE = "sample"
"""The source that means the built-in synthetic faces; a folder of that name is written `./sample`."""

SAMPLE_FAULTY = "sample-faulty"
"""The source that means the built-in faces with known faults put in."""

SYNTHETIC_NAME = "synthetic faces"
FAULTY_NAME = "faulty drawn faces"
SYNTHETIC_MARK = "synthetic.json"
"""The file by which a folder says that its faces are drawn."""
FAULTS_FILE = "faults.json"
"""The file by which a drawn set says that faults were put into it, and which."""


def open_dataset(
    source: str | Path, *, settings: Settings, on_progress: Progress | None = None
) -> FaceDataset:
    """The data set in a folder; "sample" and "sample-faulty" are the synthetic faces, drawn on first use.

    Labels are read and images listed; none is decoded: `core.data.check_images` does that. What a large
    folder holds is remembered (`core.data.opened_file`).

    Args:
        on_progress: called with (faces drawn, faces in all) while the synthetic faces are made.

    Raises:
        DataError: the folder is absent or holds no data set that can be used whole; the message names
            the file and the fix.
    """
    built_in = {SAMPLE: _sample, SAMPLE_FAULTY: _sample_faulty}.get(source)
    root = built_in(settings, on_progress) if built_in else _folder(source)
    try:
        dataset = _read(root, settings)
    except OSError as error:
        raise DataError(f"{root} cannot be read: {error}. Look at the folder and its permissions.") from error
    synthetic = (root / SYNTHETIC_MARK).is_file()
    return replace(
        dataset,
        name=drawn_name(root) if synthetic else given_name(root, settings) or dataset.name,
        synthetic=synthetic,
        facts_file=facts_file(root, settings),
    )


def _read(root: Path, settings: Settings) -> FaceDataset:
    """What is in the folder, from what was remembered of it where that holds."""
    kept = opened_file(root, settings)
    known = recall(kept, root)
    if known is not None:
        return known
    stamps = stamps_of(root)
    dataset = read_folder(root)
    # A full disk costs the memory of it, not the data set.
    with suppress(OSError, UnicodeEncodeError):
        remember(kept, dataset, stamps)
    return dataset


def _sample(settings: Settings, on_progress: Progress | None) -> Path:
    from core.data.synthetic import ensure_synthetic

    return ensure_synthetic(settings.datasets, on_progress=on_progress).resolve()


def _sample_faulty(settings: Settings, on_progress: Progress | None) -> Path:
    from core.data.synthetic.faulty import ensure_faulty

    return ensure_faulty(settings.datasets, on_progress=on_progress).resolve()


def drawn_name(root: Path) -> str:
    """What a folder of drawn faces is called."""
    return FAULTY_NAME if (root / FAULTS_FILE).is_file() else SYNTHETIC_NAME


def _folder(source: str | Path) -> Path:
    if not str(source).strip():
        raise DataError(
            f"The path of the data set is blank ({str(source)!r}). Give its folder, or {SAMPLE!r}."
        )
    try:
        root = Path(source).expanduser().resolve()
        if root.is_dir():
            return root
        there = root.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"{str(source)!r} is no path of a folder ({error}). Give the folder of a data set."
        ) from error
    fault = "is a file, not a folder" if there else "does not exist"
    raise DataError(f"{root} {fault}. Give the folder of a data set, or {SAMPLE!r}. {LAYOUTS}")

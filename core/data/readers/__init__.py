"""Look at a folder and choose how to read it. Nobody is asked for the name of a format."""

from pathlib import Path

from core.data.dataset import FaceDataset
from core.data.readers.class_folders import class_names, read_class_folders
from core.data.readers.labelled import csv_beside, find_celeba_file, read_labelled
from core.data.readers.listing import subfolders
from core.data.readers.mapped import read_mapped
from core.data.readers.mapping import read_mapping
from core.errors import DataError

LAYOUTS = (
    "What can be opened: CelebA as published (list_attr_celeba.csv or .txt beside img_align_celeba/); "
    "a csv whose first column is image_id or filename, beside its images or beside one folder of them; "
    "two folders of images such as men/ and women/."
)


def read_folder(root: Path) -> FaceDataset:
    """The data set in `root`, whichever layout it has. Reads labels and lists images; decodes none.

    Where a `mapping.json` says what the columns of a table mean, it is read by that.

    Raises:
        DataError: no known layout, or one that is not whole.
    """
    if mapping := read_mapping(root):
        return read_mapped(root, mapping)
    if not any(root.iterdir()):
        raise DataError(f"The folder {root} is empty. Put a data set there. {LAYOUTS}")
    labels = find_celeba_file(root, "list_attr_celeba") or csv_beside(root)
    if labels:
        return read_labelled(root, labels)
    classes = class_names(root)
    if len(classes) == 2:
        return read_class_folders(root, classes)
    raise DataError(f"No labels in {root}: {_seen(root, classes)}. {LAYOUTS}")


def _seen(root: Path, classes: list[str]) -> str:
    """What was found instead of a data set, for the message."""
    if classes:
        listed = ", ".join(f"{name}/" for name in classes[:5])
        return f"folders of images: {len(classes)} ({listed}), and a binary label takes two"
    tables = sorted(path.name for path in root.glob("*.csv"))
    if tables:
        return f"the first column of {tables[0]} is neither image_id nor filename"
    folders = subfolders(root)
    return f"no csv, and no images in its {len(folders)} folders" if folders else "neither a csv nor folders"

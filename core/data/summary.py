"""A data set in numbers, for the command line and the Dataset page. Pure functions of a `FaceDataset`."""

from typing import Any

import pandas as pd

from core.data.dataset import NO_PERSON, SPLITS, FaceDataset
from core.data.splits import with_split
from core.errors import DataError

MAX_ITEMS = 100
"""Names listed under one problem in `describe`; its message has the whole count."""

SHOWN_SEED = 0


def describe(dataset: FaceDataset) -> dict[str, Any]:
    """What `dataset show --json` prints: plain numbers, text, lists and dicts.

    `readable` is None until `core.data.check_images` has looked. `splits` counts images by split; where
    none is official it is the one that training would make, as `split_note` says.
    """
    unreadable = sum(len(problem.items) for problem in dataset.problems if problem.kind == "unreadable")
    split, note = shown_split(dataset)
    return {
        "name": dataset.name,
        "path": str(dataset.root),
        "images": len(dataset) + unreadable,
        "readable": len(dataset) if dataset.checked else None,
        "attributes": list(dataset.attributes),
        "rates": {name: float(dataset.labels(name).mean()) for name in dataset.attributes},
        "splits": {name: int((split.frame["split"] == name).sum()) for name in SPLITS},
        "split_note": note,
        "official_split": dataset.official_split,
        "synthetic": dataset.synthetic,
        "persons": int(dataset.frame["person_id"].loc[lambda ids: ids != NO_PERSON].nunique()),
        "problems": [
            {"kind": problem.kind, "message": problem.message, "items": list(problem.items[:MAX_ITEMS])}
            for problem in split.problems
        ],
    }


def shown_split(dataset: FaceDataset) -> tuple[FaceDataset, str]:
    """The data set with a split to show, and a sentence that says where the split is from.

    An official split is taken as it is. Otherwise it is the one that training on Male (or on the first
    attribute) would make with seed 0; where none can be made, the sentence says why.
    """
    if dataset.official_split:
        return dataset, "The official partition."
    target = "Male" if "Male" in dataset.attributes else dataset.attributes[0]
    try:
        split = with_split(dataset, target, seed=SHOWN_SEED)
    except DataError as error:
        return dataset, str(error)
    return (
        split,
        f"No official partition: shown is the split that training on {target} with seed {SHOWN_SEED} makes.",
    )


def rates_by_split(dataset: FaceDataset) -> pd.DataFrame:
    """How often each attribute is present in each split that has images.

    Returns:
        One row for each attribute and split, in the data set's order of attributes and in SPLITS's
        order: attribute, split, n (images), positives (images with it), rate (0..1).
    """
    rows = []
    splits = [(split, members) for split, members in dataset.splits() if len(members)]
    for name in dataset.attributes:
        labels = dataset.labels(name)
        for split, members in splits:
            positives = int(labels[members].sum())
            rows.append((name, split, len(members), positives, positives / len(members)))
    return pd.DataFrame(rows, columns=["attribute", "split", "n", "positives", "rate"])

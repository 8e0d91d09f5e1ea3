"""Persons whose images are in more than one split: a model may know their faces and not learn the target."""

import numpy as np
import pandas as pd

from core.data.dataset import NO_PERSON, SPLITS, FaceDataset
from core.data.problems.finding import Finding


def persons_across_splits(dataset: FaceDataset) -> tuple[Finding, pd.DataFrame]:
    """Persons in more than one split, most images first.

    Returns:
        The finding with all their images, and one row a person: person_id, and the number of images in
        each of SPLITS.
    """
    frame = dataset.frame[["person_id", "split"]]
    known = frame[(frame["person_id"] != NO_PERSON) & (frame["split"] != "")]
    counts = pd.crosstab(known["person_id"], known["split"]).reindex(columns=list(SPLITS), fill_value=0)
    shared = counts[(counts > 0).sum(axis=1) > 1]
    order = shared.sum(axis=1).sort_values(ascending=False, kind="stable").index
    table = shared.loc[order].rename_axis(columns=None).reset_index()
    rows = np.flatnonzero(frame["person_id"].isin(order).to_numpy())
    message = (
        f"Persons in more than one split: {len(table):,}, with {len(rows):,} images. Results on the test "
        "split are too good; choose the split by person on Train."
    )
    return Finding("persons_across_splits", message, rows), table

"""Whether a data set's images are faces cut out and aligned as CelebA's are: told by their size alone.

Only headers are looked at. Finding and aligning a face in a photo is `core.data.alignment`'s.
"""

import numpy as np

from core.data.alignment import CELEBA_SIZE
from core.data.dataset import FaceDataset
from core.data.images import header_size
from core.errors import PhotoError

LOOKED_AT = 200
"""Images whose header is read, evenly spaced: a folder of mixed sizes shows in the first few."""


def is_aligned_like_celeba(dataset: FaceDataset) -> bool:
    """Whether all the training images that are looked at, 200 at most, are 178 x 218 pixels."""
    rows = dataset.split_rows("train")
    chosen = rows[np.arange(LOOKED_AT) * len(rows) // LOOKED_AT] if len(rows) > LOOKED_AT else rows
    return len(chosen) > 0 and all(_has_aligned_size(dataset, int(row)) for row in chosen)


def _has_aligned_size(dataset: FaceDataset, row: int) -> bool:
    try:
        return header_size(dataset.path(row)) == CELEBA_SIZE
    except PhotoError:
        return False

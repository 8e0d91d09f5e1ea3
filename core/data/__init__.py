"""Faces and labels in: read, check, split, synthesise, decode. Imports no TensorFlow and no scikit-learn."""

from core.data.check import check_images
from core.data.dataset import ATTRIBUTES, NO_PERSON, SPLITS, FaceDataset, Problem, Progress
from core.data.fingerprint import fingerprint, labels_fingerprint, split_fingerprint
from core.data.open import SAMPLE, open_dataset
from core.data.splits import with_split

__all__ = [
    "ATTRIBUTES",
    "NO_PERSON",
    "SAMPLE",
    "SPLITS",
    "FaceDataset",
    "Problem",
    "Progress",
    "check_images",
    "fingerprint",
    "labels_fingerprint",
    "open_dataset",
    "split_fingerprint",
    "with_split",
]

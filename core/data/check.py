"""Find the images that do not decode, take them out, and say so."""

from dataclasses import replace

from core.data.dataset import FaceDataset, Problem, Progress
from core.data.index import file_facts
from core.errors import DataError


def check_images(
    dataset: FaceDataset, *, on_progress: Progress | None = None, workers: int | None = None
) -> FaceDataset:
    """The data set without the images that do not decode; they are counted and named in a Problem.

    Each image is decoded fully, once: the outcome is remembered until its file changes.

    Args:
        on_progress: called with (images done, images in all).
        workers: threads; by default one a processor.

    Raises:
        DataError: not one image decodes.
    """
    facts = file_facts(dataset, on_progress=on_progress, workers=workers)
    good = (facts["trouble"] == "").to_numpy()
    checked = replace(dataset, checked=True)
    if good.all():
        return checked
    troubles = facts["trouble"][~good].tolist()
    if not good.any():
        raise DataError(
            f"Not one of the {len(facts):,} images in {dataset.root} can be decoded: {troubles[0]}"
        )
    bad_ids = tuple(dataset.frame.loc[~good, "image_id"])
    return checked.with_frame(dataset.frame[good], _unreadable(bad_ids, troubles[0]))


def _unreadable(ids: tuple[str, ...], example: str) -> Problem:
    message = (
        f"Images that cannot be decoded, left out: {len(ids):,}. The first: {example} "
        "Replace the files, or leave them out for good."
    )
    return Problem("unreadable", message, ids)

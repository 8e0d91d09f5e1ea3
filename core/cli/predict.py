"""`python -m core predict RUN PHOTO…`: what a run's model says of the faces in photos."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from PIL import Image

from core.cli.options import Artifacts, AsJson, marks_words, print_json, settings_for, tell_marks
from core.cli.runs import RunId
from core.data.crops import Crop, crop_faces, whole
from core.data.images import PhotoLimits, read_image
from core.data.shown_name import shown_name
from core.data.words import class_words
from core.errors import PhotoError
from core.evaluation.selective import margin_of
from core.runs import RunStore, RunSummary
from core.runs.answering import DRAWN_ONLY, NOT_SURE, UNLIKE, read_rule, takes_crops
from core.runs.marks import is_synthetic
from core.runs.run import Run
from core.runs.summary import read_summary
from core.settings import Settings

if TYPE_CHECKING:
    from core.data.faces import FaceFinder

Whole = Annotated[bool, typer.Option("--whole", help="Take each whole image for the face; find none.")]
Threshold = Annotated[
    float | None,
    typer.Option(
        min=0.5,
        max=0.99,
        help="Answer from this calibrated probability on, and up to 1 minus it [chosen on validation].",
    ),
]
NO_FACE = "{}: no face was found. Give a photo with a face, or add --whole to take the whole image for one."
UNTAUGHT = "Its validation predictions cannot be read: its probabilities are not calibrated."
UNTOLD = "Whether a photo is unlike its training photos was not recorded and is not told."

NOTHING: dict[str, Any] = {
    "box": None,
    "crop": None,
    "label": None,
    "answer": None,
    "probability": None,
    "calibrated": None,
    "warnings": [],
}
"""What is said of a photo without an answer."""


@dataclass(frozen=True)
class Found:
    """A crop of a file, or why there is none."""

    path: Path
    number: int | None = None
    crop: Crop | None = None
    error: str | None = None


def predict(
    run: RunId,
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO…", help="Photos with faces.")],
    whole_image: Whole = False,
    threshold: Threshold = None,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Print what a run's model says of each face; a refused photo does not stop the rest."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    settings = settings_for(artifacts)
    found = RunStore(settings.runs).get(run)
    found.checkpoints.best_weights()
    summary = read_summary(found)
    limits = PhotoLimits.from_settings(settings)
    crops = [
        item
        for path, image in _read(photos, limits)
        for item in _crops(path, image, cut=takes_crops(summary) and not whole_image)
    ]
    answers = _answers(crops, found, summary, settings, threshold)
    if as_json:
        tell_marks(summary)
        print_json(answers)
    elif any(item.crop for item in crops):
        for answer in answers:
            print(_line(answer, marks_words(summary)))
    if not any(item.crop for item in crops):
        raise PhotoError(" ".join(item.error for item in crops))


def _read(paths: Sequence[Path], limits: PhotoLimits) -> Iterator[tuple[Path, Image.Image | PhotoError]]:
    """Each photo in turn, so that one decoded photo is in memory at a time."""
    for path in paths:
        try:
            yield path, read_image(path, limits=limits)
        except PhotoError as error:
            yield path, error


def _crops(path: Path, image: Image.Image | PhotoError, *, cut: bool) -> list[Found]:
    if isinstance(image, PhotoError):
        return [Found(path, error=str(image))]
    crops = crop_faces(image, _finder().find(image)) if cut else [whole(image)]
    if not crops:
        return [Found(path, error=NO_FACE.format(shown_name(path.name)))]
    return [Found(path, number, crop) for number, crop in enumerate(crops, start=1)]


@cache
def _finder() -> "FaceFinder":
    from core.data.faces import FaceFinder

    return FaceFinder()


def _answers(
    crops: Sequence[Found], run: Run, summary: RunSummary, settings: Settings, threshold: float | None
) -> list[dict[str, Any]]:
    rule, images = read_rule(run), [item.crop.image for item in crops if item.crop]
    if not rule.is_taught:
        typer.echo(f"{run.id}  {UNTAUGHT}", err=True)
    threshold = rule.margin.threshold if threshold is None else threshold
    margin, target = margin_of(threshold), run.config().target
    scored = iter(_scored(images, run, settings) if images else [])
    answers = []
    for item in crops:
        answer = {"file": str(item.path), "face": item.number, **NOTHING, "threshold": threshold}
        answer |= {"target": target, "run": run.id}
        if item.crop:
            probability, outside = next(scored)
            calibrated = float(rule.calibrated([probability])[0])
            unseen = is_synthetic(summary)
            label = None if unseen else rule.decide([calibrated], margin)[0]
            answer |= {
                "box": list(item.crop.box),
                "crop": item.crop.kind,
                "label": label,
                "answer": NOT_SURE if label is None else class_words(target, label),
                "probability": probability,
                "calibrated": calibrated if rule.is_taught else None,
                "warnings": [*item.crop.warnings, *[UNLIKE] * outside, *[DRAWN_ONLY] * unseen],
            }
        answers.append({**answer, "error": item.error})
    return answers


def _scored(images: list[Image.Image], run: Run, settings: Settings) -> list[tuple[float, bool]]:
    """Probability of each image, and whether it is unlike the training images."""
    from core.model.predictor import Predictor

    predictor = Predictor(run, settings)
    found = predictor.answers(images)
    domain, distances = predictor.domain, found.distances
    if domain is None:
        typer.echo(f"{run.id}  {UNTOLD} {predictor.domain_fault}".rstrip(), err=True)
    outside = domain.is_outside(distances) if domain and distances is not None else [False] * len(images)
    return [(float(p), bool(far)) for p, far in zip(found.probabilities, outside, strict=True)]


def _line(answer: dict[str, Any], marked: str) -> str:
    if answer["error"]:
        return answer["error"]
    calibrated = answer["calibrated"]
    told = "not calibrated" if calibrated is None else f"calibrated {calibrated:.4f}"
    warnings = f"  ({', '.join(answer['warnings'])})" if answer["warnings"] else ""
    return (
        f"{answer['file']}  face {answer['face']}: {answer['answer']}  P({answer['target']}) = "
        f"{answer['probability']:.4f}, {told}{warnings}  {marked}"
    ).rstrip()

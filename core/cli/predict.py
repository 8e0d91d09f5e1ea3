"""`python -m core predict RUN PHOTO…`: what a run's model says of photos."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image

from core.cli.options import Artifacts, AsJson, marks_words, print_json, settings_for, tell_marks
from core.cli.runs import RunId
from core.data.images import read_image
from core.errors import PhotoError
from core.evaluation import predicted_classes
from core.runs import RunStore
from core.runs.store import read_summary


def predict(
    run: RunId,
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO…", help="Photos, each with one face.")],
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Print the probability of the run's target for each photo; a refused photo does not stop the rest."""
    settings = settings_for(artifacts)
    found = RunStore(settings.runs).get(run)
    found.checkpoints.best_weights()
    read = [_read(path) for path in photos]
    images = [image for image in read if isinstance(image, Image.Image)]
    probabilities = iter(_probabilities(found, settings, images) if images else [])
    answers = [_answer(path, image, probabilities) for path, image in zip(photos, read, strict=True)]
    summary = read_summary(found)
    if as_json:
        tell_marks(summary)
        print_json(answers)
    elif images:
        for answer in answers:
            print(_line(answer, found.config().target, marks_words(summary)))
    if not images:
        raise PhotoError(" ".join(answer["error"] for answer in answers))


def _read(path: Path) -> Image.Image | PhotoError:
    try:
        return read_image(path)
    except PhotoError as error:
        return error


def _probabilities(found: Any, settings: Any, images: list[Image.Image]) -> list[float]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from core.model.predictor import Predictor

    return [float(p) for p in Predictor(found, settings).probabilities(images)]


def _answer(path: Path, image: Image.Image | PhotoError, probabilities: Any) -> dict[str, Any]:
    """The whole image counts as its one face."""
    if isinstance(image, PhotoError):
        return {
            "file": str(path),
            "face": None,
            "box": None,
            "label": None,
            "probability": None,
            "error": str(image),
        }
    probability = next(probabilities)
    label = int(predicted_classes([probability])[0])
    box = [0, 0, *image.size]
    return {
        "file": str(path),
        "face": 1,
        "box": box,
        "label": label,
        "probability": probability,
        "error": None,
    }


def _line(answer: dict[str, Any], target: str, marked: str) -> str:
    if answer["error"]:
        return f"{answer['file']}: {answer['error']}"
    return f"{answer['file']}: P({target}) = {answer['probability']:.4f}  {marked}".rstrip()

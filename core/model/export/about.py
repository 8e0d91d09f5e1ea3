"""What a bundle says of its model: `about.json` for programs, `README.md` for people. Words only.

The same run gives the same words: no date, nothing of the machine that wrote it.
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from core.data.words import class_words
from core.evaluation.calibration import Temperature
from core.evaluation.scores import THRESHOLD
from core.runs import RunSummary
from core.runs.answering import takes_crops
from core.runs.export_formats import FACTS, Format
from core.runs.marks import is_synthetic, marks

BUNDLE_VERSION = 1
EXAMPLE_PACKAGES = ("numpy", "pillow")


@dataclass(frozen=True)
class Told:
    """What the words are written from.

    Attributes:
        temperature: fitted on the validation images.
        margin: an answer is given when |calibrated probability - 0.5| is at least this, 0..0.5.
        margin_words: where the margin comes from.
        expected: the probability of each sample picture, by its file's name.
        opset: of ONNX; None for the other formats.
    """

    run: RunSummary
    form: Format
    temperature: Temperature
    margin: float
    margin_words: str
    expected: dict[str, float]
    opset: int | None = None
    has_card: bool = False


def about(told: Told) -> dict[str, Any]:
    """`about.json`."""
    run = told.run
    return {
        "bundle_version": BUNDLE_VERSION,
        "run": run.id,
        "name": run.notes.name,
        "marks": marks(run),
        "notice": notice(run),
        "format": told.form.value,
        "model": FACTS[told.form].model,
        **({"opset": told.opset} if told.opset else {}),
        "target": run.config.target,
        "labels": labels(run),
        "threshold": THRESHOLD,
        "temperature": told.temperature.value,
        "temperature_note": told.temperature.note,
        "margin": told.margin,
        "margin_note": told.margin_words,
        "input": {
            "name": "image",
            "size": run.config.image_size,
            "shape": [None, run.config.image_size, run.config.image_size, 3],
            "dtype": "float32",
            "values": "RGB, 0..255",
        },
        "output": {"name": "probability", "shape": [None, 1], "dtype": "float32"},
        "preprocessing": preprocessing(run),
        "expected": told.expected,
        "written_with": {name: version(name) for name in _packages(told.form)},
    }


_ALIGNED = (
    "Align each face as CelebA's pictures are: turn, scale and shift it, without shearing, into 178 x 218 "
    "pixels with the eyes near (69.5, 111) and (108, 111), the nose near (88, 135) and the corners of the "
    "mouth near (72, 152) and (105, 152). A picture that is aligned already stays as it is."
)


def labels(run: RunSummary) -> list[str]:
    """What label 0 and label 1 say of a photo."""
    return [class_words(run.config.target, label) for label in (0, 1)]


def preprocessing(run: RunSummary) -> list[str]:
    """What is done to a photo before the model sees it, a sentence a step."""
    size = run.config.image_size
    return [
        "Decode the photo to 8-bit sRGB: its first frame, turned as its EXIF orientation says, over white "
        "where it is transparent.",
        _ALIGNED if takes_crops(run) else "Leave the picture whole, as the training pictures were.",
        f"Resize it to {size} x {size} pixels, bilinear with antialias, squashed and not cropped: Pillow's "
        f"Image.resize(({size}, {size}), Image.Resampling.BILINEAR).",
        f"Give it as float32 of shape (n, {size}, {size}, 3) with RGB values 0..255. What VGG-16 wants "
        "besides, BGR and its mean, is in the model.",
    ]


def notice(run: RunSummary) -> list[str]:
    """What has to be said of data, weights and use, a sentence each."""
    made = run.environment
    lines = [
        "A label is what annotators saw in a photograph; it is nobody's gender, age or character. Not for "
        "deciding anything about a person.",
        _data_notice(run),
        "The faces in samples/ were drawn by Lineament; they are nobody's and come from no data set.",
    ]
    if made.weights.kind == "imagenet":
        lines.append(
            "It starts from VGG-16's ImageNet weights by K. Simonyan and A. Zisserman, Visual Geometry "
            "Group, Oxford, which are under CC BY 4.0."
        )
    elif made.weights.kind == "file":
        lines.append("It starts from a weights file of its maker's own, whose licence Lineament cannot know.")
    return lines


def readme(told: Told) -> str:
    """`README.md`."""
    run, facts = told.run, FACTS[told.form]
    no, yes = labels(run)
    marked = "".join(f"**Mark: {mark}.**\n\n" for mark in marks(run))
    steps = "\n".join(f"{i}. {step}" for i, step in enumerate(preprocessing(run), start=1))
    notes = "\n".join(f"- {line}" for line in notice(run))
    card = "`model-card.md` tells how it does.\n\n" if told.has_card else ""
    more = {
        Format.ONNX: f" Opset {told.opset}.",
        Format.SAVED_MODEL: " It is a folder; its signature is `serving_default`, also its function `serve`.",
    }.get(told.form, "")
    temperature_note = f" {told.temperature.note}" if told.temperature.note else ""
    return (
        f"# {run.config.target}: {yes} or {no}\n\n{marked}"
        f"A VGG-16 trained with Lineament as run {run.id}, in float32, as {facts.words}: `{facts.model}`."
        f"{more} It takes any number of pictures at once.\n\n{card}"
        "```sh\npip install -r requirements.txt\npython example.py [PHOTO ...]\n```\n\n"
        "Without a photo the example answers for the drawn faces in `samples/`. `about.json` has what the "
        "model says of each; `samples.npz` has the same pictures as the model takes them (`image`, uint8), "
        "and its answers (`probability`).\n\n"
        f"## What goes in\n\n{steps}\n\n"
        "## What comes out\n\n"
        f"The probability p of {yes}, shape (n, 1). Above {THRESHOLD} the answer is {yes}, else {no}. "
        f"Calibrated it is sigmoid(logit(p) / {told.temperature.value:.6g}), by a temperature fitted on the "
        f"validation images.{temperature_note} Where the calibrated one is less than {told.margin:.4g} from "
        f'{THRESHOLD} say "not sure": {told.margin_words} It holds for photos like the training data.\n\n'
        f"## Notice\n\n{notes}\n"
    )


def requirements(form: Format) -> str:
    """`requirements.txt` of the example: the runtime from the version on that the bundle was checked with."""
    runtime = "".join(f"{name}>={version(name)}\n" for name in FACTS[form].runtime)
    return runtime + "".join(f"{name}\n" for name in EXAMPLE_PACKAGES)


def _data_notice(run: RunSummary) -> str:
    if is_synthetic(run):
        return "It was trained on drawn faces only. Its answers on photographs mean nothing."
    return (
        f"It was trained on the data set {run.environment.data.name!r}. CelebA and what is drawn from it are "
        "for non-commercial research only; where that is the data, treat the model the same."
    )


def _packages(form: Format) -> tuple[str, ...]:
    extra = tuple(name.replace("_", "-") for name in FACTS[form].packages)
    return ("tensorflow", "keras", *extra)

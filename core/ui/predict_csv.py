"""The answers on the Predict page as CSV, a row a face; photos without a face have a row as well."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from core.evaluation.selective import threshold_of
from core.runs import RunSummary
from core.runs.answering import NOT_SURE
from core.runs.export import harmless
from core.runs.marks import marks
from core.ui import formatting
from core.ui.predict_answers import Answer
from core.ui.predict_photos import Photo

COLUMNS = (
    "file",
    "face",
    "left",
    "top",
    "right",
    "bottom",
    "crop",
    "label",
    "probability",
    "calibrated",
    "threshold",
    "target",
    "run",
    "marks",
    "warnings",
    "marked_wrong",
    "error",
)


def answers_csv(
    answers: Sequence[Answer],
    unanswered: Sequence[tuple[Photo, str]],
    wrong: Mapping[str, str],
    run: RunSummary,
    margin: float,
) -> str:
    """The answers with a header.

    `face` counts from 1; the box is in pixels of the upright photo; `label` is in words, or "not sure";
    `probability` is P(target = 1) as the model gave it, `calibrated` the same with the run's temperature,
    empty where the run has none; `threshold` is the calibrated probability from which the answer is class 1,
    below 1 minus it class 0, between them "not sure"; `marked_wrong` is the answer that a person marked. Text
    that a spreadsheet would run as a formula begins with an apostrophe.

    Args:
        unanswered: photos without an answer, and why.
        wrong: what a person marked as wrong: the answer in words, by its key.
    """
    text = StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    common = {
        "threshold": f"{threshold_of(margin):.2f}",
        "target": run.metrics.target,
        "run": run.id,
        "marks": "; ".join(marks(run)),
    }
    for answer in answers:
        row = _row(answer, run.metrics.target) | common | {"marked_wrong": wrong.get(answer.key, "")}
        rows.writerow(_harmless(row))
    for photo, reason in unanswered:
        rows.writerow(_harmless({"file": photo.name, "error": reason} | common))
    return text.getvalue()


def _row(answer: Answer, target: str) -> dict[str, object]:
    return {
        "file": answer.photo.name,
        "face": answer.number,
        **dict(zip(("left", "top", "right", "bottom"), answer.crop.box, strict=True)),
        "crop": answer.crop.kind,
        "label": NOT_SURE if answer.label is None else formatting.class_words(target, answer.label),
        "probability": f"{answer.probability:.6f}",
        "calibrated": f"{answer.calibrated:.6f}" if answer.is_calibrated else "",
        "warnings": "; ".join((*answer.warnings, *([answer.reason] if answer.reason else []))),
    }


def _harmless(row: dict[str, object]) -> dict[str, object]:
    return {name: harmless(value) for name, value in row.items()}

"""What a run says of each face in the tray: scored once, calibrated, answered only where it is sure enough.

How it looks is `core.ui.predict_cards`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import streamlit as st
from PIL import Image

from core.data.crops import Crop
from core.errors import LineamentError
from core.evaluation.decision import UNTAUGHT, DecisionRule
from core.runs import RunSummary
from core.runs.answering import DRAWN, DRAWN_ONLY, NOT_SURE, UNLIKE, WHOLE, takes_crops
from core.runs.domain import Domain
from core.runs.marks import is_synthetic
from core.ui import formatting
from core.ui.predict_photos import Photo
from core.ui.predict_reading import How, Reading, reading
from core.ui.run_figures import chosen_on_validation

ORDERS = {"As added": None, "Surest first": -1, "Least sure first": 1}
"""Orders of the faces, and the sign of their sureness in each."""
Order = Literal["As added", "Surest first", "Least sure first"]


class Answering(Protocol):
    """Says what a model thinks of images: `core.model.predictor.Predictor`."""

    domain: Domain | None

    def answers(self, images: Sequence[Image.Image]) -> "Scored": ...


class Scored(Protocol):
    """`core.model.predictor.Answers`."""

    probabilities: np.ndarray
    distances: np.ndarray | None


@dataclass(frozen=True)
class Score:
    """What a model said of one crop: P(target = 1), 0..1, and whether it is unlike the training images."""

    probability: float
    outside: bool


@dataclass(frozen=True)
class Answer:
    """One face with its answer.

    Attributes:
        run: id of the run that answers.
        photo, reading, crop: the face.
        number, faces: which face of its photo it is, from 1, and how many that has.
        probability: P(target = 1) as the model gave it, 0..1.
        calibrated: the same with the run's temperature; the same as it is where the run has none.
        is_calibrated: whether it has one.
        label: 1 or 0; None for "not sure".
        reason: why it is not sure, where that is not the margin.
        warnings: what makes the answer doubtful, in words.
    """

    run: str
    photo: Photo
    reading: Reading
    crop: Crop
    number: int
    faces: int
    probability: float
    calibrated: float
    is_calibrated: bool
    label: int | None
    reason: str
    warnings: tuple[str, ...]

    @property
    def key(self) -> str:
        """Tells the run's answer for this face from all others of the session."""
        return f"{self.run}-{self.photo.key}-{self.crop.kind}-{self.number}".replace(" ", "-")

    def words(self, target: str) -> str:
        """The answer in words: "man", "not sure", "not sure: this model has only seen drawn faces"."""
        if self.label is not None:
            return formatting.class_words(target, self.label)
        return f"{NOT_SURE}: {self.reason}" if self.reason else NOT_SURE


def rule_of(run: RunSummary) -> DecisionRule:
    """What validation taught about the run; a cautious rule where its predictions cannot be read."""
    try:
        return chosen_on_validation(run).rule
    except LineamentError:
        return UNTAUGHT


def unscored(photos: Sequence[tuple[Photo, How]], run: RunSummary) -> dict[tuple, Crop]:
    """The crops that this run has not been asked about, each once, by their place among the scores."""
    known = _scores()
    return {
        key: crop
        for photo, how in photos
        for index, crop in enumerate(_crops(photo, how))
        if (key := _key(run, photo, how, index)) not in known
    }


def score(crops: dict[tuple, Crop], model: Answering) -> None:
    """Ask the model about the crops, all in one call, and remember what it says."""
    found = model.answers([crop.image for crop in crops.values()])
    distances, domain = found.distances, model.domain
    known = distances is not None and domain is not None
    outside = domain.is_outside(distances) if known else np.zeros(len(crops), bool)
    for key, probability, far in zip(crops, found.probabilities, outside, strict=True):
        _scores()[key] = Score(float(probability), bool(far))


def answers(photos: Sequence[tuple[Photo, How]], run: RunSummary, margin: float) -> list[Answer]:
    """The answer for every face that was scored, in the order of the photos.

    Args:
        margin: how far from 0.5 a calibrated probability has to be for an answer, 0..0.49.
    """
    rule, drawn_only = rule_of(run), is_synthetic(run)
    found = []
    for photo, how in photos:
        crops = _crops(photo, how)
        for index, crop in enumerate(crops):
            known = _scores().get(_key(run, photo, how, index))
            if known is None:
                continue
            calibrated = rule.calibrated(np.array([known.probability]))
            unseen = drawn_only and not photo.drawn
            (label,) = [None] if unseen else rule.decide(calibrated, margin)
            found.append(
                Answer(
                    run.id,
                    photo,
                    reading(photo, how),
                    crop,
                    index + 1,
                    len(crops),
                    known.probability,
                    float(calibrated[0]),
                    rule.is_taught,
                    label,
                    DRAWN_ONLY if unseen else "",
                    _warnings(photo, crop, run, outside=known.outside and not unseen),
                )
            )
    return found


def in_order(found: Sequence[Answer], order: Order) -> list[Answer]:
    """The answers by how far their calibrated probability is from 0.5."""
    sign = ORDERS[order]
    if sign is None:
        return list(found)
    return sorted(found, key=lambda answer: sign * abs(answer.calibrated - 0.5))


def _warnings(photo: Photo, crop: Crop, run: RunSummary, *, outside: bool) -> tuple[str, ...]:
    found = {
        DRAWN: photo.drawn and not is_synthetic(run),
        WHOLE: crop.kind == "whole" and takes_crops(run),
        UNLIKE: outside,
    }
    return *crop.warnings, *(word for word, holds in found.items() if holds)


def _crops(photo: Photo, how: How) -> tuple[Crop, ...]:
    known = reading(photo, how)
    return known.crops if known else ()


def _key(run: RunSummary, photo: Photo, how: How, index: int) -> tuple:
    # A run that was trained further is another model.
    return run.id, run.state.ended_at, photo.digest, how, index


def _scores() -> dict[tuple, Score]:
    """What models said in this session; the numbers are small, and stay when a photo goes."""
    return st.session_state.setdefault("scores", {})

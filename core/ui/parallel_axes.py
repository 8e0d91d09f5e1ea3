"""Parallel coordinates as numbers: which axes vary, where a run stands on each, what a brush keeps. Pure.

Positions are normalised to 0 (bottom) and 1 (top) of each axis; the chart is in `core.ui.parallel_chart`.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.runs import RunSummary
from core.ui.compare_columns import FINE_TUNING, LEARNING_RATE, VALIDATION, Column, accuracy
from core.ui.compare_table import differing
from core.ui.curves import run_labels, run_looks
from core.ui.formatting import share
from core.ui.vocabulary import FINE_TUNE, number_words

LOG_RATIO = 30
"""An axis whose ends are further apart than this many times is logarithmic."""
MOST_TICKS, TICK_GAP = 7, 0.07
"""Values written along an axis, and how far apart they must be, as a share of it."""
COLUMNS = ("run_id", "run", "axis", "label", "position", "text")


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        positions: where each run that has a value stands, by id, 0..1.
        texts: the value of each of those runs in words.
        ticks: what is written along it, text by position.
        log: whether it is logarithmic.
    """

    label: str
    positions: Mapping[str, float]
    texts: Mapping[str, str]
    ticks: Mapping[float, str]
    log: bool = False


@dataclass(frozen=True)
class Brush:
    """A stretch of one axis; `axis` counts from 0."""

    axis: int
    low: float
    high: float


def axes_of(summaries: Sequence[RunSummary]) -> list[Axis]:
    """An axis for each setting that differs, and validation accuracy last; [] when no setting differs."""
    known = [summary for summary in summaries if summary.config is not None]
    axes = [_axis(column, known) for column in differing(known)]
    return [*axes, _accuracy_axis(known)] if axes else []


def line_frame(summaries: Sequence[RunSummary], axes: Sequence[Axis], kept: Sequence[str]) -> pd.DataFrame:
    """A row for each run and axis: COLUMNS, the run's `color`, and whether its id is among `kept`.

    `axis` is the axis's number.
    """
    labels, looks = run_labels(summaries), run_looks([summary.id for summary in summaries])
    rows = [
        (
            summary.id,
            labels[summary.id],
            number,
            axis.label,
            axis.positions[summary.id],
            axis.texts[summary.id],
        )
        for summary in summaries
        for number, axis in enumerate(axes)
        if summary.id in axis.positions
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    colors = frame["run_id"].map({run_id: look.color for run_id, look in looks.items()})
    return frame.assign(color=colors, kept=frame["run_id"].isin(kept))


def tick_frame(axes: Sequence[Axis]) -> pd.DataFrame:
    """The values written along the axes: `axis`, `position`, `text`."""
    rows = [
        (number, position, text) for number, axis in enumerate(axes) for position, text in axis.ticks.items()
    ]
    return pd.DataFrame(rows, columns=["axis", "position", "text"])


def brush_of(selection: Mapping[str, Sequence[float]], axes: Sequence[Axis]) -> Brush | None:
    """The brush that a rectangle means, on the axis nearest to its middle; None without a rectangle."""
    across, along = selection.get("axis", ()), selection.get("position", ())
    if len(across) != 2 or len(along) != 2 or not axes:
        return None
    nearest = min(max(round(sum(across) / 2), 0), len(axes) - 1)
    return Brush(nearest, min(along), max(along))


def kept_by(brush: Brush, axes: Sequence[Axis]) -> list[str]:
    """The ids of the runs that stand within the brush."""
    positions = axes[brush.axis].positions
    return [run_id for run_id, position in positions.items() if brush.low <= position <= brush.high]


def _axis(column: Column, runs: Sequence[RunSummary]) -> Axis:
    values = {run.id: column.order(run) if column.order else None for run in runs}
    texts = {run.id: column.text(run) for run in runs}
    if all(isinstance(value, int | float) for value in values.values()):
        words = number_words if column is LEARNING_RATE else lambda value: number_words(round(value, 6))
        return _numeric(column.label, values, texts, words, log=column is LEARNING_RATE)
    return _categories(column, texts)


def _accuracy_axis(runs: Sequence[RunSummary]) -> Axis:
    values = {run.id: value for run in runs if (value := accuracy(run, "val")) is not None}
    texts = {run_id: share(value) for run_id, value in values.items()}
    return _numeric(VALIDATION.label, values, texts, share, log=False)


def _numeric(
    label: str,
    values: Mapping[str, float],
    texts: Mapping[str, str],
    words: Callable[[float], str],
    *,
    log: bool,
) -> Axis:
    if not values:
        return Axis(label, {}, {}, {})
    low, high = min(values.values()), max(values.values())
    log = low > 0 and (log or high / low >= LOG_RATIO)
    place = _scale(low, high, math.log if log else float)
    found = sorted(set(values.values()))
    wanted = [low, high, *found] if len(found) <= MOST_TICKS else [low, high]
    ticks: dict[float, str] = {}
    for value in wanted:
        if all(abs(place(value) - position) >= TICK_GAP for position in ticks):
            ticks[place(value)] = words(value)
    return Axis(label, {run_id: place(value) for run_id, value in values.items()}, texts, ticks, log)


def _scale(low: float, high: float, bend: Callable[[float], float]) -> Callable[[float], float]:
    """The position of a value: 0 for `low`, 1 for `high`, a half where they are the same."""
    bottom, width = bend(low), bend(high) - bend(low)
    return lambda value: (bend(value) - bottom) / width if width else 0.5


def _categories(column: Column, texts: Mapping[str, str]) -> Axis:
    found = sorted(set(texts.values()), key=_natural)
    if column is FINE_TUNING:
        found = [words for words in FINE_TUNE.values() if words in found]
    places = {text: place / max(1, len(found) - 1) for place, text in enumerate(found)}
    positions = {run_id: places[text] for run_id, text in texts.items()}
    return Axis(column.label, positions, texts, {place: text for text, place in places.items()})


def _natural(text: str) -> list[tuple[int, float, str]]:
    """Sorts "after 2" before "after 10", and words behind numbers."""
    numbers = [(0, float(found), "") for found in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))]
    return [*numbers, (1, 0.0, text)]

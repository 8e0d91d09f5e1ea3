"""Which chosen runs can be held against each other, and how they were judged, remembered until one changes.

The statistics are `core.evaluation`'s; what is said of them is in `core.ui.verdict_words`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import LineamentError
from core.evaluation import Aligned, Judged, comparable, compare_with_baseline, paired_cells
from core.evaluation.scores import THRESHOLD, predicted_classes
from core.runs import RunSummary
from core.runs.comparability import why_not_comparable
from core.runs.predictions import Split
from core.ui import run_figures
from core.ui.formatting import class_words, share

Key = tuple[str, run_figures.Stamp]
NO_CONFIG = "Its folder cannot be read."


@dataclass(frozen=True)
class Scored:
    """The chosen runs with predictions of a split, and why the others have none, by id."""

    runs: Sequence[RunSummary]
    without: dict[str, str]


def scored_on(summaries: Sequence[RunSummary], split: Split) -> Scored:
    """Part the runs into those whose predictions of `split` can be read and the others."""
    without = {summary.id: reason for summary in summaries if (reason := _why_without(summary, split))}
    return Scored([summary for summary in summaries if summary.id not in without], without)


def judge(baseline: RunSummary, others: Sequence[RunSummary], split: Split) -> dict[str, Judged]:
    """Hold each of `others` against the baseline on the images of `split`; all must be scored there.

    A run that recorded another target, data set or split is not comparable, with that reason, and does not
    count for Holm's adjustment.
    """
    reasons = {run.id: why_not_comparable(run, baseline) for run in others}
    compared = {run.id: run for run in others if not reasons[run.id]}
    frames = {run.id: run_figures.predictions(run, split) for run in (baseline, *compared.values())}
    judged = _judged(_key(baseline), tuple(map(_key, compared.values())), split, frames)
    return {
        run.id: judged.get(run.id) or Judged("not_comparable", reason=_sentence(reasons[run.id]))
        for run in others
    }


def cell_images(a: RunSummary, b: RunSummary, split: Split) -> dict[str, pd.DataFrame]:
    """The images of each cell (both_right, only_a, only_b, both_wrong), the surest answers first.

    Columns: image_id, label, probability (A's), and `answer`, what both say. Empty where the runs cannot be
    compared.
    """
    aligned = comparable(run_figures.predictions(a, split), run_figures.predictions(b, split))
    if not isinstance(aligned, Aligned):
        return {}
    frame = pd.DataFrame(
        {"image_id": aligned.image_ids, "label": aligned.labels, "probability": aligned.a, "b": aligned.b}
    )
    # Where one is right the two lie on either side of the threshold: this is also how far they are apart.
    sure = np.abs(aligned.a - THRESHOLD) + np.abs(aligned.b - THRESHOLD)
    order = np.lexsort((aligned.image_ids.astype(str), -sure))
    cells = paired_cells(aligned.labels, aligned.a, aligned.b)
    return {
        cell: _answered(frame.iloc[order[np.isin(order, rows)]], a.config.target)
        for cell, rows in cells.items()
    }


def _answered(frame: pd.DataFrame, target: str) -> pd.DataFrame:
    words = class_words(target, 0), class_words(target, 1)
    a, b = (
        [f"{words[label]} {share(float(p))}" for label, p in zip(predicted_classes(ps), ps, strict=True)]
        for ps in (frame["probability"].to_numpy(), frame["b"].to_numpy())
    )
    lines = [f"A: {first}  \nB: {second}" for first, second in zip(a, b, strict=True)]
    return frame.drop(columns="b").assign(answer=lines)


def _why_without(summary: RunSummary, split: Split) -> str:
    if summary.config is None:
        return summary.state.reason or NO_CONFIG
    try:
        run_figures.predictions(summary, split)
    except LineamentError as error:
        return str(error)
    return ""


def _key(summary: RunSummary) -> Key:
    return summary.id, run_figures.stamp_of(summary)


def of_one(reason: str) -> str:
    """A reason of `core.runs.comparability`, which speaks of several runs, for one run."""
    return reason.replace("they were", "it was").replace("they ", "it ").replace("their", "its")


def _sentence(reason: str) -> str:
    words = of_one(reason)
    return f"{words[:1].upper()}{words[1:]}."


@st.cache_resource(show_spinner=False, max_entries=100)
def _judged(
    baseline: Key, others: tuple[Key, ...], split: Split, _frames: Mapping[str, pd.DataFrame]
) -> dict[str, Judged]:
    """The keys stand for the frames, which Streamlit need not look into: others have other stamps."""
    return compare_with_baseline(_frames[baseline[0]], {run_id: _frames[run_id] for run_id, _ in others})

"""What a run's stored predictions say, remembered until they change; and what validation chose."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.evaluation.calibration import Temperature, calibrated
from core.evaluation.decision import DecisionRule, decision_rule
from core.evaluation.scores import THRESHOLD
from core.evaluation.summary import Summary, summarise
from core.evaluation.thresholds import best_threshold
from core.runs import RunSummary
from core.runs.predictions import Split, attribute_names, read_predictions
from core.ui.resources import store

Stamp = tuple[int, int]
"""When the predictions were written, and their bytes: another pair is another content."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen on validation: a threshold for answers, and the rule by which Predict answers."""

    threshold: float
    rule: DecisionRule

    @property
    def temperature(self) -> Temperature:
        """What the rule divides logits by."""
        return self.rule.temperature


def predictions(summary: RunSummary, split: Split) -> pd.DataFrame:
    """The run's predictions of one split, as `read_predictions` gives them; not to be changed.

    Raises:
        NoPredictionsError: it was not scored, or not yet.
        RunDamagedError: they cannot be read.
    """
    return _predictions(summary.id, stamp_of(summary), split)


def figures(summary: RunSummary, split: Split, threshold: float = THRESHOLD) -> Summary:
    """All figures of one split at a threshold; raises as `predictions` does."""
    return _figures(summary.id, stamp_of(summary), split, threshold)


def chosen_on_validation(summary: RunSummary) -> Chosen:
    """The threshold and the temperature that do best on validation; raises as `predictions` does."""
    return _chosen(summary.id, stamp_of(summary))


def with_calibrated(summary: RunSummary, split: Split) -> pd.DataFrame:
    """The predictions with a column `calibrated` behind `probability`: both are kept side by side."""
    frame = predictions(summary, split).copy()
    temperature = chosen_on_validation(summary).temperature.value
    place = frame.columns.get_loc("probability") + 1
    frame.insert(place, "calibrated", calibrated(frame["probability"].to_numpy(), temperature))
    return frame


def surest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by how far their probability is from 0.5, the farthest first; ties in the order of the ids."""
    distance = np.abs(frame["probability"].to_numpy(np.float64) - THRESHOLD)
    order = np.lexsort((frame["image_id"].to_numpy(str), -distance))
    return frame.iloc[order]


def stamp_of(summary: RunSummary) -> Stamp:
    """The stamp of the run's predictions, (0, 0) where there are none."""
    try:
        found = store().get(summary.id).predictions_path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@st.cache_resource(show_spinner=False, max_entries=40)
def _predictions(run_id: str, stamp: Stamp, split: Split) -> pd.DataFrame:
    return read_predictions(store().get(run_id), split)


@st.cache_resource(show_spinner=False, max_entries=200)
def _figures(run_id: str, stamp: Stamp, split: Split, threshold: float) -> Summary:
    frame = _predictions(run_id, stamp, split)
    return summarise(frame, attribute_names(frame), threshold)


@st.cache_resource(show_spinner=False, max_entries=200)
def _chosen(run_id: str, stamp: Stamp) -> Chosen:
    frame = _predictions(run_id, stamp, "val")
    labels, p = frame["label"].to_numpy(), frame["probability"].to_numpy()
    return Chosen(best_threshold(labels, p), decision_rule(labels, p))

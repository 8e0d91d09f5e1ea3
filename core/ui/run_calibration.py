"""The Calibration tab: how well a run ranks and whether its probabilities mean what they say."""

import numpy as np
import streamlit as st

from core.evaluation.calibration import (
    brier_score,
    expected_calibration_error,
    reliability,
    score_histogram,
)
from core.evaluation.ranking import Ranking
from core.runs import RunSummary
from core.runs.export import csv_of
from core.runs.predictions import Split
from core.ui import run_charts, run_figures
from core.ui.formatting import SPLIT_WORDS, class_words, plain, share


def show_calibration(summary: RunSummary, split: Split) -> None:
    """Draw ROC and precision-recall, then reliability before and after calibration, and the scores."""
    found = run_figures.figures(summary, split)
    frame = run_figures.with_calibrated(summary, split)
    labels, n = frame["label"].to_numpy(), f"{SPLIT_WORDS[split]} n = {len(frame):,}"
    _ranking(found.ranking, labels.mean(), n)
    st.subheader("Do the probabilities mean what they say?", anchor=False)
    temperature = run_figures.chosen_on_validation(summary).temperature
    raw, mended = frame["probability"].to_numpy(), frame["calibrated"].to_numpy()
    left, right = st.columns(2, gap="medium")
    with left:
        st.altair_chart(
            run_charts.reliability_chart(reliability(labels, raw), reliability(labels, mended)),
            key="run_reliability",
        )
        st.caption(
            "On the diagonal, of the images given 0.8 eight in ten are labelled yes. Bars are Wilson's 95 % "
            f"intervals of the share found; {n}."
        )
    with right:
        classes = class_words(summary.config.target, 0), class_words(summary.config.target, 1)
        st.altair_chart(
            run_charts.histogram_chart(score_histogram(labels, raw), classes), key="run_histogram"
        )
        st.caption("Scores as trained, by label: the less the two overlap, the better.")
    _errors(labels, raw, mended)
    st.caption(
        f"Temperature {temperature.value:.4f}: logits are divided by it. It was fitted on validation alone, "
        "and changes no answer at 0.5, only how sure they sound. " + temperature.note
    )
    st.download_button(
        "Predictions, raw and calibrated (CSV)",
        lambda: csv_of(frame),
        file_name=f"{summary.id}-{split}-predictions.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _ranking(found: Ranking, positives: float, n: str) -> None:
    if found.roc is None:
        st.info(plain(found.reason), icon=":material/info:")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.altair_chart(run_charts.roc_chart(found.roc), key="run_roc")
        st.caption(f"{_auc(found)}: how often a yes gets a higher probability than a no; {n}.")
    with right:
        chart = run_charts.precision_recall_chart(found.precision_recall, float(positives))
        st.altair_chart(chart, key="run_precision_recall")
        st.caption(
            f"Average precision {share(found.average_precision)}: the area under this curve. Guessing "
            f"reaches {share(float(positives))}, the share of positives."
        )


def _auc(found: Ranking) -> str:
    interval = found.auc_interval
    if interval is None:
        return f"AUC {share(found.auc)}, without an interval"
    return f"AUC {share(found.auc)} ({share(interval.low)} to {share(interval.high)}, {interval.method})"


def _errors(labels: np.ndarray, raw: np.ndarray, mended: np.ndarray) -> None:
    rows = {
        "Expected calibration error": expected_calibration_error,
        "Brier score": brier_score,
    }
    st.table(
        {
            "Smaller is better": list(rows),
            run_charts.RAW: [share(score(labels, raw)) for score in rows.values()],
            run_charts.CALIBRATED: [share(score(labels, mended)) for score in rows.values()],
        },
        width="content",
    )
    st.caption(
        "Expected calibration error: mean distance of given and found, over ten bins. Brier score: mean "
        "squared distance of probability and label; always saying 0.5 scores 0.25."
    )

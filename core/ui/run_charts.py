"""Charts of one run on one split as Altair: ROC, precision and recall, reliability, scores, slices."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.ui.charts import REFERENCE_COLOR
from core.ui.palette import BLUE, CLASS_COLORS, ORANGE

SIDE = 320
"""Pixels high; the width is the column's."""
MOST_SLICES = 24
SLICE_PIXELS, PAIR_PIXELS = 22, 36
RAW, CALIBRATED = "as trained", "calibrated"
_UNIT = alt.Scale(domain=[0, 1], nice=False)
_FOUR = ".4f"


def roc_chart(roc: pd.DataFrame) -> alt.LayerChart:
    """True positive rate over false positive rate; the diagonal is guessing."""
    tooltip = _tooltips(fpr="False positive rate", tpr="True positive rate", threshold="Threshold")
    line = alt.Chart(roc).mark_line(color=BLUE, interpolate="step-after")
    curve = line.encode(
        x=_x("fpr", "False positive rate"), y=_y("tpr", "True positive rate"), tooltip=tooltip
    )
    return (_diagonal("fpr", "tpr") + curve).properties(height=SIDE)


def precision_recall_chart(points: pd.DataFrame, positives: float) -> alt.LayerChart:
    """Precision over recall; the flat line is the share of positives, which guessing reaches."""
    tooltip = _tooltips(recall="Recall", precision="Precision", threshold="Threshold")
    guess = alt.Chart(pd.DataFrame({"precision": [positives]}))
    rule = guess.mark_rule(color=REFERENCE_COLOR, strokeDash=[3, 3]).encode(y="precision:Q")
    curve = (
        alt.Chart(points)
        .mark_line(color=BLUE, interpolate="step-before")
        .encode(x=_x("recall", "Recall"), y=_y("precision", "Precision"), tooltip=tooltip)
    )
    return (rule + curve).properties(height=SIDE)


def reliability_chart(before: pd.DataFrame, after: pd.DataFrame) -> alt.LayerChart:
    """How often images are labelled yes beside how probable that was called, before and after calibration.

    Args:
        before, after: `core.evaluation.calibration.reliability` of the raw and the calibrated probabilities.
    """
    named = {RAW: before, CALIBRATED: after}
    frame = pd.concat([table[table["n"] > 0].assign(kind=kind) for kind, table in named.items()])
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=[RAW, CALIBRATED], range=[ORANGE, BLUE]),
        legend=alt.Legend(title=None, orient="top", symbolOpacity=1),
    )
    base = alt.Chart(frame).encode(
        x=_x("predicted", "Probability given"),
        color=color,
        tooltip=_tooltips(kind="", predicted="Given", observed="Found", n="Images"),
    )
    bars = base.mark_rule(opacity=0.5).encode(y=_y("observed_low", "Share found"), y2="observed_high:Q")
    points = base.mark_line(point=alt.OverlayMarkDef(filled=True, size=45)).encode(
        y=_y("observed", "Share found")
    )
    return (_diagonal("predicted", "observed") + bars + points).properties(height=SIDE)


def histogram_chart(histogram: pd.DataFrame, classes: tuple[str, str]) -> alt.Chart:
    """How many images of each class have which probability.

    Args:
        histogram: `core.evaluation.calibration.score_histogram`.
        classes: what labels 0 and 1 are called.
    """
    long = histogram.melt(["low", "high"], ["no", "yes"], "label", "images")
    long["label"] = long["label"].map({"no": classes[0], "yes": classes[1]})
    return (
        alt.Chart(long)
        .mark_bar(opacity=0.75)
        .encode(
            x=alt.X("low:Q", title=f"P({classes[1]})", scale=_UNIT, bin="binned", axis=alt.Axis(tickCount=5)),
            x2="high:Q",
            y=alt.Y("images:Q", title="Images", stack=None),
            color=alt.Color(
                "label:N",
                scale=alt.Scale(domain=list(classes), range=list(CLASS_COLORS)),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=_tooltips(label="", low="From", high="to", images="Images"),
        )
        .properties(height=SIDE)
    )


def slice_chart(slices: pd.DataFrame, words: Sequence[str], overall: float) -> alt.LayerChart:
    """Accuracy of each slice with its interval, worst first; the dashed line is all images together.

    Args:
        slices: rows of `slice_table` that are not small, in its order; the first MOST_SLICES are drawn.
        words: what each of them is called.
    """
    shown = slices.head(MOST_SLICES).drop(columns="where").assign(slice=words[:MOST_SLICES])
    # A pair has a line for each of its attributes: a phone has no room for both on one.
    names = alt.Axis(
        labelExpr="split(datum.label, ', ')", labelLimit=180, labelOverlap=False, labelFlush=False
    )
    pixels = PAIR_PIXELS if any(", " in name for name in shown["slice"]) else SLICE_PIXELS
    base = alt.Chart(shown).encode(
        y=alt.Y("slice:N", sort=None, title=None, axis=names),
        tooltip=_tooltips(slice="", accuracy="Accuracy", accuracy_low="from", accuracy_high="to", n="Images"),
    )
    ends = [
        float(min(shown["accuracy_low"].min(), overall)),
        float(max(shown["accuracy_high"].max(), overall)),
    ]
    # On every layer: one without it would stretch the axis to 0.
    scale = alt.Scale(domain=ends, nice=True, zero=False)
    at = alt.X("accuracy:Q", title="Accuracy", scale=scale, axis=alt.Axis(tickCount=6))
    rules = base.mark_rule(strokeWidth=2, color=BLUE).encode(
        x=alt.X("accuracy_low:Q", title="Accuracy", scale=scale, axis=alt.Axis(tickCount=6)),
        x2="accuracy_high:Q",
    )
    points = base.mark_point(filled=True, size=60, color=BLUE, opacity=1).encode(x=at)
    whole = alt.Chart(pd.DataFrame({"accuracy": [overall]}))
    line = whole.mark_rule(color=REFERENCE_COLOR, strokeDash=[4, 3]).encode(x=at)
    return (line + rules + points).properties(height=pixels * len(shown) + 50)


def _x(field: str, title: str) -> alt.X:
    return alt.X(f"{field}:Q", title=title, scale=_UNIT, axis=alt.Axis(tickCount=5))


def _y(field: str, title: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=title, scale=_UNIT, axis=alt.Axis(tickCount=5))


def _diagonal(x: str, y: str) -> alt.Chart:
    line = alt.Chart(pd.DataFrame({x: [0, 1], y: [0, 1]})).mark_line(color=REFERENCE_COLOR, strokeDash=[3, 3])
    return line.encode(x=f"{x}:Q", y=f"{y}:Q")


def _tooltips(**titles: str) -> list[alt.Tooltip]:
    """A line for each field; text and counts as they are, all else with four decimals."""
    plain = {"kind", "label", "slice", "n", "images"}
    return [
        alt.Tooltip(name, title=title) if name in plain else alt.Tooltip(name, title=title, format=_FOUR)
        for name, title in titles.items()
    ]

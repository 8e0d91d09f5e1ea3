"""Learning curves as charts. The numbers come from `core.ui.curves`.

A run keeps its colour, and the page says which is which; train is dashed, validation solid; the best epoch
is the large point. The epoch axis is fixed beforehand, so that a chart that is polled grows without jumping.
"""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.runs import RunSummary
from core.ui.chart_forms import show_chart
from core.ui.curves import curve_frame, epochs_shown, majority_frame, run_colors, run_labels

HEIGHT = 320
"""Pixels; the same with and without data, so that nothing below a chart moves."""
MAX_POINTS = 40
"""With more epochs than this the line alone is clearer than a point on each."""
REFERENCE_COLOR = "#8A949C"
"""Grey that reads on both themes."""
TITLES = {"loss": "Loss (cross-entropy)", "accuracy": "Accuracy"}
CURVES, MAJORITY = "curves", "majority"
"""What the chart calls its data."""
_DASHES = alt.Scale(domain=["train", "validation"], range=[[5, 4], [1, 0]])


def show_learning_curves(summaries: Sequence[RunSummary], metric: str, key: str) -> None:
    """Draw loss or accuracy over the epochs of one run or several, over each other; cheap when repeated."""
    data = curve_data(summaries, metric)
    show_chart(curves, *_form(summaries, metric, data), data=data, key=key)


def learning_curves(summaries: Sequence[RunSummary], metric: str) -> alt.LayerChart:
    """The chart that `show_learning_curves` draws, with its numbers in it."""
    data = curve_data(summaries, metric)
    rows = {name: frame.to_dict("records") for name, frame in data.items()}
    return curves(*_form(summaries, metric, data)).properties(datasets=rows)


def curve_data(summaries: Sequence[RunSummary], metric: str) -> dict[str, pd.DataFrame]:
    """The frames behind the chart's two names of data."""
    majority = majority_frame(summaries if metric == "accuracy" else ())
    return {CURVES: curve_frame(summaries, metric), MAJORITY: majority}


def _form(summaries: Sequence[RunSummary], metric: str, data: dict[str, pd.DataFrame]) -> tuple:
    labels, colors = run_labels(summaries), run_colors([summary.id for summary in summaries])
    palette = tuple((labels[run_id], color) for run_id, color in colors.items())
    return metric, epochs_shown(summaries), palette, data[CURVES].empty


def curves(metric: str, epochs: int, palette: tuple[tuple[str, str], ...], empty: bool) -> alt.LayerChart:
    """The chart of a curve frame and a majority frame, which it knows by name.

    Args:
        metric: "loss" or "accuracy".
        epochs: right end of the epoch axis.
        palette: each value of the frame's `run` with its colour, in the order of the legend.
        empty: whether there is no value yet.
    """
    base = _base(metric, epochs, palette, empty)
    # The split shows on the line alone, so that its legend shows lines, not points.
    layers = [base.mark_line(strokeWidth=2).encode(strokeDash=_split())]
    if epochs <= MAX_POINTS:
        layers.append(base.mark_point(filled=True, size=18, opacity=0.9))
    layers.append(_best_points(base))
    layers.append(_majority())
    # Wide invisible points: hovering near a value is enough.
    layers.append(base.mark_point(size=260, opacity=0))
    return alt.layer(*layers).properties(height=HEIGHT)


def _base(metric: str, epochs: int, palette: tuple[tuple[str, str], ...], empty: bool) -> alt.Chart:
    runs, colors = [run for run, _ in palette], [color for _, color in palette]
    return alt.Chart(alt.NamedData(name=CURVES)).encode(
        x=alt.X(
            "epoch:Q",
            title="Epoch",
            scale=alt.Scale(domain=[1, max(2, epochs)], nice=False, padding=12),
            axis=alt.Axis(format="d", tickMinStep=1, grid=False),
        ),
        y=_y(metric, empty),
        color=alt.Color("run:N", scale=alt.Scale(domain=runs, range=colors), legend=None),
        detail="split:N",
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("split:N", title="Split"),
            alt.Tooltip("epoch:Q", title="Epoch", format="d"),
            alt.Tooltip("value:Q", title=TITLES[metric], format=".4f"),
        ],
    )


def _split() -> alt.StrokeDash:
    legend = alt.Legend(title=None, orient="top", symbolStrokeColor=REFERENCE_COLOR, symbolSize=400)
    return alt.StrokeDash("split:N", scale=_DASHES, legend=legend)


def _y(metric: str, empty: bool) -> alt.Y:
    # Without a value yet Vega has no idea of the range.
    scale = alt.Scale(domain=[0, 1]) if empty else alt.Scale(zero=False, nice=True)
    return alt.Y("value:Q", title=TITLES[metric], scale=scale, axis=alt.Axis(format=".4~g", tickCount=6))


def _best_points(base: alt.Chart) -> alt.Chart:
    marked = base.transform_filter("datum.best")
    return marked.mark_point(filled=True, size=130, opacity=1, stroke="white", strokeWidth=1.5)


def _majority() -> alt.LayerChart:
    lines = alt.Chart(alt.NamedData(name=MAJORITY))
    rule = lines.mark_rule(color=REFERENCE_COLOR, strokeDash=[2, 3]).encode(y="value:Q")
    text = lines.mark_text(align="right", baseline="bottom", dy=-3, color=REFERENCE_COLOR).encode(
        x=alt.value("width"), y="value:Q", text="text:N"
    )
    return rule + text

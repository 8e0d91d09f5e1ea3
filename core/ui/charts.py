"""Learning curves as charts. The numbers come from `core.ui.curves`.

A run keeps its colour, dash and symbol, and the page says which is which; train is dashed, validation solid;
the best epoch is the large point. The epoch axis is fixed beforehand, so that a chart that is polled grows
without jumping.
"""

import math
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from core.runs import RunSummary
from core.ui.chart_forms import show_chart
from core.ui.curves import (
    curve_frame,
    dash_name,
    epochs_shown,
    majority_frame,
    run_labels,
    run_looks,
    smoothed,
)
from core.ui.palette import DASHES, SYMBOLS, Look

HEIGHT = 320
"""Pixels; the same with and without data, so that nothing below a chart moves."""
MAX_POINTS = 40
"""Of a line; with more epochs only some have one."""
MAX_POINTS_AMONG_SEVERAL = 12
REFERENCE_COLOR = "#8A949C"
"""Grey that reads on both themes."""
TITLES = {"loss": "Loss (cross-entropy)", "accuracy": "Accuracy"}
CURVES, MAJORITY = "curves", "majority"
"""What the chart calls its data."""


def show_learning_curves(
    summaries: Sequence[RunSummary],
    metric: str,
    key: str,
    *,
    smoothing: float = 0.0,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Draw loss or accuracy over the epochs of one run or several, over each other; cheap when repeated.

    Args:
        smoothing: weight of the past in the lines, 0 to below 1; above 0 the raw lines stay, faint.
        notes: what hovering says of each run besides its name, by id.
    """
    data = curve_data(summaries, metric, smoothing, notes)
    show_chart(curves, *_form(summaries, metric, data), data=data, key=key)


def learning_curves(summaries: Sequence[RunSummary], metric: str) -> alt.LayerChart:
    """The chart that `show_learning_curves` draws, with its numbers in it."""
    data = curve_data(summaries, metric)
    rows = {name: frame.to_dict("records") for name, frame in data.items()}
    return curves(*_form(summaries, metric, data)).properties(datasets=rows)


def curve_data(
    summaries: Sequence[RunSummary],
    metric: str,
    smoothing: float = 0.0,
    notes: Mapping[str, str] | None = None,
) -> dict[str, pd.DataFrame]:
    """The frames behind the chart's two names of data."""
    majority = majority_frame(summaries if metric == "accuracy" else ())
    frame = curve_frame(summaries, metric)
    if smoothing:
        frame = smoothed(frame, smoothing)
    if notes:
        frame = frame.assign(note=frame["run_id"].map(notes).fillna(""))
    return {CURVES: frame, MAJORITY: majority}


def _form(summaries: Sequence[RunSummary], metric: str, data: dict[str, pd.DataFrame]) -> tuple:
    labels, looks = run_labels(summaries), run_looks([summary.id for summary in summaries])
    palette = tuple((labels[run_id], look) for run_id, look in looks.items())
    columns = tuple(name for name in ("smooth", "note") if name in data[CURVES])
    return metric, epochs_shown(summaries), palette, data[CURVES].empty, columns


def curves(
    metric: str,
    epochs: int,
    palette: tuple[tuple[str, Look], ...],
    empty: bool,
    columns: tuple[str, ...] = (),
) -> alt.LayerChart:
    """The chart of a curve frame and a majority frame, which it knows by name.

    Args:
        metric: "loss" or "accuracy".
        epochs: right end of the epoch axis.
        palette: each value of the frame's `run` with its look, in the order of the legend.
        empty: whether there is no value yet.
        columns: which of "smooth" and "note" the frame has besides its own.
    """
    base = _base(metric, epochs, palette, empty, columns)
    smooth = "smooth" in columns
    layers = [base.mark_line(strokeWidth=1, opacity=0.3).encode(strokeDash=_split())] if smooth else []
    line = base.encode(y=_y(metric, empty, "smooth")) if smooth else base
    # The split shows on the line alone, so that its legend shows lines, not points.
    layers.append(line.mark_line(strokeWidth=2).encode(strokeDash=_split()))
    shape = _shape(palette)
    most = MAX_POINTS if len(palette) == 1 else MAX_POINTS_AMONG_SEVERAL
    layers.append(_symbols(line.encode(shape=shape), epochs, most))
    layers.append(_best_points(base.encode(shape=shape)))
    layers.append(_majority())
    # Wide invisible points: hovering near a value is enough.
    layers.append(base.mark_point(size=260, opacity=0))
    return alt.layer(*layers).properties(height=HEIGHT)


def _base(
    metric: str,
    epochs: int,
    palette: tuple[tuple[str, Look], ...],
    empty: bool,
    columns: tuple[str, ...],
) -> alt.Chart:
    runs = [run for run, _ in palette]
    scale = alt.Scale(domain=runs, range=[look.color for _, look in palette])
    return alt.Chart(alt.NamedData(name=CURVES)).encode(
        x=alt.X(
            "epoch:Q",
            title="Epoch",
            scale=alt.Scale(domain=[1, max(2, epochs)], nice=False, padding=12),
            axis=alt.Axis(format="d", tickMinStep=1, grid=False),
        ),
        y=_y(metric, empty),
        color=alt.Color("run:N", scale=scale, legend=None),
        detail="split:N",
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            *([alt.Tooltip("note:N", title="Differs")] if "note" in columns else []),
            alt.Tooltip("split:N", title="Split"),
            alt.Tooltip("epoch:Q", title="Epoch", format="d"),
            alt.Tooltip("value:Q", title=TITLES[metric], format=".4f"),
            *([alt.Tooltip("smooth:Q", title="Smoothed", format=".4f")] if "smooth" in columns else []),
        ],
    )


def _split() -> alt.StrokeDash:
    """Validation solid, train in the run's own dash; the legend shows one dash for all."""
    dashes = {"train": DASHES[0], "validation": (1, 0)}
    dashes |= {dash_name("train", pattern): dash for pattern, dash in enumerate(DASHES)}
    scale = alt.Scale(domain=list(dashes), range=[list(dash) for dash in dashes.values()])
    legend = alt.Legend(
        title=None,
        orient="top",
        symbolStrokeColor=REFERENCE_COLOR,
        symbolSize=400,
        values=["train", "validation"],
    )
    return alt.StrokeDash("dash:N", scale=scale, legend=legend)


def _shape(palette: tuple[tuple[str, Look], ...]) -> alt.Shape:
    symbols = [SYMBOLS[look.pattern] for _, look in palette]
    return alt.Shape("run:N", scale=alt.Scale(domain=[run for run, _ in palette], range=symbols), legend=None)


def _symbols(line: alt.Chart, epochs: int, most: int) -> alt.Chart:
    """The run's symbol on its lines, at so many epochs at most."""
    shown = line.transform_filter(f"datum.epoch % {math.ceil(epochs / most)} == 0")
    return shown.mark_point(filled=True, size=30, opacity=0.9)


def _y(metric: str, empty: bool, field: str = "value") -> alt.Y:
    # Without a value yet Vega has no idea of the range.
    scale = alt.Scale(domain=[0, 1]) if empty else alt.Scale(zero=False, nice=True)
    return alt.Y(f"{field}:Q", title=TITLES[metric], scale=scale, axis=alt.Axis(format=".4~g", tickCount=6))


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

"""Parallel coordinates as a chart. The numbers, and what a brush means: `core.ui.parallel_axes`."""

import altair as alt

from core.ui.charts import REFERENCE_COLOR

HEIGHT = 300
BRUSH = "brush"
LINES, TICKS = "lines", "ticks"
"""What the chart calls its data."""
MOST_UPRIGHT = 8
"""Axes whose names have room beside each other."""
FAINT = 0.12
"""Of a line that the brush leaves out."""


def parallel_coordinates(labels: tuple[str, ...]) -> alt.LayerChart:
    """A line a run over axes with these labels; a rectangle drawn over an axis is the selection BRUSH."""
    x = _x(labels)
    y = alt.Y("position:Q", scale=alt.Scale(domain=[-0.04, 1.12], nice=False), axis=None)
    lines = (
        alt.Chart(alt.NamedData(name=LINES))
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(filled=True, size=45))
        .encode(
            x=x,
            y=y,
            color=alt.Color("color:N", scale=None),
            detail="run_id:N",
            opacity=alt.condition("datum.kept", alt.value(0.9), alt.value(FAINT)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("label:N", title="Axis"),
                alt.Tooltip("text:N", title="Value"),
            ],
        )
        .add_params(alt.selection_interval(name=BRUSH, encodings=["x", "y"]))
    )
    return alt.layer(_rules(labels, x, y), lines, _ticks(x, y)).properties(height=HEIGHT)


def _x(labels: tuple[str, ...]) -> alt.X:
    # A list is drawn as lines below each other.
    names = ", ".join(repr(label.split(" ")) for label in labels)
    return alt.X(
        "axis:Q",
        title=None,
        scale=alt.Scale(domain=[-0.35, len(labels) - 0.65], nice=False),
        axis=alt.Axis(
            values=list(range(len(labels))),
            labelExpr=f"[{names}][datum.value]",
            orient="top",
            grid=False,
            domain=False,
            ticks=False,
            labelFontSize=10,
            labelPadding=8,
            labelFontWeight="bold",
            labelAngle=-40 if len(labels) > MOST_UPRIGHT else 0,
            labelOverlap=False,
        ),
    )


def _rules(labels: tuple[str, ...], x: alt.X, y: alt.Y) -> alt.Chart:
    ends = [{"axis": number, "position": 0, "top": 1} for number in range(len(labels))]
    rules = alt.Chart(alt.Data(values=ends)).mark_rule(color=REFERENCE_COLOR, strokeWidth=1)
    return rules.encode(x=x, y=y, y2="top:Q")


def _ticks(x: alt.X, y: alt.Y) -> alt.Chart:
    ticks = alt.Chart(alt.NamedData(name=TICKS))
    return ticks.mark_text(align="left", dx=7, dy=-7, color=REFERENCE_COLOR).encode(x=x, y=y, text="text:N")

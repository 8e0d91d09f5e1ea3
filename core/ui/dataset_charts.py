"""The Dataset page's charts as plain Vega-Lite, for `core.ui.chart_forms`.

Not as Altair, as elsewhere: the faces are the first page that a cold server shows, and it would import Altair
for these alone.
"""

from typing import Any

from core.ui.formatting import SPLIT_WORDS, attribute_words, class_words
from core.ui.palette import CLASS_COLORS, SPLIT_COLORS

BALANCE, RATES, PHI, GROUPS, PLACES = "balance", "rates", "phi", "groups", "places"
"""What the charts call their data."""
BAR_HEIGHT = 30
"""Pixels of one split's bar in the balance, with the gap to the next."""
ROOM_FOR_WORDS = 0.22
"""A bar shorter than this share of the whole has no room for its words; the tooltip has them."""
MANY_ATTRIBUTES = 12
"""More than these make a heat map with smaller cells."""
MAP_HEIGHT = 520
DIVERGING = ("#B35806", "#F1A340", "#E6EAED", "#56A0D3", "#08519C")
"""From -1 to 1: orange and blue, which every kind of colour blindness leaves apart."""

Form = dict[str, Any]

SHARES: Form = {
    "values": [0, 0.2, 0.4, 0.6, 0.8, 1],
    "labelExpr": "format(100 * datum.value, '.0f') + ' %'",
}
"""An axis of shares, written as the sentences beside the charts write them."""
ROWS: Form = {"labelFlush": False}
"""Else the first and the last label stand beside their row, to end where the axis does."""
SHORT_WORDS = 16
"""Letters; where a kind on the map is called by more, each has a line of the legend, for a phone."""


def balance_chart(target: str, splits: int) -> Form:
    """Stacked bars of a `balance_frame` of `splits` splits, each with its class and count written in it."""
    return {
        "data": {"name": BALANCE},
        "height": BAR_HEIGHT * max(1, splits),
        "padding": 0,
        "encoding": {
            "y": _nominal(
                "split_words",
                sort=None,
                title=None,
                axis={"ticks": False, "domain": False, "labelLimit": 160},
            ),
            "tooltip": [
                _nominal("split_words", title="Split, images"),
                _nominal("words", title="Class"),
                _number("n", title="Images", format=","),
                _number("share", title="Share", format=".2%"),
            ],
        },
        "layer": [_bars(target), _words(1, "left", "white"), _words(0, "right", "black")],
    }


def rates_chart(present: tuple[str, ...]) -> Form:
    """Grouped bars of `rates_by_split`, with its splits and attributes in words; `present` are its splits."""
    order, colors = [SPLIT_WORDS[split] for split in present], [SPLIT_COLORS[split] for split in present]
    legend = {"title": None, "orient": "top"}
    return {
        "data": {"name": RATES},
        "height": {"step": 9},
        "mark": {"type": "bar"},
        "encoding": {
            "x": _number("rate", title="Share of images", scale={"domain": [0, 1]}, axis=SHARES),
            "y": _nominal("words", sort=None, title=None, axis={"labelLimit": 200, **ROWS}),
            "yOffset": _nominal("split_words", sort=order),
            "color": _nominal("split_words", scale={"domain": order, "range": colors}, legend=legend),
            "tooltip": [
                _nominal("words", title="Attribute"),
                _nominal("split_words", title="Split"),
                _number("rate", title="Share", format=".2%"),
                _number("positives", title="Images with it", format=","),
                _number("n", title="Images in the split (n)", format=","),
            ],
        },
    }


def phi_chart(attributes: tuple[str, ...]) -> Form:
    """A heat map of `phi_frame`: blue together, orange apart, pale where one tells nothing of the other."""
    # Vega's own interpolation would go from orange to blue by way of green.
    scale = {"domain": [-1, -0.5, 0, 0.5, 1], "range": list(DIVERGING), "interpolate": "rgb"}
    order = [attribute_words(name) for name in attributes]
    axis = {"labelLimit": 150, "ticks": False, "domain": False, **ROWS}
    # On a phone Vega would name every third column.
    columns = {**axis, "labelAngle": -60, "labelOverlap": len(attributes) > MANY_ATTRIBUTES}
    return {
        "data": {"name": PHI},
        "height": {"step": 20 if len(attributes) > MANY_ATTRIBUTES else 30},
        "mark": {"type": "rect"},
        "encoding": {
            "x": _nominal("second_words", sort=order, title=None, axis=columns),
            "y": _nominal("first_words", sort=order, title=None, axis=axis),
            "color": _number("phi", scale=scale, legend={"title": "phi", "orient": "top", "format": ".1f"}),
            "tooltip": [
                _nominal("first_words", title="One"),
                _nominal("second_words", title="Other"),
                _number("phi", title="phi", format="+.3f"),
            ],
        },
    }


def groups_chart(words: tuple[str, str], order: tuple[str, ...]) -> Form:
    """Each attribute's share without and with another, with their intervals.

    Args:
        words: what the two groups are called.
        order: the attributes in words from top to bottom; a chart whose data change would keep its old order.
    """
    scale = {"domain": list(words), "range": [CLASS_COLORS[0], CLASS_COLORS[1]]}
    at = {"scale": {"domain": [0, 1]}, "axis": SHARES, "title": "Share of images"}
    color = _nominal("group", scale=scale, legend={"title": None, "orient": "top"})
    return {
        "data": {"name": GROUPS},
        "height": {"step": 20},
        "encoding": {
            "y": _nominal(
                "words", sort=list(order), title=None, axis={"labelLimit": 200, "grid": True, **ROWS}
            ),
            "color": color,
            "tooltip": [
                _nominal("words", title="Attribute"),
                _nominal("group", title="Images of"),
                _number("rate", title="Share", format=".2%"),
                _number("low", title="95 % from", format=".2%"),
                _number("high", title="to", format=".2%"),
                _number("positives", title="Images with it", format=","),
                _number("n", title="Images (n)", format=","),
            ],
        },
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"x": _number("low", **at), "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
                "encoding": {
                    "x": _number("rate", **at),
                    "shape": _nominal("group", scale={"domain": list(words)}, legend=None),
                },
            },
        ],
    }


def map_chart(kinds: tuple[str, ...], colors: tuple[str, ...], brush: str) -> Form:
    """Images as points, coloured by `kind`; dragging a rectangle selects by `brush`."""
    no_axis = {"axis": None, "scale": {"zero": False, "nice": False, "padding": 12}}
    return {
        "data": {"name": PLACES},
        "height": MAP_HEIGHT,
        "params": [{"name": brush, "select": {"type": "interval", "encodings": ["x", "y"]}}],
        "mark": {"type": "circle", "size": 24, "opacity": 0.65},
        "encoding": {
            "x": _number("x", **no_axis),
            "y": _number("y", **no_axis),
            "color": _nominal(
                "kind",
                scale={"domain": list(kinds), "range": list(colors)},
                legend={
                    "title": None,
                    "orient": "top",
                    "symbolOpacity": 1,
                    "labelLimit": 0,
                    "columns": 1 if max(map(len, kinds)) > SHORT_WORDS else 0,
                },
            ),
            "tooltip": [_nominal("image_id", title="Image"), _nominal("kind", title="Coloured by")],
        },
    }


def _bars(target: str) -> Form:
    scale = {
        "domain": [class_words(target, label) for label in (1, 0)],
        "range": [CLASS_COLORS[label] for label in (1, 0)],
    }
    return {
        "mark": {"type": "bar", "height": {"band": 0.86}},
        "encoding": {
            "x": _number("share", stack="zero", axis=None, scale={"domain": [0, 1]}),
            "order": _number("label", sort="descending"),
            "color": _nominal("words", scale=scale, legend=None),
        },
    }


def _words(label: int, side: str, color: str) -> Form:
    """The words of one class, at its own end of the bar."""
    left = side == "left"
    return {
        "transform": [
            {"filter": f"datum.label === {label} && datum.share >= {ROOM_FOR_WORDS}"},
            {"calculate": "datum.words + '  ' + format(datum.n, ',')", "as": "text"},
        ],
        "mark": {"type": "text", "align": side, "dx": 0 if left else -6, "color": color, "fontSize": 12},
        "encoding": {"x": {"value": 6 if left else "width"}, "text": _nominal("text")},
    }


def _nominal(field: str, **options: object) -> Form:
    return {"field": field, "type": "nominal", **options}


def _number(field: str, **options: object) -> Form:
    return {"field": field, "type": "quantitative", **options}

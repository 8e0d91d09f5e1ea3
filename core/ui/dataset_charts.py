"""The Dataset page's charts as plain Vega-Lite, for `core.ui.chart_forms`.

Not as Altair, as elsewhere: the faces are the first page that a cold server shows, and it would import Altair
for these two alone.
"""

from typing import Any

from core.ui.formatting import SPLIT_WORDS, class_words
from core.ui.palette import CLASS_COLORS, SPLIT_COLORS

BALANCE, RATES = "balance", "rates"
"""What the charts call their data."""
BAR_HEIGHT = 30
"""Pixels of one split's bar in the balance, with the gap to the next."""
ROOM_FOR_WORDS = 0.22
"""A bar shorter than this share of the whole has no room for its words; the tooltip has them."""

Form = dict[str, Any]


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
                _number("share", title="Share", format=".4f"),
            ],
        },
        "layer": [_bars(target), _words(1, "left", "white"), _words(0, "right", "black")],
    }


def rates_chart(present: tuple[str, ...]) -> Form:
    """Grouped bars of `rates_by_split`, with its splits and attributes in words; `present` are its splits."""
    order, colors = [SPLIT_WORDS[split] for split in present], [SPLIT_COLORS[split] for split in present]
    axis = {"format": ".1f", "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    legend = {"title": None, "orient": "top"}
    return {
        "data": {"name": RATES},
        "height": {"step": 9},
        "mark": {"type": "bar"},
        "encoding": {
            "x": _number("rate", title="Share of images", scale={"domain": [0, 1]}, axis=axis),
            "y": _nominal("words", sort=None, title=None, axis={"labelLimit": 200}),
            "yOffset": _nominal("split_words", sort=order),
            "color": _nominal("split_words", scale={"domain": order, "range": colors}, legend=legend),
            "tooltip": [
                _nominal("words", title="Attribute"),
                _nominal("split_words", title="Split"),
                _number("rate", title="Share", format=".4f"),
                _number("positives", title="Images with it", format=","),
                _number("n", title="Images in the split (n)", format=","),
            ],
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

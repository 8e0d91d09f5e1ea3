"""The model card as one HTML file that needs nothing else: its text, and its plots as SVG within."""

import json
from html import escape

import altair as alt

from core.evaluation.calibration import calibrated, reliability
from core.runs import RunSummary
from core.ui import model_card, run_figures
from core.ui.charts import learning_curves
from core.ui.curves import METRICS
from core.ui.model_card import Card
from core.ui.run_charts import reliability_chart, roc_chart, slice_chart
from core.ui.slice_words import slice_words

WIDTH = 420
"""Pixels of a plot."""
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2730;"
    "background:#fff}table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #ccd3d8;"
    "padding:.25rem .6rem;text-align:left}figure{display:inline-block;margin:1rem 1rem 1rem 0}"
    "figcaption{color:#5b6770;font-size:.9rem}svg{max-width:100%;height:auto}"
)


def card_of(summary: RunSummary) -> Card:
    """What the card of a scored run is written from; raises as `run_figures.predictions` does."""
    return Card(summary, run_figures.figures(summary, "test"), run_figures.chosen_on_validation(summary))


def html(summary: RunSummary) -> str:
    """The card of a scored run with its plots; raises as `card_of`."""
    from markdown_it import MarkdownIt

    card = card_of(summary)
    # No HTML of anybody's notes gets through.
    text = MarkdownIt("commonmark", {"html": False}).enable("table").render(model_card.markdown(card))
    figures = "".join(
        f"<figure>{svg(chart)}<figcaption>{escape(words)}</figcaption></figure>"
        for words, chart in plots(card).items()
    )
    title = escape(f"Model card: {summary.title}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{text}<h2>Plots</h2>{figures}</body></html>"
    )


def plots(card: Card) -> dict[str, alt.LayerChart]:
    """The card's charts by their caption; those that cannot be drawn are left out."""
    summary, found = card.run, card.test
    charts: dict[str, alt.LayerChart] = {
        f"{metric.capitalize()} by epoch: train dashed, validation solid, best epoch large": learning_curves(
            [summary], metric
        )
        for metric in METRICS
    }
    if found.ranking.roc is not None:
        charts[f"ROC on test, n = {found.confusion.n:,}"] = roc_chart(found.ranking.roc)
    frame = run_figures.predictions(summary, "test")
    labels, p = frame["label"].to_numpy(), frame["probability"].to_numpy()
    after = calibrated(p, card.chosen.temperature.value)
    charts["Reliability on test, before and after calibration"] = reliability_chart(
        reliability(labels, p), reliability(labels, after)
    )
    large = found.slices[~found.slices["small"]]
    if len(large):
        words = [slice_words(where) for where in large["where"]]
        charts["Accuracy by slice, worst first; dashed: all images"] = slice_chart(
            large, words, found.confusion.accuracy
        )
    return charts


def svg(chart: alt.LayerChart) -> str:
    """A chart as SVG, drawn without a browser."""
    import vl_convert

    spec = chart.properties(width=WIDTH).configure(background="#ffffff").to_dict()
    return vl_convert.vegalite_to_svg(json.dumps(spec))

"""What can be taken away from a run's page: the model card and the charts. Nothing is made before a click."""

import json

import streamlit as st

from core.runs import RunSummary
from core.ui import model_card
from core.ui.model_card_html import card_of, html, plots


def show_downloads(summary: RunSummary) -> None:
    """Draw the downloads of a scored run; none of them reruns the page."""
    with st.popover("Download", icon=":material/download:"):
        st.caption("The model card tells what the model is, what it was trained on and how it does on test.")
        _button("Model card (HTML)", lambda: html(summary), f"{summary.id}-model-card.html", "text/html")
        _button(
            "Model card (Markdown)",
            lambda: model_card.markdown(card_of(summary)),
            f"{summary.id}-model-card.md",
            "text/markdown",
        )
        _button(
            "Charts (Vega-Lite JSON)",
            lambda: charts_json(summary),
            f"{summary.id}-charts.vl.json",
            "application/json",
        )


def charts_json(summary: RunSummary) -> str:
    """The run's charts as Vega-Lite specifications, by their captions."""
    specs = {words: chart.to_dict() for words, chart in plots(card_of(summary)).items()}
    return json.dumps(specs, indent=1)


def _button(label: str, make: object, name: str, mime: str) -> None:
    st.download_button(label, make, file_name=name, mime=mime, on_click="ignore", width="stretch")

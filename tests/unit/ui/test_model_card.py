"""The model card tells what the run recorded, escapes what people wrote, and stands by itself."""

import re
from collections.abc import Iterator

import pytest
import streamlit as st

from core.runs import RunStore
from core.runs.notes import edit_notes
from core.settings import Settings
from core.ui import model_card
from core.ui.model_card_html import card_of, html, plots
from core.ui.resources import store
from core.ui.run_downloads import charts_json
from tests.scored_runs import scored_run

SECTIONS = [
    "Model Details",
    "Intended Use",
    "Factors",
    "Metrics",
    "Evaluation Data",
    "Training Data",
    "Quantitative Analyses",
    "Ethical Considerations",
    "Caveats and Recommendations",
]


@pytest.fixture
def host(tmp_path, monkeypatch) -> Iterator[Settings]:
    monkeypatch.setenv("LINEAMENT_ARTIFACTS", str(tmp_path))
    st.cache_resource.clear()
    yield Settings()
    st.cache_resource.clear()


def test_the_card_has_the_nine_sections_in_their_order(host: Settings):
    text = model_card.markdown(card_of(store().summary(scored_run(host).id)))
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS


def test_the_card_tells_accuracy_n_marks_and_fingerprints(host: Settings):
    run = scored_run(host, n=300)
    text = model_card.markdown(card_of(store().summary(run.id)))
    assert f"| Accuracy | {run.metrics().best.test_accuracy:.4f} |" in text
    assert "Test, n = 300, threshold 0.5." in text
    assert "Mark: synthetic faces" in text and "Mark: random weights" in text
    assert "has only seen drawn faces" in text


def test_what_people_wrote_never_becomes_markup(host: Settings):
    run = scored_run(host, "<script>alert(1)</script>")
    edit_notes(RunStore(host.runs), run.id, note="<img src=x onerror=alert(1)> **bold**")
    page = html(store().summary(run.id))
    assert "<script" not in page and "<img" not in page and "<strong>bold" not in page


def test_the_html_holds_its_plots_and_asks_for_nothing_else(host: Settings):
    summary = store().summary(scored_run(host).id)
    page = html(summary)
    assert page.count("<svg") == len(plots(card_of(summary))) == 5
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)


def test_charts_are_vega_lite(host: Settings):
    assert charts_json(store().summary(scored_run(host).id)).count("vega.github.io/schema/vega-lite") == 5

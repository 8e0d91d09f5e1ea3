"""The page of one run in a real browser: the threshold moves, a cell opens, the predictions come as CSV."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.evaluation.confusion import confusion_at
from core.runs.predictions import read_predictions
from tests.browser.serving import Server
from tests.scored_runs import scored_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

DRAWING_MS = 240_000
"""To show a run's images its data set is opened: the synthetic faces are drawn on first use."""


def settled(page: Page) -> None:
    """Wait for the page to be drawn to its end, without an exception."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=DRAWING_MS
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_threshold_moves_and_a_cell_opens_its_images(server: Server, page: Page):
    run = scored_run(server.settings, "a run")
    frame = read_predictions(run, "test")
    page.goto(f"{server.url}/run?run={run.id}")
    expect(page.get_by_role("heading", name="a run", level=1)).to_be_visible()
    settled(page)
    slider = page.get_by_role("slider").first
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    moved = confusion_at(frame["label"].to_numpy(), frame["probability"].to_numpy(), 0.6)
    expect(page.get_by_text(f"Accuracy {moved.accuracy:.4f} at 0.6")).to_be_visible()
    page.get_by_text(f"man, answered woman ({moved.fn})").click()
    expect(page.get_by_text("the surest answers first.")).to_be_visible()
    settled(page)


def test_the_predictions_come_as_csv_raw_and_calibrated(server: Server, page: Page, tmp_path: Path):
    run = scored_run(server.settings, "a run")
    page.goto(f"{server.url}/run?run={run.id}")
    page.get_by_role("tab", name="Calibration").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Predictions, raw and calibrated").click()
    path = tmp_path / "predictions.csv"
    waiting.value.save_as(path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 200
    assert {"image_id", "label", "probability", "calibrated"} <= rows[0].keys()

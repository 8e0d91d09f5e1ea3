"""A run in a real browser: started, reloaded, stopped, resumed, finished; the tab's title follows it."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.runs import RunStore, State
from tests.browser.serving import Server
from tests.browser.test_first_visit import DRAWING_MS, settled, wait_for_points

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

EPOCHS = 200
"""Enough of the quick look's short epochs to stop in the middle of them."""


def start_from_random_weights(page: Page) -> None:
    """Fill the form for a small run and start it."""
    random_start = page.get_by_role("button", name="Use the random start instead")
    random_start.click()
    expect(random_start).to_have_count(0)
    epochs = page.get_by_label("Epochs", exact=True)
    epochs.fill(str(EPOCHS))
    epochs.press("Enter")
    expect(page.get_by_text("Your own settings.")).to_be_visible()
    settled(page, "Train")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"run=\d{8}-\d{6}-\w{6}"))


def test_a_run_survives_a_reload_a_stop_and_a_resume(server: Server, page: Page):
    page.goto(f"{server.url}/train")
    settled(page, "Train")
    expect(page).to_have_title("Lineament")
    start_from_random_weights(page)
    run = RunStore(server.settings.runs).get(re.search(r"run=([\w-]+)", page.url)[1])
    badge = page.get_by_test_id("stMain").locator(".stMarkdownBadge")

    # It learns, and the tab's title follows without a rerun of the page.
    wait_for_points(page, 2)
    expect(page).to_have_title(re.compile(r"^\d+ % · Lineament$"))
    page.reload()
    wait_for_points(page, 3)
    expect(page.get_by_text(re.compile(r"images/s .* last sign of life"))).to_be_visible()

    # Stopped in the middle it keeps its best epoch, scored.
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(badge.filter(has_text="Stopped").first).to_be_visible(timeout=DRAWING_MS)
    settled(page, "Train")
    done = len(run.history())
    assert run.state().state is State.STOPPED and 0 < done < EPOCHS
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{run.metrics().best.test_accuracy:.4f}")
    expect(page).to_have_title("Lineament")

    # Resumed it goes on after the last epoch that it finished, to the end.
    page.get_by_role("button", name="Resume", exact=True).click()
    wait_for_points(page, done + 2)
    expect(badge.filter(has_text="Finished").first).to_be_visible(timeout=DRAWING_MS)
    settled(page, "Train")
    assert run.state().state is State.FINISHED
    assert run.state().attempt == 2
    assert [int(row["epoch"]) for row in run.history()] == list(range(EPOCHS))
    expect(page).to_have_title("Lineament")
    assert "Traceback" not in server.log.read_text()

"""A first visitor's whole way, in a real browser against a cold server: train, watch, compare, predict."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from core.runs import RunStore, State
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

EPOCHS = 40
"""Enough of the quick look's short epochs to see the curve grow, and to reload in the middle."""
DRAWING_MS = 300_000
"""The synthetic faces are drawn on first use, half a minute on two cores."""


def settled(page: Page, title: str) -> None:
    """Wait for a page with that title to be drawn to its end, without an exception."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=DRAWING_MS
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)


def points(page: Page) -> int:
    """How many points the longest line in the charts has; 0 while there is none."""
    lines = page.locator("[data-testid=stVegaLiteChart] .mark-line path")
    return max((len(re.findall("[MLC]", path.get_attribute("d") or "")) for path in lines.all()), default=0)


def wait_for_points(page: Page, count: int) -> None:
    """Wait until a curve has that many points."""
    deadline = time.monotonic() + DRAWING_MS / 1000
    while points(page) < count:
        assert time.monotonic() < deadline, f"the curve stayed at {points(page)} points"
        page.wait_for_timeout(250)


def open_page(page: Page, name: str) -> None:
    """Follow the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()


def test_a_first_visitor_trains_watches_compares_and_predicts(server: Server, page: Page):
    # A cold server whose first request is /train must show the whole app, menu included.
    page.goto(f"{server.url}/train")
    settled(page, "Train")
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link")).to_have_text(
        [re.compile(name) for name in ("Dataset", "Train", "Compare", "Predict")]
    )

    # No ImageNet weights on this machine: the random start is one click away.
    random_start = page.get_by_role("button", name="Use the random start instead")
    random_start.click()
    expect(random_start).to_have_count(0)
    epochs = page.get_by_label("Epochs", exact=True)
    epochs.fill(str(EPOCHS))
    epochs.press("Enter")
    expect(page.get_by_text("Your own settings.")).to_be_visible()
    settled(page, "Train")
    page.get_by_role("button", name="Start", exact=True).click()

    # The address names the run, so that leaving and coming back loses nothing.
    page.wait_for_url(re.compile(r"run=\d{8}-\d{6}-\w{6}"))
    run_id = re.search(r"run=([\w-]+)", page.url)[1]
    run = RunStore(server.settings.runs).get(run_id)
    assert run.config().weights == "random"

    # The curve grows while the run learns, also for one who reloads in the middle.
    wait_for_points(page, 2)
    wait_for_points(page, points(page) + 3)
    page.reload()
    wait_for_points(page, points(page) + 3)
    assert run.state().state is State.RUNNING
    expect(page.get_by_test_id("stException")).to_have_count(0)

    # The page notices by itself that the run has ended.
    expect(page.get_by_text("Test accuracy").first).to_be_visible(timeout=DRAWING_MS)
    settled(page, "Train")
    assert run.state().state is State.FINISHED
    accuracy = f"{run.metrics().best.test_accuracy:.4f}"
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(accuracy)

    # Compare has the run, and its curves when it is chosen.
    open_page(page, "Compare")
    settled(page, "Compare")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    page.goto(f"{server.url}/compare?runs={run_id}")
    settled(page, "Compare")
    expect(page.get_by_text("1 run chosen")).to_be_visible()
    expect(page.get_by_test_id("stMarkdown").get_by_text(accuracy).first).to_be_visible()
    wait_for_points(page, EPOCHS)

    # A built-in sample photo gets a probability.
    open_page(page, "Predict")
    settled(page, "Predict")
    page.get_by_role("button", name="Try a sample").click()
    expect(page.get_by_text(re.compile(r"P\(\w+\) = [01]\.\d{4}")).first).to_be_visible(timeout=DRAWING_MS)
    settled(page, "Predict")

    # And the faces it learnt from are there to look at.
    open_page(page, "Dataset")
    settled(page, "Dataset")
    expect(page.get_by_test_id("stImage").first).to_be_visible()
    assert "Traceback" not in server.log.read_text()


# The Dataset page draws the synthetic faces first.
@pytest.mark.parametrize(
    "name", [pytest.param("Dataset", marks=pytest.mark.slow), "Train", "Compare", "Predict"]
)
def test_each_page_opens_cold_and_fits_a_phone(server: Server, page: Page, name: str):
    """Its own address is the first thing that this server is ever asked for."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/{name.lower()}")
    settled(page, name)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"{name} is {width} px wide"

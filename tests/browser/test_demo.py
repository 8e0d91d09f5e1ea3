"""A demo in Chromium: nothing comes from elsewhere, visitors do not see each other, photos come and go."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from core.access import HOST, VISITOR_COOKIE
from core.jobs import JobQueue
from tests.browser.demo import DEMO
from tests.browser.predicting import Trained, faces_photo, give, open_predict, press
from tests.browser.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

TABS = 5
"""That one address may have open."""
PHONE = {"width": 390, "height": 844}
CHART = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"


@pytest.fixture(scope="module")
def demo(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo whose host supplies a run that answers photos; a tab of it holds two files at most."""
    folder = tmp_path_factory.mktemp("demo")
    # Nothing is trained here: a run that waits shows whose it is as well.
    variables = {**DEMO, "LINEAMENT_MAX_SESSION_UPLOAD_FILES": "2", "LINEAMENT_MAX_RUN_SECONDS": "1"}
    variables["LINEAMENT_MAX_CONNECTIONS_PER_CLIENT"] = str(TABS)
    with serving(folder, settings=trained.settings, variables=variables) as found:
        yield found


def heading(page: Page, name: str) -> None:
    """Wait for a page's title."""
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()


@pytest.mark.parametrize("size", [None, PHONE], ids=["wide", "phone"])
def test_every_page_works_under_the_policy_and_loads_nothing_from_elsewhere(
    demo: Server, trained: Trained, page: Page, size: dict | None
):
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    if size:
        page.set_viewport_size(size)
    page.goto(demo.url)
    heading(page, "Dataset")
    page.get_by_role("tab", name="Statistics").click()
    expect(page.locator(CHART).first).to_be_visible()
    for name in ("train", "compare"):
        page.goto(f"{demo.url}/{name}")
        heading(page, name.capitalize())
    page.goto(f"{demo.url}/run?run={trained.run_id}")
    expect(page.locator(CHART).first).to_be_visible()
    open_predict(page, trained.url(demo.url))
    give(page, {"mine.png": faces_photo(1)}, "1 face in 1 photo")
    press(page, "Why?")
    assert [line for line in said if "Content Security Policy" in line] == []
    places = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert places == {urlsplit(demo.url).netloc}
    assert page.evaluate("document.cookie").count(VISITOR_COOKIE) == 0
    # Nothing is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_one_visitor_trains_no_other_sees(demo: Server, page: Page, other_page: Page):
    page.goto(f"{demo.url}/train")
    heading(page, "Train")
    page.get_by_test_id("stButton").get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**run=*")
    run_id = page.url.split("run=")[1]
    queue = JobQueue(demo.settings, HOST)
    assert queue.store.get(run_id).visitor()
    for place, words in (("train", f"no run {run_id}"), ("run", f"no run {run_id}"), ("predict", "no run '")):
        other_page.goto(f"{demo.url}/{place}?run={run_id}")
        expect(other_page.get_by_text(f"There is {words}").first).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"Run {run_id}")).to_be_visible()


def test_photos_that_were_taken_make_room_for_others(demo: Server, trained: Trained, page: Page):
    refused = []
    page.on("response", lambda answer: refused.append(answer.status) if answer.status >= 400 else None)
    open_predict(page, trained.url(demo.url))
    refused.clear()
    for _ in range(3):
        give(page, {"one.png": faces_photo(1), "two.png": faces_photo(1)}, "2 faces in 2 photos")
        page.get_by_role("button", name="Remove all").click()
        expect(page.get_by_text("2 faces in 2 photos")).to_have_count(0)
    assert refused == []


def test_more_photos_than_a_tab_may_hold_are_refused_in_words(demo: Server, trained: Trained, page: Page):
    open_predict(page, trained.url(demo.url))
    with page.expect_response(lambda answer: answer.status == 413) as refusal:
        give(page, {f"{i}.png": faces_photo(1) for i in range(3)}, "2 faces in 2 photos")
    assert "more than this demo takes at once (2)" in refusal.value.text()


def test_a_flood_from_one_browser_leaves_others_their_pages(demo: Server, chromium: Browser, page: Page):
    """So many tabs of one address are let in; the next is told that the house is full."""
    context = chromium.new_context()
    tabs = [context.new_page() for _ in range(TABS)]
    for tab in tabs:
        tab.goto(f"{demo.url}/compare", wait_until="domcontentloaded")
    for tab in tabs:
        heading(tab, "Compare")
    page.goto(f"{demo.url}/compare")
    expect(page.get_by_text("This demo is full just now.")).to_be_visible()
    context.close()
    page.reload()
    heading(page, "Compare")

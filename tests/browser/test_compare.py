"""Compare in a real browser: ticks, back and forward, delete and undo, runs that come by themselves."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from core.runs import RunStore
from core.runs.notes import edit_notes
from tests.browser.serving import Server
from tests.unit.ui.fabricated import write_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ROW_PIXELS = 35
CHECKBOX = 16
"""Pixels from the table's left edge to the middle of its ticks."""


def settled(page: Page) -> None:
    """Wait for the page to be drawn to its end, without an exception."""
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stException")).to_have_count(0)


def tick(page: Page, row: int) -> None:
    """Click the tick of a row, counted from 0; the table is drawn on a canvas."""
    table = page.get_by_test_id("stDataFrame").first
    expect(table.locator("canvas").first).to_be_visible()
    table.click(position={"x": CHECKBOX, "y": ROW_PIXELS * (row + 1) + ROW_PIXELS // 2})


def chosen(page: Page) -> list[str]:
    """The runs of the page's address."""
    return [run_id for run_id in parse_qs(urlparse(page.url).query).get("runs", [""])[0].split(",") if run_id]


def test_two_runs_are_chosen_deleted_and_taken_back(server: Server, page: Page):
    for name in ("one", "two", "three"):
        write_run(server.settings, name)
    newest_first = RunStore(server.settings.runs).ids()
    page.goto(f"{server.url}/compare")
    settled(page)

    tick(page, 0)
    expect(page.get_by_text("1 run chosen")).to_be_visible()
    settled(page)
    tick(page, 2)
    expect(page.get_by_text("2 runs chosen")).to_be_visible()
    assert chosen(page) == [newest_first[0], newest_first[2]]

    # Back and forward go through the choices.
    page.go_back()
    expect(page.get_by_text("1 run chosen")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("2 runs chosen")).to_be_visible()

    page.get_by_role("button", name="Delete", exact=False).first.click()
    expect(page.get_by_text("2 runs moved to the trash.")).to_be_visible()
    expect(page.get_by_text(re.compile("^1 run · tick"))).to_be_visible()
    assert RunStore(server.settings.runs).ids() == [newest_first[1]]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 runs chosen")).to_be_visible()
    settled(page)
    assert RunStore(server.settings.runs).ids() == newest_first
    assert chosen(page) == [newest_first[0], newest_first[2]]


def test_runs_come_and_change_by_themselves_and_the_choice_stays(server: Server, page: Page):
    first = write_run(server.settings, "first")
    page.goto(f"{server.url}/compare?runs={first.id}")
    settled(page)
    expect(page.get_by_text("1 run chosen")).to_be_visible()

    write_run(server.settings, "second")
    expect(page.get_by_text(re.compile("^2 runs · 1 chosen$"))).to_be_visible()
    edit_notes(RunStore(server.settings.runs), first.id, name="another name")
    # The table is drawn on a canvas: its cells are text that cannot be seen.
    expect(page.get_by_text("another name").filter(visible=True).first).to_be_visible()
    assert chosen(page) == [first.id]
    assert "Traceback" not in server.log.read_text()

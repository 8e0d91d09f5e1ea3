"""A Chromium, a cold server with nothing in its artifacts, and a tab that remembers its scripts' errors."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.serving import FLAGS, PATIENCE_S, VARIABLE, Server, find_chromium, serving

expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, started."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped, and fails instead where CI is set."""
    path = find_chromium(playwright)
    if path is None:
        reason = (
            f"no Chromium: set {VARIABLE}, install Debian's `chromium`, or run `playwright install chromium`"
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """`streamlit run app.py` from another folder, as for a first visitor: no runs, no data, no weights."""
    with serving(tmp_path) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty tab; errors of its scripts fail the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab, errors = context.new_page(), []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.set_default_timeout(PATIENCE_S * 1000)
    yield tab
    context.close()
    assert not errors

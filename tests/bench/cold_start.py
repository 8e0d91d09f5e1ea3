"""Bench: from the start of the server's process to its first page, beside Streamlit's own hello."""

import statistics
import time
from pathlib import Path

from playwright.sync_api import Browser

from core.data.synthetic import ensure_synthetic
from core.settings import Settings
from tests.bench.conditions import Row, host
from tests.bench.visitor import open_page, tab
from tests.browser.serving import OUR_APP, serving

REPEATS = 5
HELLO = ("hello",)


def cold_start_rows(browser: Browser) -> list[Row]:
    """Hello's seconds and ours, in turns, and our first visit ever, which has to draw its faces first."""
    hello, ours, first = [], [], []
    with host() as settings:
        folder = settings.artifacts.parent
        ensure_synthetic(settings.datasets)
        for i in range(REPEATS):
            hello.append(_seconds(browser, folder / f"hello{i}", HELLO, "Welcome to Streamlit!"))
            ours.append(_seconds(browser, folder / f"ours{i}", OUR_APP, "Dataset", settings))
            first.append(_first_visit(browser, folder / f"first{i}"))
    how = f"median of {REPEATS}, in turns, from the process's start to the page drawn in Chromium"
    plain, own = statistics.median(hello), statistics.median(ours)
    return [
        Row("`streamlit hello`, cold", f"{plain:.2f} s", "", how),
        Row("`streamlit run app.py`, cold", f"{own:.2f} s, {own / plain:.2f} times hello", "1.5 times", how),
        Row(
            "`streamlit run app.py`, first visit ever",
            f"{statistics.median(first):.2f} s",
            "",
            "until the page says that it draws the synthetic faces",
        ),
    ]


def _seconds(
    browser: Browser, folder: Path, app: tuple[str, ...], title: str, settings: Settings | None = None
) -> float:
    start = time.perf_counter()
    with serving(folder, app, settings=settings) as server, tab(browser) as page:
        open_page(page, server.url, title)
        return time.perf_counter() - start


def _first_visit(browser: Browser, folder: Path) -> float:
    start = time.perf_counter()
    with serving(folder) as server, tab(browser) as page:
        page.goto(server.url)
        page.get_by_text("Drawing the synthetic faces").first.wait_for()
        return time.perf_counter() - start

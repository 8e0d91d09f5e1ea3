"""Bench: the Dataset page with 30,000 images of 40 attributes: first paint, filters, paging, memory.

`python -m tests.bench dataset`; needs a Chromium, takes two to three minutes. Images are its own: the
command's options do not matter.
"""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from playwright.sync_api import Page

from core.data import open_dataset
from core.data.associations import leanings_on, split_drift, strongest_leanings
from core.data.opened_file import SETTLED_S
from core.data.sources import register_folder
from core.data.summary import shown_split
from core.settings import Settings
from core.ui.dataset_filters import Filters, matching_rows
from tests.bench.conditions import Conditions, Row, host, say
from tests.bench.many_faces import make_faces
from tests.bench.visitor import IDLE, browsing, open_page, tab, timed
from tests.browser.serving import Server, serving

IMAGES = 30_000
MORE_ATTRIBUTES = 30
"""Beside the ten that `make_faces` writes: as many as CelebA has."""
REPEATS, PAGES = 10, 30
FACES_SHOWN = 12
PAINTED = f"""() => [...document.querySelectorAll('[data-testid=stImage] img')]
  .filter(image => image.complete && image.naturalWidth).length >= {FACES_SHOWN}"""

IDLE_NOW = f"() => document.querySelector('{IDLE}') !== null && document.querySelector('h1') !== null"


def bench(conditions: Conditions) -> Iterator[Row]:
    """The pure parts in this process, then the page in Chromium."""
    with host() as settings:
        folder = settings.artifacts.parent
        settings = settings.model_copy(update={"data_roots": (folder,)})
        say(f"making {IMAGES:,} images …")
        source = register_folder(_faces(folder / "faces"), settings)
        yield from _pure_rows(folder / "faces", settings)
        with serving(folder, settings=settings) as server, browsing() as browser, tab(browser) as page:
            yield from _page_rows(server, page, f"{server.url}/dataset?source={source.id}")


def _faces(root: Path) -> Path:
    make_faces(root, IMAGES)
    labels = pd.read_csv(root / "list_attr_celeba.csv")
    rng = np.random.default_rng(1)
    more = {f"More_{i}": np.where(rng.random(IMAGES) < 0.3, 1, -1) for i in range(MORE_ATTRIBUTES)}
    labels.assign(**more).to_csv(root / "list_attr_celeba.csv", index=False)
    return root


def _pure_rows(folder: Path, settings: Settings) -> Iterator[Row]:
    time.sleep(SETTLED_S)  # What changed just now is not remembered.
    start = time.perf_counter()
    dataset = open_dataset(folder, settings=settings)
    yield Row("open the data set", f"{time.perf_counter() - start:.2f} s", "", "labels read, images listed")
    again = _median_ms(lambda: open_dataset(folder, settings=settings)) / 1e3
    yield Row("open it again", f"{again:.3f} s", "under 1 s", f"as remembered, median of {REPEATS}")
    dataset, _ = shown_split(dataset)
    asked = Filters(("Male", "Smiling"), ("Young",), "train", None, "00")
    acts = {
        "filter by five things": lambda: matching_rows(dataset, asked),
        "strongest leanings of 40 attributes": lambda: strongest_leanings(dataset, dataset.attributes),
        "leanings on Male": lambda: leanings_on(dataset, "Male"),
        "drift of 40 attributes": lambda: split_drift(dataset),
    }
    for what, act in acts.items():
        yield Row(what, f"{_median_ms(act):.0f} ms", "", f"median of {REPEATS}, in this process")


def _page_rows(server: Server, page: Page, address: str) -> Iterator[Row]:
    open_page(page, f"{server.url}/compare", "Compare")
    before = _memory(server)
    floor = [_paint(page, f"{server.url}/compare", IDLE_NOW) for _ in range(REPEATS)]
    yield Row("an empty Compare page, for comparison", f"{statistics.median(floor):.2f} s", "", "a reload")
    open_page(page, address, "Dataset")
    page.wait_for_function(PAINTED)
    paints = [_paint(page, address, PAINTED) for _ in range(REPEATS)]
    how = f"a reload, until {FACES_SHOWN} faces are drawn; worst {max(paints):.2f} s of {REPEATS}"
    yield Row("first paint, warm", f"{statistics.median(paints):.2f} s", "at most 1 s", how)
    yield from _filter_rows(page)
    open_page(page, address, "Dataset")
    page.wait_for_function(PAINTED)
    page.get_by_role("radio", name="In order").click(force=True)
    page.get_by_test_id("stPagination").wait_for()
    turns = [timed(page, page.get_by_role("button", name="Next page").click).whole for _ in range(PAGES)]
    yield Row("next page of 24 faces", f"p95 {_p95(turns):.2f} s", "", f"{PAGES} pages never seen before")
    for name in ("Statistics", "Map"):
        act = page.get_by_role("tab", name=name).click
        yield Row(f"tab {name}", f"{timed(page, act).whole:.2f} s", "", "the first time")
    grown = (_memory(server) - before) / 2**20
    yield Row("memory that the server grew by", f"{grown:.0f} MiB", "under 300 MB", "USS, after all of this")


def _filter_rows(page: Page) -> Iterator[Row]:
    page.get_by_role("button", name="Filter").click()
    box = page.get_by_role("combobox", name="Labelled with", exact=True)
    found = []
    for _ in range(REPEATS):
        box.click()
        found.append(timed(page, page.get_by_role("option").nth(1).click))
    how = f"{REPEATS} filters, one more each time; server {_p95([rerun.server for rerun in found]):.2f} s"
    yield Row("filter answers", f"p95 {_p95([rerun.whole for rerun in found]):.2f} s", "at most 0.3 s", how)


def _paint(page: Page, address: str, painted: str) -> float:
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(painted)
    return time.perf_counter() - start


def _memory(server: Server) -> int:
    return psutil.Process(server.process.pid).memory_full_info().uss


def _median_ms(act) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]

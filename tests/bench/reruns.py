"""Bench: how long a page takes to answer what a person does on it, with very many images and runs."""

import statistics
from collections.abc import Callable, Iterator

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.bench.conditions import Row
from tests.bench.visitor import Rerun, open_page, timed

REPEATS = 20
SEARCHES = ("run", "frozen", "0.001", "imagenet", "")

Act = Callable[[Page, int], Rerun]
"""What is done the i-th time."""


def rerun_rows(page: Page, url: str, source: str) -> Iterator[Row]:
    """A row for each thing done on each page; `source` is the id of the data set for Dataset and Train."""
    yield from _page(page, f"{url}/dataset?source={source}", "Dataset", DATASET)
    yield from _page(page, f"{url}/train?source={source}", "Train", TRAIN)
    yield from _page(page, f"{url}/compare", "Compare", COMPARE)
    yield from _page(page, f"{url}/predict", "Predict", PREDICT)


def _page(page: Page, address: str, title: str, acts: dict[str, Act]) -> Iterator[Row]:
    every: list[Rerun] = []
    for what, act in acts.items():
        try:
            open_page(page, address, title)
            reruns = [act(page, i) for i in range(REPEATS)]
        except PlaywrightError as error:
            # The page looks otherwise than this bench knows: the other figures are wanted all the same.
            yield Row(f"{title}: {what}", "not measured", "", str(error).splitlines()[0])
            continue
        every += reruns
        yield Row(f"{title}: {what}", _words(reruns), "", f"{REPEATS} times")
    if every:
        yield Row(f"**{title}, all of these**", f"**{_words(every)}**", "p95 0.5 s", f"{len(every)} reruns")


def _words(reruns: list[Rerun]) -> str:
    whole, server = _p95([rerun.whole for rerun in reruns]), _p95([rerun.server for rerun in reruns])
    return f"p95 {whole:.2f} s, server {server:.2f} s"


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def _choose(label: str) -> Act:
    """Another entry of a selectbox than the last time."""

    def act(page: Page, i: int) -> Rerun:
        page.get_by_role("combobox", name=label).click()
        return timed(page, page.get_by_role("option").nth(1 + i % 3).click)

    return act


def _number(label: str, value: Callable[[int], object]) -> Act:
    def act(page: Page, i: int) -> Rerun:
        box = page.get_by_role("spinbutton", name=label)
        box.fill(str(value(i)))
        return timed(page, lambda: box.press("Enter"))

    return act


def _click(name: str) -> Act:
    return lambda page, i: timed(page, page.get_by_role("button", name=name).click)


def _large_face(page: Page, i: int) -> Rerun:
    if i == 0:
        timed(page, page.get_by_role("radio", name="A number").click)
    return _number("Number, 1 to", lambda i: 2 + 997 * i)(page, i)


def _search(page: Page, i: int) -> Rerun:
    box = page.get_by_role("searchbox", name="Search").or_(page.get_by_role("textbox", name="Search"))
    return timed(page, lambda: box.fill(SEARCHES[i % len(SEARCHES)]))


def _tick(page: Page, i: int) -> Rerun:
    """A row's tick, in the table's first column."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    return timed(page, lambda: table.click(position={"x": 18, "y": 35 * (1 + i % 6) + 17}))


DATASET: dict[str, Act] = {
    "another target": _choose("Target"),
    "shuffle twelve faces": _click("Shuffle"),
    "a face by its number": _large_face,
}
TRAIN: dict[str, Act] = {
    "a number": _number("Epochs", lambda i: 11 + i % 9),
    "another target": _choose("Target"),
}
COMPARE: dict[str, Act] = {
    "search": _search,
    "another order": _choose("Sort by"),
    "tick a run": _tick,
}
PREDICT: dict[str, Act] = {"another run": _choose("Run")}

"""Chosen runs in a real browser: the verdict, the images of a cell, and a brush on an axis."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from core.data.sources import register_folder
from core.runs import Run
from core.settings import Settings
from tests.browser.serving import Server, serving
from tests.browser.test_compare import chosen, settled, tick
from tests.faces import N
from tests.scored_runs import CONFIG, scored_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SCORED = 10
"""Images of validation and of test in the tiny faces."""


@pytest.fixture
def server(tmp_path: Path, tiny_faces: Path) -> Iterator[Server]:
    """A server that may read the tiny faces, and knows them."""
    settings = Settings(artifacts=tmp_path / "artifacts", data_roots=(tiny_faces.parent,))
    register_folder(tiny_faces, settings)
    with serving(tmp_path, settings=settings) as found:
        yield found


def scored_on_faces(server: Server, faces: Path, name: str, *, right: int, dropout: float = 0.5) -> Run:
    """A run scored on the tiny faces: the first `right` of each split's images about right."""
    config = CONFIG.changed(data=str(faces), dropout=dropout)
    run = scored_run(server.settings, name, config=config, n=SCORED)
    frame = pd.read_parquet(run.predictions_path)
    first = frame.groupby("split").cumcount() < right
    told = frame["label"].where(first, 1 - frame["label"])
    ids = [f"{number:06d}.png" for number in range(N - 2 * SCORED + 1, N + 1)]
    frame.assign(image_id=ids, probability=(0.1 + 0.8 * told).astype("float32")).to_parquet(
        run.predictions_path, index=False
    )
    return run


def test_two_runs_show_the_verdict_and_the_images_of_a_cell(server: Server, page: Page, tiny_faces: Path):
    scored_on_faces(server, tiny_faces, "good", right=SCORED)
    scored_on_faces(server, tiny_faces, "bad", right=1)
    page.goto(f"{server.url}/compare")
    settled(page)
    tick(page, 0)
    expect(page.get_by_text("1 run chosen")).to_be_visible()
    settled(page)
    tick(page, 1)
    expect(page.get_by_text("2 runs chosen")).to_be_visible()
    settled(page)

    expect(page.get_by_text(re.compile("[AB] is better"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"0\.9000.*McNemar's exact p = 0\.0039, n = 10"))).to_be_visible()
    expect(page.get_by_text("Both right (1)")).to_be_visible()
    only = page.get_by_text(re.compile(r"Only [AB] right \(9\)"))
    only.click()
    expect(page.get_by_test_id("stImage")).to_have_count(SCORED - 1)
    settled(page)
    page.get_by_text("Both right (1)").click()
    expect(page.get_by_test_id("stImage")).to_have_count(1)

    page.get_by_text("Validation", exact=True).click()
    expect(page.get_by_text("10 validation images")).to_be_visible()
    page.wait_for_url(re.compile("split=val"))


def test_a_brush_on_an_axis_keeps_runs_and_is_cleared(server: Server, page: Page, tiny_faces: Path):
    runs = [
        scored_on_faces(server, tiny_faces, name, right=SCORED, dropout=dropout)
        for name, dropout in (("low", 0.0), ("middle", 0.25), ("high", 0.5))
    ]
    page.goto(f"{server.url}/compare?runs={','.join(run.id for run in runs)}")
    settled(page)
    axes = page.get_by_test_id("stVegaLiteChart").nth(2)
    axes.scroll_into_view_if_needed()
    _drag_over_the_upper_half(page, axes.bounding_box())
    kept = page.get_by_text("in the brush on dropout")
    expect(kept).to_contain_text("2 of 3 runs")
    settled(page)
    page.get_by_role("button", name="Clear the brush").click()
    expect(kept).to_have_count(0)
    settled(page)

    _drag_over_the_upper_half(page, axes.bounding_box())
    page.get_by_role("button", name="Choose only these 2").click()
    expect(page.get_by_text("2 runs chosen")).to_be_visible()
    settled(page)
    assert chosen(page) == [runs[1].id, runs[2].id]


def _drag_over_the_upper_half(page: Page, box: dict[str, float]) -> None:
    """Draw a rectangle along the first axis, from above its top to below its middle."""
    left, right = box["x"] + 0.1 * box["width"], box["x"] + 0.35 * box["width"]
    page.mouse.move(left, box["y"] + 0.12 * box["height"])
    page.mouse.down()
    page.mouse.move((left + right) / 2, box["y"] + 0.5 * box["height"], steps=4)
    page.mouse.move(right, box["y"] + 0.7 * box["height"], steps=4)
    page.mouse.up()

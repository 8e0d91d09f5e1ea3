"""Predict in a real browser: photos come in, are answered, doubted, explained, marked and handed out.

The other ways in are `test_predict_inlets`'s, what is kept of a photo `test_predict_privacy`'s.
"""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.ui.predict_csv import COLUMNS
from tests.browser.predicting import (
    Trained,
    badge,
    button,
    counted,
    faceless_photo,
    faces_photo,
    give,
    open_predict,
    press,
    settled,
)
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

WATCH = """
window.seen = {texts: "", states: 0};
const app = document.querySelector("[data-testid=stApp]");
new MutationObserver((changes) => {
  for (const change of changes)
    for (const node of change.addedNodes) window.seen.texts += " " + node.textContent;
}).observe(app, {subtree: true, childList: true});
new MutationObserver((changes) => {
  window.seen.states += changes.length;
}).observe(app, {attributes: true, attributeFilter: ["data-test-script-state"]});
"""
"""Remembers all that the page shows, however shortly, and how often its script starts or ends."""


def photos() -> dict[str, bytes]:
    """One face, two, none."""
    return {"one.png": faces_photo(1), "two.png": faces_photo(2), "none.png": faceless_photo()}


def move_margin(page: Page, to: str) -> None:
    """Put the slider at an end by the key `to`, Home (answer all) or End (answer what is certain)."""
    press(page, "Sure: ")
    page.get_by_role("slider").press(to)
    settled(page)
    page.keyboard.press("Escape")


def download(page: Page, path: Path) -> list[dict[str, str]]:
    """Click on CSV; its rows."""
    with page.expect_download() as waiting:
        press(page, "CSV")
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename.endswith(".csv")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_three_photos_get_answers_are_explained_marked_removed_and_handed_out(
    answering: Server, trained: Trained, page: Page, tmp_path: Path
):
    open_predict(page, trained.url(answering.url))
    page.evaluate(WATCH)
    give(page, photos(), "3 faces in 3 photos; not sure of ")
    # The watch below sees what comes.
    assert "two.png · face 2 of 2" in page.evaluate("window.seen.texts")

    # Each face is shown, and where in its photo it was.
    expect(page.get_by_text("two.png · face 2 of 2")).to_be_visible()
    expect(page.get_by_alt_text(re.compile(r"^one\.png: 1 face"))).to_have_count(1)
    expect(page.get_by_alt_text("two.png: 2 faces")).to_have_count(2)
    expect(page.get_by_alt_text(re.compile("^What the model sees"))).to_have_count(3)

    # Nobody's face is made of what is none, unless somebody says so.
    expect(page.get_by_text("No face was found")).to_have_count(1)
    press(page, "Use the whole image")
    counted(page, "4 faces in 3 photos; not sure of ")
    expect(page.get_by_text("No face was found")).to_have_count(0)
    expect(badge(page, "whole image")).to_be_visible()

    # Why: two pictures and a scale, in a window that goes again.
    press(page, "Why?")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Where the model found what speaks for")).to_be_visible()
    expect(dialog.get_by_role("img", name="Heat map")).to_be_visible()
    settled(page)
    drawn = "images => images.every(image => image.complete && image.naturalWidth > 0)"
    assert dialog.locator("img").count() == 3 and dialog.locator("img").evaluate_all(drawn)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)

    # The margin decides what is answered; the model is not asked again.
    page.evaluate("window.seen = {texts: '', states: 0}")
    move_margin(page, "End")
    counted(page, "4 faces in 3 photos; not sure of 4")
    expect(button(page, "Wrong")).to_have_count(0)
    move_margin(page, "Home")
    counted(page, "4 faces in 3 photos; not sure of 0")
    seen = page.evaluate("window.seen")
    assert seen["states"] > 0
    assert not re.search("Looking for faces|Asking the model", seen["texts"])

    # A mark on the second face, and the first photo goes.
    press(page, "Wrong", 1)
    expect(page.get_by_text(re.compile(r"you say (wo)?man is wrong"))).to_have_count(1)
    page.locator("[class*=st-key-remove-] button:visible").first.click()
    counted(page, "3 faces in 2 photos; not sure of 0")
    expect(page.get_by_text("one.png", exact=True)).to_have_count(0)

    # The table has it all, and comes without a rerun of the page.
    states = page.evaluate("window.seen.states")
    rows = download(page, tmp_path / "answers.csv")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.seen.states") == states
    assert tuple(rows[0]) == COLUMNS
    assert [(row["file"], row["face"], row["crop"], row["marked_wrong"]) for row in rows] == [
        ("two.png", "1", "aligned", rows[0]["label"]),
        ("two.png", "2", "aligned", ""),
        ("none.png", "1", "whole", ""),
    ]
    assert {(row["run"], row["threshold"], row["target"]) for row in rows} == {
        (trained.run_id, "0.50", "Male")
    }
    assert all(row["label"] in ("man", "woman") and 0 < float(row["calibrated"]) < 1 for row in rows)
    left, right = int(rows[0]["left"]), int(rows[1]["left"])
    assert 80 < left < 80 + 267 and 410 < right < 410 + 267
    expect(page.get_by_text(f"P(man) = {float(rows[0]['calibrated']):.4f}").first).to_be_visible()


def test_a_refused_photo_says_why_and_stops_no_other(answering: Server, trained: Trained, page: Page):
    open_predict(page, trained.url(answering.url))
    give(page, {"**broken** :tada:.png": b"no picture", "one.png": faces_photo(1)}, "1 face in ")
    refusal = page.get_by_test_id("stAlert").filter(has_text="damaged or no image of a known format")
    expect(refusal).to_be_visible()
    # The name is a stranger's: it is shown as it is.
    expect(refusal).to_contain_text(re.compile(r"\*\*broken\*\* :\u2060?tada:\.png"))
    page.locator("[class*=st-key-remove-] button:visible").first.click()
    counted(page, "1 face in 1 photo; not sure of ")
    expect(refusal).to_have_count(0)

"""What Predict promises of photos, held from outside: no other visitor sees them, nothing is written."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.predicting import (
    Trained,
    button,
    faceless_photo,
    faces_photo,
    give,
    listing,
    open_predict,
    press,
    settled,
)
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

NAME, REMARK = "unheard-of-name", "unheard-of-remark"


def test_another_visitor_sees_none_of_the_photos_and_a_reload_forgets_them(
    answering: Server, trained: Trained, page: Page, other_page: Page
):
    open_predict(page, trained.url(answering.url))
    give(page, {"mine.png": faces_photo(1)}, "1 face in 1 photo")
    open_predict(other_page, trained.url(answering.url))
    expect(other_page.get_by_text("mine.png")).to_have_count(0)
    # Also when the same photo comes from them: each has their own tray.
    give(other_page, {"theirs.png": faces_photo(1)}, "1 face in 1 photo")
    expect(other_page.get_by_text("mine.png")).to_have_count(0)
    expect(page.get_by_text("mine.png")).to_be_visible()
    expect(page.get_by_text("theirs.png")).to_have_count(0)
    page.reload()
    open_predict(page, page.url)
    expect(page.get_by_text("mine.png")).to_have_count(0)
    expect(button(page, "CSV")).to_have_count(0)


def test_nothing_of_a_photo_is_written_or_logged(answering: Server, trained: Trained, page: Page):
    folder = answering.log.parent
    places = [folder, trained.settings.artifacts]
    open_predict(page, trained.url(answering.url))
    # What a server keeps for itself is there after its first answer and its first heat map.
    give(page, {"first.png": faces_photo(1)}, "1 face in 1 photo")
    explain(page)
    before = unchanging(answering, places)

    photo = faces_photo(2, text=REMARK)
    broken = photo[: len(photo) // 2]
    given = {f"{NAME}.png": photo, f"{NAME} broken.png": broken, f"{NAME} none.png": faceless_photo()}
    assert REMARK.encode() in photo and REMARK.encode() in broken
    give(page, given, "3 faces in 3 photos")
    press(page, "Use the whole image")
    explain(page)
    with page.expect_download():
        press(page, "CSV")

    assert unchanging(answering, places) == before, "files came or changed"
    # The server's log may grow, by what TensorFlow says of itself.
    assert not holding(places, NAME) and not holding(places, REMARK)


def explain(page: Page) -> None:
    """Open the first face's heat map and close it."""
    press(page, "Why?")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="Heat map")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    settled(page)


def unchanging(server: Server, folders: list[Path]) -> set[tuple[str, int, int]]:
    """The files under the folders but for the server's log."""
    return {found for found in listing(folders) if found[0] != str(server.log)}


def holding(folders: list[Path], word: str) -> list[str]:
    """The files that have the word in their name or in them."""
    return [
        path
        for path, _, _ in listing(folders)
        if word in Path(path).name or word.encode() in Path(path).read_bytes()
    ]

"""The other ways in on Predict, in a real browser: the camera, a folder, test images, drawn faces."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.settings import Settings
from tests.browser.predicting import (
    DROP_ZONE,
    Trained,
    badge,
    button,
    counted,
    faceless_photo,
    give,
    halves,
    open_predict,
    press,
    settled,
)
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

MIRRORED = "matrix(-1, 0, 0, 1, 0, 0)"
LIMIT = Settings.model_fields["max_upload_files"].default


def transform(page: Page, selector: str) -> str:
    """How CSS turns an element."""
    return page.locator(selector).evaluate("element => getComputedStyle(element).transform")


def test_the_camera_is_a_mirror_and_its_photo_is_not(answering: Server, trained: Trained, camera_page: Page):
    page = camera_page
    open_predict(page, trained.url(answering.url))
    # On demand only.
    expect(page.locator("video")).to_have_count(0)
    page.get_by_role("radio", name="Camera").click()
    expect(page.locator("video")).to_be_visible()
    assert transform(page, "video") == MIRRORED
    # Playwright's own way to wait for that needs `eval`, which the app's policy forbids.
    while not page.locator("video").evaluate("video => video.videoWidth"):
        page.wait_for_timeout(100)
    press(page, "Take Photo")

    # It joins the tray as any other; here is no face in it.
    counted(page, "0 faces in 1 photo; not sure of 0; no face in 1")
    expect(page.get_by_text("Camera 1.jpg")).to_be_visible()
    assert transform(page, "[data-testid=stCameraInput] img") == MIRRORED
    # What came back from the server is as it was sent: dark at the left, as the camera saw it.
    tile = page.get_by_alt_text("Camera 1.jpg")
    assert tile.evaluate("element => getComputedStyle(element).transform") == "none"
    left, right = halves(page.request.get(tile.evaluate("image => image.src")).body())
    assert left + 50 < right, "the photo that was sent is mirrored"
    press(page, "Use the whole image")
    counted(page, "1 face in 1 photo")
    expect(page.get_by_text(re.compile(r"P\(man\) = [01]\.\d{4}")).first).to_be_visible()
    assert "Traceback" not in answering.log.read_text()


def test_a_folder_of_more_photos_than_there_is_room_for_is_told_and_the_rest_answered(
    answering: Server, trained: Trained, page: Page, tmp_path: Path
):
    folder = tmp_path / "holiday"
    (folder / "deeper").mkdir(parents=True)
    for number in range(LIMIT + 10):
        path = folder / ("deeper" if number % 2 else ".") / f"{number:02d}.png"
        path.write_bytes(faceless_photo((24, 24), level=number))
    open_predict(page, trained.url(answering.url))
    page.get_by_role("radio", name="A folder").click()
    expect(page.locator("input[webkitdirectory]")).to_be_attached()
    settled(page)
    page.locator(DROP_ZONE).set_input_files(folder)
    counted(page, f"0 faces in {LIMIT} photos; not sure of 0; no face in {LIMIT}")
    expect(page.get_by_text(f"10 photos of {LIMIT + 10} found no room")).to_be_visible()
    expect(page.get_by_text("No face was found")).to_have_count(LIMIT)
    # Names without their folders; the page goes on.
    expect(page.get_by_text(re.compile("holiday|deeper"))).to_have_count(0)
    press(page, "Remove all")
    expect(page.get_by_text("No face was found")).to_have_count(0)
    page.get_by_role("radio", name="Photos").click()
    expect(page.locator("input[webkitdirectory]")).to_have_count(0)
    settled(page)
    give(page, {"one more.png": faceless_photo()}, "0 faces in 1 photo")


def test_images_of_the_test_split_come_with_their_labels_and_others_each_time(
    answering: Server, trained: Trained, page: Page
):
    open_predict(page, trained.url(answering.url))
    press(page, "Test images")
    counted(page, "6 faces in 6 photos")
    labelled = page.get_by_text(re.compile(r"^test image \d{6}\.jpg · labelled (man|woman)$"))
    expect(labelled).to_have_count(6)
    first = labelled.all_inner_texts()
    press(page, "Test images")
    expect(labelled.first).not_to_have_text(first[0])
    settled(page)
    expect(labelled).to_have_count(6)
    assert labelled.all_inner_texts() != first


def test_drawn_samples_come_at_a_click_and_are_said_to_be_drawn(
    answering: Server, trained: Trained, page: Page
):
    open_predict(page, trained.url(answering.url))
    press(page, "Try a sample")
    counted(page, "3 faces in 3 photos")
    expect(badge(page, "a drawn face")).to_have_count(3)
    expect(button(page, "Why?")).to_have_count(3)

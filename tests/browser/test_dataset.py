"""Looking at a data set in a real browser: filter it, page through it, open an image, drag over the map."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.data.sources import register_folder
from core.settings import Settings
from tests.browser.serving import Server, serving
from tests.browser.test_first_visit import settled
from tests.faces import make_celeba

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty faces, three of each person."""
    root = make_celeba(tmp_path_factory.mktemp("looking") / "faces")
    people = "".join(f"{i:06d}.png {(i + 2) // 3}\n" for i in range(1, 61))
    (root / "identity_CelebA.txt").write_text(people)
    return root


@pytest.fixture(scope="module")
def looking(folder: Path) -> Iterator[Server]:
    """A server that has them."""
    settings = Settings(artifacts=folder.parent / "artifacts", data_roots=(folder.parent,))
    register_folder(folder, settings)
    with serving(folder.parent, settings=settings) as server:
        yield server


@pytest.fixture
def faces(looking: Server, folder: Path, page: Page) -> Page:
    """The page on those faces, drawn to its end."""
    page.goto(f"{looking.url}/dataset?source={register_folder(folder, looking.settings).id}")
    settled(page, "Dataset")
    return page


def numbers(page: Page, count: int) -> list[int]:
    """The numbers on the `count` buttons under the faces of the open tab, once they are drawn."""
    buttons = page.get_by_role("button", name=re.compile(r"#\d+"))
    expect(buttons).to_have_count(count)
    return [int(re.search(r"#(\d+)", text)[1]) for text in buttons.all_inner_texts()]


def test_filtering_leaves_the_faces_asked_for_and_the_link_shows_the_same(faces: Page):
    faces.get_by_role("radio", name="In order").click(force=True)
    assert numbers(faces, 24) == list(range(1, 25))
    faces.get_by_role("button", name="Filter").click()
    faces.get_by_role("combobox", name="Labelled with", exact=True).click()
    faces.get_by_role("option", name="male").click()
    expect(faces.get_by_text("30 of 60 images: man")).to_be_visible()
    assert "with=Male" in faces.url
    faces.goto(faces.url)
    settled(faces, "Dataset")
    expect(faces.get_by_text("30 of 60 images: man")).to_be_visible()
    assert all(number % 2 == 0 for number in numbers(faces, 24))


def test_paging_reaches_the_last_face(faces: Page):
    faces.get_by_role("radio", name="In order").click(force=True)
    faces.get_by_test_id("stPagination").get_by_text("3", exact=True).click()
    expect(faces.get_by_role("button", name="#60")).to_be_visible()
    assert numbers(faces, 12) == list(range(49, 61))


def test_the_tab_outlives_a_reload_and_back_leads_to_the_one_before(faces: Page):
    faces.get_by_role("tab", name="Statistics").click()
    faces.get_by_role("tab", name="Problems").click()
    expect(faces).to_have_url(re.compile("tab=problems"))
    faces.reload()
    settled(faces, "Dataset")
    expect(faces.get_by_role("tab", name="Problems")).to_have_attribute("aria-selected", "true")
    faces.go_back()
    expect(faces.get_by_role("tab", name="Statistics")).to_have_attribute("aria-selected", "true")
    expect(faces).to_have_url(re.compile("tab=statistics"))


def test_two_faces_fill_a_line_of_a_phone(faces: Page):
    faces.set_viewport_size({"width": 390, "height": 844})
    pictures = faces.get_by_test_id("stImage")
    expect(pictures).to_have_count(12)
    faces.wait_for_timeout(500)
    left, right = (pictures.nth(i).bounding_box() for i in (0, 1))
    assert left["y"] == right["y"] and left["width"] == right["width"] > 160
    assert faces.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_image_opens_and_leads_to_the_persons_other_photos(faces: Page):
    faces.get_by_role("radio", name="Image 3, 30").click(force=True)
    faces.get_by_role("button", name="#30").click()
    dialog = faces.get_by_role("dialog")
    expect(dialog.get_by_text("2 other photos of this person")).to_be_visible()
    expect(dialog.get_by_text("Person 10.")).to_be_visible()
    dialog.get_by_role("button", name="#28").click()
    expect(dialog.get_by_text("#28 000028.png")).to_be_visible()
    expect(dialog.get_by_role("button", name="#30")).to_be_visible()
    faces.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_rectangle_on_the_map_shows_the_images_in_it(faces: Page):
    faces.set_viewport_size({"width": 1280, "height": 1400})
    faces.get_by_role("tab", name="Map").click()
    chart = faces.get_by_test_id("stVegaLiteChart").last
    expect(chart.locator("canvas, svg").first).to_be_visible()
    settled(faces, "Dataset")
    expect(faces.get_by_text("All 60 images, placed by")).to_be_visible()
    faces.wait_for_timeout(1000)
    box = chart.bounding_box()
    faces.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.2)
    faces.mouse.down()
    faces.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.9, steps=8)
    faces.mouse.up()
    found = faces.get_by_text(re.compile(r"\d+ images in the rectangle"))
    expect(found).to_be_visible()
    count = int(found.inner_text().split()[0])
    assert count > 10 and len(numbers(faces, min(count, 24))) == min(count, 24)


def test_statistics_are_drawn_and_fit_a_phone(faces: Page):
    faces.set_viewport_size({"width": 390, "height": 844})
    faces.get_by_role("tab", name="Statistics").click()
    expect(faces.get_by_text("What leans on the target")).to_be_visible()
    settled(faces, "Dataset")
    assert faces.evaluate("document.documentElement.scrollWidth") <= 390

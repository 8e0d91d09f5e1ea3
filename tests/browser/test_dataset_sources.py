"""Ways to a data set in a real browser: a zip is trained on and deleted, a cut download is gone on with.

The hub is one on this machine (`tests.hub_server`), and no other is asked.
"""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from core.data import open_dataset
from core.data.download import read_record
from core.data.sources import list_sources, register_folder
from core.runs import Run, RunStore, State
from core.settings import Settings
from tests.browser.serving import Server, serving
from tests.browser.test_first_visit import DRAWING_MS, settled
from tests.faces import make_class_folders
from tests.hub_server import FOLDER, REPOSITORY, FakeHub, hub_on_this_machine, make_shard

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

EACH = 40
"""Images in each of the two class folders."""
TRAINING_MS = 900_000
"""A quarter of a minute where nothing else runs; on two cores with twelve at work it took 200 s."""
DROP_ZONE = "[data-testid=stFileUploaderDropzoneInput]"
IMAGES = 1_000
FIRST, SECOND = (f"{FOLDER}/train-0000{i}-of-00002.parquet" for i in (0, 1))
CUT_AT = 50_000
"""Bytes of the second shard that come before the connection is cut."""
TRIES = 6
"""How often nothing comes at all: more often than a download asks, which is for half a minute."""


@dataclass(frozen=True)
class Host:
    """A server with one tiny data set, so that no faces have to be drawn before its Dataset page opens."""

    server: Server
    first: str

    def open_dataset_page(self, page: Page, source: str = "") -> None:
        page.goto(f"{self.server.url}/dataset?source={source or self.first}")
        settled(page, "Dataset")

    def own_folders(self) -> list[Path]:
        own = self.server.settings.datasets / "own"
        return list(own.iterdir()) if own.is_dir() else []

    def names(self) -> list[str]:
        return [source.name for source in list_sources(self.server.settings)]


@pytest.fixture
def settings(tmp_path: Path, tiny_faces: Path) -> Settings:
    """A host's that knows the tiny data set."""
    return Settings(artifacts=tmp_path / "artifacts", data_roots=(tiny_faces.parent,))


@pytest.fixture
def host(tmp_path: Path, tiny_faces: Path, settings: Settings) -> Iterator[Host]:
    """A server that is asked for what people bring."""
    first = register_folder(tiny_faces, settings).id
    with serving(tmp_path, settings=settings) as server:
        yield Host(server, first)


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A hub whose bytes come so slowly that one can watch, and of which the second shard breaks off."""
    shards = {
        FIRST: make_shard(400, 0),
        SECOND: make_shard(400, 400),
        f"{FOLDER}/valid-00000-of-00001.parquet": make_shard(100, 800),
        f"{FOLDER}/test-00000-of-00001.parquet": make_shard(100, 900),
    }
    with hub_on_this_machine(shards) as running:
        footers, whole = len(shards), max(map(len, shards.values()))
        running.faults.quick = footers
        running.faults.slow_s = 0.1
        running.faults.cut_after = [whole] * (footers + 1) + [CUT_AT] + [0] * TRIES
        yield running


@pytest.fixture
def downloading(tmp_path: Path, tiny_faces: Path, settings: Settings, hub: FakeHub) -> Iterator[Host]:
    """A server whose downloads come from that hub."""
    variables = {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(tmp_path / "hf"),
        "HF_TOKEN": "",
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "*",
        "LINEAMENT_CELEBA_REPOSITORY": REPOSITORY,
        "LINEAMENT_MIN_FREE_BYTES": "0",
    }
    first = register_folder(tiny_faces, settings).id
    with serving(tmp_path, settings=settings, variables=variables) as server:
        yield Host(server, first)


def class_folders_zip(folder: Path) -> bytes:
    """A zip of `men/` and `women/`."""
    make_class_folders(folder / "faces", each=EACH)
    return Path(shutil.make_archive(str(folder / "zipped"), "zip", folder / "faces")).read_bytes()


def keep_a_zip(page: Page, name: str, content: bytes) -> str:
    """Upload a zip and keep it; the id in the address."""
    page.get_by_role("button", name="Upload a zip").click()
    dialog = page.get_by_role("dialog")
    payload = {"name": f"{name}.zip", "mimeType": "application/zip", "buffer": content}
    dialog.locator(DROP_ZONE).set_input_files(payload)
    expect(dialog.get_by_text(f"{2 * EACH} images with a label: {EACH} man, {EACH} woman.")).to_be_visible()
    expect(dialog.get_by_test_id("stImage").locator("img")).to_have_count(12)
    expect(dialog.get_by_label("Name", exact=True)).to_have_value(name)
    dialog.get_by_role("button", name="Keep").click()
    page.wait_for_url(re.compile(r"source=own-"))
    expect(dialog).to_have_count(0)
    settled(page, "Dataset")
    return re.search(r"source=([\w-]+)", page.url)[1]


def start_a_short_run(page: Page, store: RunStore) -> Run:
    """Fill the form for one epoch of small images from random weights, and start it."""
    random_start = page.get_by_role("button", name="Use the random start instead")
    random_start.click()
    expect(random_start).to_have_count(0)
    settled(page, "Train")
    page.get_by_text("More settings").first.click()
    for label, value in (("Epochs", "1"), ("Image size", "32")):
        field = page.get_by_label(label, exact=True)
        field.fill(value)
        field.press("Enter")
        expect(page.get_by_text("Your own settings.")).to_be_visible()
        settled(page, "Train")
        expect(field).to_have_value(value)
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"run=\d{8}-\d{6}-\w{6}"))
    return store.get(re.search(r"run=([\w-]+)", page.url)[1])


def held_still(server: Server) -> psutil.Process:
    """The trainer, made to wait where it is: however busy the machine is, the run is then at work."""
    deadline = time.monotonic() + DRAWING_MS / 1000
    while time.monotonic() < deadline:
        for process in psutil.Process(server.process.pid).children(recursive=True):
            if "core.training" in process.cmdline():
                process.suspend()
                return process
        time.sleep(0.05)
    pytest.fail("no trainer was started")


def ask_to_delete(page: Page) -> Locator:
    """Unfold the way to delete the data set that is shown; its last button."""
    page.get_by_test_id("stMain").get_by_role("button", name="Delete", exact=True).click()
    button = page.get_by_role("button", name="Delete for good")
    expect(button).to_be_visible()
    return button


def delete_for_good(page: Page, sure: str) -> None:
    """Press it, once it was said that one is sure."""
    page.get_by_text(sure).click()
    button = page.get_by_role("button", name="Delete for good")
    expect(button).to_be_enabled()
    button.click()
    # The first set of the list comes in its place: the synthetic faces, which have to be drawn.
    expect(button).to_have_count(0, timeout=DRAWING_MS)
    settled(page, "Dataset")


def test_a_zip_is_uploaded_trained_on_and_deleted(host: Host, page: Page, other_page: Page, tmp_path: Path):
    host.open_dataset_page(page)
    own_id = keep_a_zip(page, "Family faces", class_folders_zip(tmp_path))
    assert "Family faces" in host.names()
    assert [folder.name for folder in host.own_folders()] == [own_id]
    expect(page.get_by_text(f"{2 * EACH} images", exact=False).first).to_be_visible()

    # By the page's own link to the form, which then holds these faces.
    page.get_by_role("link", name="Train a model on these faces").click()
    settled(page, "Train")
    store = RunStore(host.server.settings.runs)
    run = start_a_short_run(page, store)
    trainer = held_still(host.server)
    config = run.config()
    assert config.data == str(host.server.settings.datasets.resolve() / "own" / own_id)
    assert (config.target, config.epochs, config.image_size, config.weights) == ("Male", 1, 32, "random")

    # While the run is at work on them they cannot be deleted.
    host.open_dataset_page(other_page, own_id)
    button = ask_to_delete(other_page)
    expect(other_page.get_by_text("Not while a run is at work on it")).to_be_visible()
    expect(button).to_be_disabled()
    expect(other_page.get_by_role("checkbox", name="I know that this cannot be undone")).to_be_disabled()
    trainer.resume()

    # It finishes, and its page names the data set.
    badge = page.get_by_test_id("stMain").locator(".stMarkdownBadge")
    expect(badge.filter(has_text="Finished").first).to_be_visible(timeout=TRAINING_MS)
    assert run.state().state is State.FINISHED
    assert run.environment().data.name == "Family faces"

    # Now they can go: from the list, and from the disk.
    host.open_dataset_page(other_page, own_id)
    ask_to_delete(other_page)
    expect(other_page.get_by_text("The figures of 1 run on it stay")).to_be_visible()
    delete_for_good(other_page, "I know that this cannot be undone")
    assert own_id not in other_page.url
    other_page.get_by_role("combobox", name="Data set").click()
    expect(other_page.get_by_role("option", name="tiny")).to_be_visible()
    expect(other_page.get_by_role("option", name="Family faces")).to_have_count(0)
    assert host.own_folders() == [] and "Family faces" not in host.names()

    # What the run came to is still there.
    other_page.goto(f"{host.server.url}/run?run={run.id}")
    expect(other_page.get_by_test_id("stMetricValue").first).to_be_visible()
    expect(other_page.get_by_test_id("stException")).to_have_count(0)
    assert "Traceback" not in host.server.log.read_text()


def test_a_cut_download_is_told_outlives_a_reload_and_is_gone_on_with(
    downloading: Host, hub: FakeHub, page: Page
):
    settings = downloading.server.settings
    downloading.open_dataset_page(page)
    page.get_by_role("button", name="Download CelebA").click()
    expect(page.get_by_text("The data are for non-commercial research only.")).to_be_visible()
    start = page.get_by_role("button", name="Download", exact=True)
    expect(start).to_be_disabled()
    images = page.get_by_label("Images", exact=True)
    images.fill(str(IMAGES))
    images.press("Enter")
    page.get_by_text("I have read the").click()
    expect(start).to_be_enabled()
    assert hub.asked == []
    start.click()

    # Bytes, images, speed and the time that is left; the form is out of the way.
    expect(
        page.get_by_text(
            re.compile(r"0\.\d of 1\.\d MB · \d[\d,]* of 1,000 images · \d+ kB/s · \d+ (s|min) left")
        )
    ).to_be_visible()
    expect(start).to_have_count(0)
    page.reload()
    settled(page, "Dataset")
    expect(page.get_by_text(re.compile(r"of 1,000 images"))).to_be_visible()

    # Cut in the middle it tries again by itself, and then says so in words and keeps what it has.
    failed = page.get_by_text(
        "CelebA, 1,000 images: The connection to localhost broke off again and again. "
        "What was fetched is kept: start again to go on."
    )
    expect(page.get_by_text("The hub does not answer as it should")).to_be_visible(timeout=DRAWING_MS)
    expect(failed).to_be_visible(timeout=DRAWING_MS)
    page.reload()
    settled(page, "Dataset")
    expect(failed).to_be_visible()
    expect(page.get_by_text("0.5 of 1.2 MB · 400 of 1,000 images are here.")).to_be_visible()
    assert not (settings.datasets / f"celeba-{IMAGES}").exists()

    # It goes on after the last byte that came; nothing that is here is asked for again.
    asked = len(hub.asked)
    hub.faults.slow_s, hub.faults.cut_after = 0.0, []
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile(rf"source=celeba-{IMAGES}-"), timeout=DRAWING_MS)
    settled(page, "Dataset")
    again = [line.split(" ")[1:] for line in hub.asked[asked:] if line.startswith("STORE ")]
    assert [path for path, _ in again] == [path for path in hub.files if path != FIRST]
    assert again[0] == [SECOND, f"bytes={CUT_AT}-{len(hub.files[SECOND]) - 1}"]

    # The faces are open, whole, and on the list; deleting them is offered as for an upload.
    expect(page.get_by_text("CelebA is here: 1,000 images.")).to_be_visible()
    expect(page.get_by_text("1,000 images · official split")).to_be_visible()
    expect(page.get_by_test_id("stImage").first).to_be_visible()
    there = settings.datasets.resolve() / f"celeba-{IMAGES}"
    assert read_record(there).whole_shards == len(hub.files)
    assert len(open_dataset(there, settings=settings)) == IMAGES
    assert there.name in downloading.names()
    ask_to_delete(page)
    delete_for_good(page, "I know that it would have to be downloaded again")
    assert not there.exists() and there.name not in downloading.names()
    assert "Traceback" not in downloading.server.log.read_text()

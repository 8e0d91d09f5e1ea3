"""The layers around the pages in Chromium: under a path in either mode, the camera, a house that is full."""

import json
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from core.access import VISITOR_COOKIE
from tests.browser.demo import DEMO
from tests.browser.predicting import Trained, counted, faces_photo, give, open_predict, press, settled
from tests.browser.serving import BASE, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

LISTEN = """document.addEventListener("securitypolicyviolation", event =>
    console.log("violated: " + event.violatedDirective + " " + event.blockedURI))"""
WASM = "violated: script-src wasm-eval"
"""Streamlit's protobuf asks whether there is WebAssembly; without, it reckons in JavaScript."""
SOCKETS = """window.sockets = []; const Plain = WebSocket;
window.WebSocket = class extends Plain { constructor(...all) { super(...all); sockets.push(this) } }"""


@pytest.mark.parametrize("mode", ["local", "demo"])
def test_under_a_path_photos_come_in_and_health_is_told(
    trained: Trained, page: Page, tmp_path: Path, mode: str
):
    variables = {**(DEMO if mode == "demo" else {}), BASE: "faces"}
    with serving(tmp_path, settings=trained.settings, variables=variables) as server:
        address = f"{server.url}/faces"
        open_predict(page, trained.url(address))
        give(page, {"mine.png": faces_photo(1)}, "1 face in 1 photo")
        for name in ("healthz", "readyz"):
            with urllib.request.urlopen(f"{address}/{name}", timeout=30) as answer:
                told = json.loads(answer.read())
                assert answer.status == 200 and all(told.values())
        paths = {cookie["name"]: cookie["path"] for cookie in page.context.cookies()}
        assert paths.get(VISITOR_COOKIE) == ("/faces" if mode == "demo" else None)


def test_the_camera_and_downloads_pass_the_policy_of_a_demo(
    trained: Trained, camera_page: Page, tmp_path: Path
):
    page, said = camera_page, []
    page.add_init_script(LISTEN)
    page.on("console", lambda line: said.append(line.text))
    with serving(tmp_path, settings=trained.settings, variables=DEMO) as server:
        open_predict(page, trained.url(server.url))
        page.get_by_role("radio", name="Camera").click()
        expect(page.locator("video")).to_be_visible()
        while not page.locator("video").evaluate("video => video.videoWidth"):
            page.wait_for_timeout(100)
        press(page, "Take Photo")
        counted(page, "0 faces in 1 photo")
        with page.expect_download() as download:
            press(page, "CSV")
        assert "Camera 1.jpg" in Path(download.value.path()).read_text("utf-8")
    # That the listener hears is seen by the one thing that is kept from running.
    assert {line for line in said if line.startswith("violated: ")} == {WASM}


def test_a_tab_that_lost_its_place_in_a_full_house_waits_and_comes_back(
    trained: Trained, page: Page, tmp_path: Path
):
    page.add_init_script(SOCKETS)
    variables = {**DEMO, "LINEAMENT_MAX_CONNECTIONS_PER_CLIENT": "1"}
    with serving(tmp_path, settings=trained.settings, variables=variables) as server:
        page.goto(f"{server.url}/compare")
        settled(page)
        taken, leave = threading.Event(), threading.Event()
        thief = threading.Thread(target=take_the_next_place, args=(server.url, taken, leave))
        thief.start()
        page.evaluate("sockets.at(-1).close()")
        assert taken.wait(60)
        search = page.get_by_placeholder("Name, tag, rate")
        expect(search).to_be_disabled()
        before = page.evaluate("sockets.length")
        # It asks again by itself, and is refused each time.
        while page.evaluate("sockets.length") < before + 2:
            page.wait_for_timeout(100)
        expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
        leave.set()
        thief.join()
        expect(search).to_be_enabled()
        settled(page)


def take_the_next_place(url: str, taken: threading.Event, leave: threading.Event) -> None:
    """Connect as soon as one can, and stay until told to leave."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    while not taken.is_set():
        try:
            with connect(address, subprotocols=["streamlit"]):
                taken.set()
                leave.wait(120)
        except WebSocketException:
            time.sleep(0.005)

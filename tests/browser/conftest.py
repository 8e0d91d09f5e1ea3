"""A Chromium, a cold server with nothing in its artifacts, and a tab that remembers its scripts' errors.

For Predict also a run that answers photos, a server of its own, and a tab with a camera.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.predicting import Trained, camera_film, train_on_photographs
from tests.browser.serving import FAKE_CAMERA, FLAGS, PATIENCE_S, VARIABLE, Server, find_chromium, serving

expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, started."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium_path(playwright: Playwright) -> str:
    """Where Chromium is; without one the test is skipped, and fails instead where CI is set."""
    path = find_chromium(playwright)
    if path is None:
        reason = (
            f"no Chromium: set {VARIABLE}, install Debian's `chromium`, or run `playwright install chromium`"
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """A headless Chromium."""
    browser = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """`streamlit run app.py` from another folder, as for a first visitor: no runs, no data, no weights."""
    with serving(tmp_path) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty tab; errors of its scripts fail the test."""
    with tab(chromium) as found:
        yield found


@pytest.fixture
def other_page(chromium: Browser) -> Iterator[Page]:
    """Another visitor's tab."""
    with tab(chromium) as found:
        yield found


@pytest.fixture
def camera_page(playwright: Playwright, chromium_path: str, tmp_path: Path) -> Iterator[Page]:
    """A tab with a camera, in a Chromium of its own: dark at the left, bright at the right."""
    film = camera_film(tmp_path / "camera.y4m")
    flags = [*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=chromium_path, args=flags)
    with tab(browser) as found:
        yield found
    browser.close()


@contextmanager
def tab(browser: Browser) -> Iterator[Page]:
    """An empty tab with nothing of another's; errors of its scripts fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(PATIENCE_S * 1000)
    yield page
    context.close()
    assert not errors


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A run really trained on what counts as photographs, a quarter of a minute."""
    return train_on_photographs(tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="module")
def answering(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with that run, its temporary files and its home in folders of its own."""
    folder = tmp_path_factory.mktemp("answering")
    private = {
        "TMPDIR": folder / "tmp",
        "HOME": folder / "home",
        "XDG_CACHE_HOME": folder / "home" / ".cache",
    }
    for path in private.values():
        path.mkdir(parents=True, exist_ok=True)
    variables = {name: str(path) for name, path in private.items()}
    with serving(folder, settings=trained.settings, variables=variables) as found:
        yield found

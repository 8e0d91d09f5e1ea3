"""Planted texts in a real browser: nothing runs, nothing is fetched from elsewhere, all is read as text."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.runs.records import Notes
from core.settings import Settings
from tests.attacks.planted import MARK
from tests.browser.serving import serving
from tests.scored_runs import CONFIG, scored_run

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PICTURE = f"![{MARK}](http://{MARK}.test/a.png)"
SCRIPT = f"<img src=http://{MARK}.test/b onerror=alert('{MARK}')>"
LINK = f"[{MARK}](http://{MARK}.test/) www.{MARK}.test a@{MARK}.test :red[{MARK}] **{MARK}**"
MATHS = f"${MARK}^2$ :material/delete: <script>alert(1)</script>"
NAMES = (PICTURE, SCRIPT, LINK, MATHS)


def test_a_hostile_run_shows_as_text_and_calls_nobody(page: Page, tmp_path):
    settings = Settings(artifacts=tmp_path / "artifacts")
    runs = []
    for seed, text in enumerate(NAMES):
        run = scored_run(settings, text, seed=seed, n=40, weights="file", config=CONFIG.changed(seed=seed))
        run.write_notes(Notes(name=text, tags=(text[:40],), note=text))
        (run.path / "log.txt").write_text(text)
        runs.append(run.id)
    called, dialogs = _watch(page)
    with serving(tmp_path, settings=settings) as server:
        for address in (
            f"compare?runs={runs[0]},{runs[1]}",
            f"compare?runs={','.join(runs)}&group=study",
            *(f"run?run={run}" for run in runs),
            *(f"train?run={run}" for run in runs[:2]),
            f"predict?run={runs[0]}",
            f"train?study={SCRIPT}",
            f"dataset?source={PICTURE}",
        ):
            page.goto(f"{server.url}/{address}")
            said = page.locator(f"[data-testid=stMain] :text('{MARK}'), input[value*={MARK}]")
            expect(said.first).to_be_visible()
            _is_text(page)
        page.goto(f"{server.url}/run?run={runs[0]}")
        expect(page.get_by_role("heading", name=_parted(PICTURE))).to_be_visible()
        page.goto(f"{server.url}/run?run={runs[1]}")
        expect(page.get_by_role("heading", name=_parted(SCRIPT))).to_be_visible()
        # A folder's name on the way to the browser, as an upload has it.
        page.goto(f"{server.url}/predict?run={runs[0]}")
        broken = {"name": f"{LINK.replace('/', '∕')}.png", "mimeType": "image/png", "buffer": b"no picture"}
        page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files([broken])
        expect(page.get_by_text("No picture").or_(page.get_by_text(f"[{MARK}]")).first).to_be_visible()
        _is_text(page)
        host = urlsplit(server.url).netloc
    assert dialogs == []
    assert {address for address in called if urlsplit(address).netloc not in ("", host)} == set()


def _watch(page: Page) -> tuple[list[str], list[str]]:
    """What the page asks for over the network from now on, and the dialogs that it opens."""
    called: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    return called, dialogs


def _parted(text: str) -> str:
    """The text with the invisible joiner that keeps addresses from becoming links."""
    return text.replace("://", ":\u2060//")


def _is_text(page: Page) -> None:
    """No element of the page was made of a planted text."""
    for selector in (
        f"img[src*={MARK}], img[alt*={MARK}]:not([alt*=' '])",
        f"a[href*='{MARK}.test']",
        "[onerror]",
        f"script:text('{MARK}')",
        f"strong:text-is('{MARK}')",
        ".katex",
        f"span[style*=color]:text-is('{MARK}')",
    ):
        assert page.locator(selector).count() == 0, selector

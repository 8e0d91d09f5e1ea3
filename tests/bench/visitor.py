"""A visitor of the bench: a tab of Chromium that tells when something was done and when all was drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.serving import FLAGS, PATIENCE_S, find_chromium

WATCH = """
window.bench = {};
for (const kind of ['pointerdown', 'keydown', 'input'])
  document.addEventListener(kind, () => { bench.acted ??= performance.now() }, {capture: true});
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...words) {
    super(...words);
    this.addEventListener('message', () => { bench.heard = performance.now() });
  }
  send(data) { bench.sent ??= performance.now(); super.send(data) }
};
new MutationObserver(() => { bench.drawn = performance.now() })
  .observe(document, {subtree: true, attributes: true, attributeFilter: ['data-test-script-state']});
"""
"""Runs before the page's own scripts. Times are the tab's, milliseconds."""

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
SETTLED = f"""() => bench.sent !== undefined && bench.heard > bench.sent
  && performance.now() - Math.max(bench.heard, bench.drawn ?? 0) > 250
  && document.querySelector('{IDLE}') !== null"""
"""The server has answered and nothing more came for a quarter of a second."""


@dataclass(frozen=True)
class Rerun:
    """One rerun, seconds: from the key or click to the last thing drawn, and the server's part of it."""

    whole: float
    server: float


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless Chromium; raises RuntimeError where there is none."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            raise RuntimeError("There is no Chromium. Set LINEAMENT_CHROMIUM, or install one.")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser) -> Iterator[Page]:
    """A tab with nothing cached that is watched."""
    # Waiting for a function needs `eval`, which the policy of the pages forbids.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_S * 1000 / 2)
    yield page
    context.close()


def open_page(page: Page, address: str, title: str) -> None:
    """Go to an address and wait until that page is drawn to its end."""
    page.goto(address)
    page.get_by_role("heading", name=title, level=1).wait_for()
    page.wait_for_selector(IDLE)


def timed(page: Page, act: Callable[[], object]) -> Rerun:
    """Do what starts a rerun, and wait until it is drawn; `act` begins with the key or click that counts."""
    page.evaluate("() => { bench.acted = bench.sent = bench.heard = bench.drawn = undefined }")
    act()
    page.wait_for_function(SETTLED)
    times = page.evaluate("bench")
    end = max(times["heard"], times.get("drawn") or 0.0)
    return Rerun((end - times["acted"]) / 1000, (times["heard"] - times["sent"]) / 1000)

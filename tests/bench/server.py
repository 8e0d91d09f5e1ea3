"""Bench: the pages. A cold start, reruns with very much to show, polling, the first answer.

Needs a Chromium; takes about six minutes. Each part is a file beside this one.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from core.data.sources import register_folder
from core.settings import Settings
from tests.bench.cold_start import cold_start_rows
from tests.bench.ended_runs import make_many
from tests.bench.first_answer import first_answer_rows
from tests.bench.many_faces import make_faces
from tests.bench.polling import polling_rows
from tests.bench.reruns import rerun_rows
from tests.bench.visitor import browsing, tab
from tests.browser.serving import serving

IMAGES = 30_000
RUNS = 1_000

Row = tuple[str, str, str]
"""What was measured, the figure, how."""


def bench() -> Iterator[Row]:
    """All parts, one after the other."""
    with browsing() as browser:
        yield from cold_start_rows(browser)
        yield from _many(browser)
        yield from first_answer_rows(browser)


def _many(browser: Browser) -> Iterator[Row]:
    """Reruns and polling of one server with very many images and runs."""
    with tempfile.TemporaryDirectory(prefix="lineament-bench-") as name:
        folder = Path(name)
        settings = Settings(artifacts=folder / "artifacts", data_roots=(folder,))
        make_many(settings.runs, RUNS)
        source = register_folder(make_faces(folder / "faces", IMAGES), settings)
        with serving(folder, settings=settings) as server:
            with tab(browser) as page:
                yield from rerun_rows(page, server.url, source.id)
            yield from polling_rows(browser, server)

"""Bench: the pages. A cold start, reruns with very much to show, polling, the first answer.

Needs a Chromium; takes about six minutes. Each piece is a file beside this one; `--only cold reruns` takes
some of them. Images, weights and sizes are its own: the command's options do not matter.
"""

from collections.abc import Iterator

from playwright.sync_api import Browser

from core.data.sources import register_folder
from tests.bench.cold_start import cold_start_rows
from tests.bench.conditions import Conditions, Row, host, say
from tests.bench.ended_runs import make_many
from tests.bench.first_answer import first_answer_rows
from tests.bench.many_faces import make_faces
from tests.bench.polling import polling_rows
from tests.bench.reruns import rerun_rows
from tests.bench.visitor import browsing, tab
from tests.browser.serving import serving

IMAGES = 30_000
RUNS = 1_000


def bench(conditions: Conditions) -> Iterator[Row]:
    """All pieces, or those that were asked for, one after the other."""
    pieces = {"cold": cold_start_rows, "reruns": _reruns, "polling": _polling, "answer": first_answer_rows}
    with browsing() as browser:
        for name, piece in pieces.items():
            if not conditions.only or name in conditions.only:
                say(f"{name} …")
                yield from piece(browser)


def _reruns(browser: Browser) -> Iterator[Row]:
    """Reruns of a server with very many images and runs."""
    with host() as settings:
        folder = settings.artifacts.parent
        settings = settings.model_copy(update={"data_roots": (folder,)})
        make_many(settings.runs, RUNS)
        source = register_folder(make_faces(folder / "faces", IMAGES), settings)
        with serving(folder, settings=settings) as server, tab(browser) as page:
            yield from rerun_rows(page, server.url, source.id)


def _polling(browser: Browser) -> Iterator[Row]:
    """What one live page costs a server with very many runs."""
    with host() as settings:
        make_many(settings.runs, RUNS)
        with serving(settings.artifacts.parent, settings=settings) as server:
            yield from polling_rows(browser, server)

"""Bench: how long the first answer on Predict takes, at once after the page opened and a while later."""

import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from core.data.synthetic import ensure_synthetic
from core.runs import RunStore
from core.settings import PROJECT, Settings
from tests.bench.conditions import Row, host
from tests.bench.ended_runs import make_ended_run
from tests.bench.visitor import Rerun, open_page, tab, timed
from tests.browser.serving import serving

WAIT_S = 20
"""What a person may need to choose a photo; longer than the warm-up."""
PATIENCE_MS = 120_000
TRAINED, OTHER = "trained", "run 0"
"""What the two runs are called."""
TRAINING = f"train --data sample --weights random --image-size 96 --limit 100 --epochs 1 --name {TRAINED}"


def first_answer_rows(browser: Browser) -> list[Row]:
    """The first answer of a cold server, asked for at once and later; and a rerun while it warms up."""
    with host() as settings:
        folder = settings.artifacts.parent
        ensure_synthetic(settings.datasets)
        _train(settings)
        # To go to and back: it has no model that could be warmed up.
        make_ended_run(RunStore(settings.runs))
        at_once, _ = _answer(browser, folder / "at once", settings, 0)
        later, slowest = _answer(browser, folder / "later", settings, WAIT_S)
    how = "a cold server, from the click on the sample to the first probability in Chromium"
    return [
        Row("Predict: first answer, asked for at once", f"{at_once:.2f} s", "", how),
        Row(f"Predict: first answer, {WAIT_S} s after the page opened", f"{later:.2f} s", "", how),
        Row("Predict: slowest rerun during the warm-up", f"{slowest:.2f} s", "", "another run, and back"),
    ]


def _train(settings: Settings) -> None:
    command = [sys.executable, "-m", "core", *TRAINING.split(), "--artifacts", str(settings.artifacts)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


def _choose_run(page: Page, name: str) -> Rerun:
    page.get_by_role("combobox", name="Run").click()
    return timed(page, page.get_by_role("option", name=name).click)


def _answer(browser: Browser, folder: Path, settings: Settings, wait: float) -> tuple[float, float]:
    """Seconds to the answer when asked `wait` seconds after the page opened; the slowest rerun before."""
    (trained,) = (run.id for run in RunStore(settings.runs).list_runs() if run.config.weights == "random")
    with serving(folder, settings=settings) as server, tab(browser) as page:
        open_page(page, f"{server.url}/predict?run={trained}", "Predict")
        opened, slowest = time.monotonic(), 0.0
        while time.monotonic() - opened < wait:
            slowest = max(slowest, *(_choose_run(page, name).whole for name in (OTHER, TRAINED)))
        start = time.perf_counter()
        page.get_by_role("button", name="Try a sample").click()
        page.get_by_text("P(").first.wait_for(timeout=PATIENCE_MS)
        return time.perf_counter() - start, slowest

"""A sweep in a real browser: two tiny runs, clicked twice and queued once, watched to their end."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.data.sources import register_folder
from core.runs import RunStore, State
from core.runs.studies import StudyStore
from core.settings import Settings
from tests.browser.serving import serving
from tests.browser.test_first_visit import DRAWING_MS, settled
from tests.unit.ui.fabricated import CONFIG, write_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_sweep_is_started_once_and_watched_to_its_end(tmp_path: Path, tiny_faces: Path, page: Page):
    settings = Settings(artifacts=tmp_path / "artifacts", data_roots=(tiny_faces.parent,))
    register_folder(tiny_faces, settings)
    config = CONFIG.changed(data=str(tiny_faces), image_size=32, limit=None, epochs=1)
    like = write_run(settings, config=config)
    with serving(tmp_path, settings=settings) as server:
        page.goto(f"{server.url}/train?like={like.id}")
        settled(page, "Train")
        page.get_by_role("tab", name="Sweep").click()
        expect(page.get_by_text("= 3 runs")).to_be_visible()
        page.get_by_role("button", name="Remove 0.1", exact=True).click()
        expect(page.get_by_text("= 2 runs")).to_be_visible()
        settled(page, "Train")
        page.get_by_role("button", name="Start 2 runs").dblclick()
        page.wait_for_url(re.compile(r"study=\d{8}-\d{6}-\w{6}"))

        expect(page.get_by_text(re.compile(r"^\d of 2 done"))).to_be_visible()
        expect(page.get_by_text("2 of 2 done · 2 finished")).to_be_visible(timeout=DRAWING_MS)
        settled(page, "Train")
        [study] = StudyStore(settings.studies).list_studies()
        runs = [RunStore(settings.runs).get(run_id) for run_id in study.run_ids]
        assert [run.config().learning_rate for run in runs] == [0.001, 0.00001]
        assert [run.state().state for run in runs] == [State.FINISHED] * 2
        assert len(RunStore(settings.runs).ids()) == 3

        # Back at the form, the study is in the list; its link leads here again.
        page.get_by_role("button", name="New study").click()
        settled(page, "Train")
        page.get_by_test_id("stMain").get_by_role("link", name="Sweep").click()
        page.wait_for_url(re.compile(f"study={study.id}"))
        settled(page, "Train")
        assert "Traceback" not in server.log.read_text()

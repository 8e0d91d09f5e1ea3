"""The export button: what it offers, that it waits for its process, and the download when that has ended."""

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.export import Exports, Making
from core.settings import Settings
from tests.scored_runs import scored_run

BUNDLE = b"a zip"


def export_of(run_id: str) -> None:
    """A page with nothing but the button."""
    from core.ui.export_button import show_export
    from core.ui.resources import store

    show_export(store().summary(run_id))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the exports say and were asked: `making` is given, `started` is found."""
    told: dict[str, object] = {"making": None, "started": []}
    monkeypatch.setattr(Exports, "making", lambda self, *asked: told["making"])
    monkeypatch.setattr(Exports, "start", lambda self, *asked, card: told["started"].append((*asked, card)))
    return told


def opened(host: Settings) -> AppTest:
    app = AppTest.from_function(export_of, kwargs={"run_id": scored_run(host).id}, default_timeout=30).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(item.value for item in (*app.caption, *app.error, *app.info)).replace("\\", "")


def test_a_click_starts_the_export_with_the_model_card(host, answers):
    app = opened(host)
    app.button(key="export_make").click().run()
    assert not app.exception
    [(run_id, form, _, card)] = answers["started"]
    assert (form, card.startswith("# Model card")) == ("keras", True)
    assert run_id


def test_a_format_whose_packages_are_missing_is_told_and_not_offered(host, answers, monkeypatch):
    monkeypatch.setattr("core.runs.export_formats.find_spec", lambda name: None)
    app = opened(host)
    app.selectbox(key="export_format").set_value("onnx").run()
    assert "pip install -r requirements-export.txt" in words(app)
    assert not app.button


def test_a_failure_is_told_in_its_own_words(host, answers):
    answers["making"] = Making(running=False, words="The file failed its check.", bundle=None)
    app = opened(host)
    assert "The file failed its check." in words(app)
    assert not app.button(key="export_make").disabled


def test_while_it_is_made_it_says_what_it_is_at_and_cannot_be_started_again(host, answers):
    answers["making"] = Making(running=True, words="Writing it as keras.", bundle=None)
    app = opened(host)
    assert "Writing it as keras." in words(app)
    assert app.button(key="export_make").disabled


def test_what_was_made_can_be_downloaded(host, answers, tmp_path):
    (tmp_path / "made.zip").write_bytes(BUNDLE)
    answers["making"] = Making(running=False, words="", bundle=tmp_path / "made.zip")
    app = opened(host)
    [download] = app.get("download_button")
    assert download.proto.label == "Download (5 bytes)"

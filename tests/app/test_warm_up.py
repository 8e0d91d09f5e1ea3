"""The model of the run chosen on Predict and the face finder load in the background, and on no other page."""

import threading
from collections.abc import Iterator

import pytest

from core.errors import CheckpointError
from core.runs import RunStore
from core.settings import Settings
from tests.app.pages import page
from tests.app.runs import finished_run


@pytest.fixture(autouse=True)
def finders(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """An entry for each time that a face finder was loaded."""
    asked: list[object] = []
    monkeypatch.setattr("core.ui.predict_model._load_finder", lambda say: asked.append(say))
    return asked


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Ids of the runs whose models were loaded, in order; the finder's loads stand in `finders`."""
    asked: list[str] = []

    def load(runs: RunStore, run_id: str, host: Settings, say: object) -> str:
        asked.append(run_id)
        return "a model"

    monkeypatch.setattr("core.ui.predict_model._load", load)
    yield asked
    wait()


def wait() -> None:
    """Wait for the background to be done."""
    for thread in threading.enumerate():
        if thread.name == "model warm-up":
            thread.join(10)
            assert not thread.is_alive()


def test_opening_predict_warms_up_the_chosen_model_and_one_finder(
    host: Settings, loads: list[str], finders: list[object]
) -> None:
    chosen = finished_run(host, "best", val_accuracy=0.95)
    other = finished_run(host, "worse", val_accuracy=0.8)
    app = page("predict").run()
    wait()
    assert loads == [chosen.id]
    app.selectbox[0].set_value(other.id).run()
    wait()
    assert loads == [chosen.id, other.id]
    app.run()
    wait()
    assert loads == [chosen.id, other.id]
    assert len(finders) == 1


@pytest.mark.parametrize("name", ["train", "compare"])
def test_no_other_page_loads_a_model(
    host: Settings, loads: list[str], finders: list[object], name: str
) -> None:
    finished_run(host, "best", val_accuracy=0.95)
    assert not page(name).run().exception
    wait()
    assert loads == []
    assert finders == []


def test_without_a_run_nothing_is_loaded(host: Settings, loads: list[str]) -> None:
    assert not page("predict").run().exception
    wait()
    assert loads == []


def test_nothing_is_downloaded_before_somebody_wants_an_answer(
    host: Settings, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ui.predict_model.imagenet_cached", lambda: False)
    finished_run(host, "real", val_accuracy=0.95, weights="imagenet")
    assert not page("predict").run().exception
    wait()
    assert loads == []


def test_a_warm_up_that_fails_shows_nothing(
    host: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(runs: RunStore, run_id: str, host: Settings, say: object) -> None:
        raise CheckpointError(f"{run_id} has no checkpoint. Train it again.")

    monkeypatch.setattr("core.ui.predict_model._load", refuse)
    finished_run(host, "best", val_accuracy=0.95)
    app = page("predict").run()
    wait()
    app.run()
    assert not app.exception
    assert not app.error
    assert "Traceback" not in "".join(capfd.readouterr())

"""What stands around every page, and the addresses of the pages."""

import tomllib
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.jobs import JobQueue
from core.runs import State, TrainConfig
from core.runs.files import append_json
from core.runs.records import Progress
from core.settings import PROJECT, Settings
from core.ui.links import PAGES
from tests.app.pages import page
from tests.faces import make_celeba

SHELL = PROJECT / "core" / "ui" / "shell.py"


@pytest.fixture
def faces_to_open(host: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening the synthetic faces gives tiny ones at once."""
    tiny = make_celeba(tmp_path / "tiny")
    monkeypatch.setattr("core.data.open._sample", lambda settings, on_progress: tiny)


def shell() -> AppTest:
    return AppTest.from_file(str(SHELL), default_timeout=30)


@pytest.mark.usefixtures("faces_to_open")
def test_the_door_leads_to_the_faces() -> None:
    app = shell().run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Dataset"]


@pytest.mark.usefixtures("faces_to_open")
@pytest.mark.parametrize("name", ["dataset", "predict"])
def test_every_page_runs_without_the_shell(name: str) -> None:
    app = page(name).run()
    assert not app.exception
    assert [title.value for title in app.title] == [name.capitalize()]


def test_the_pages_are_where_the_shell_looks() -> None:
    assert {path.stem for path in PAGES.glob("*.py")} == {"dataset", "train", "compare", "predict", "run"}


@pytest.mark.usefixtures("faces_to_open")
def test_an_idle_sidebar_says_nothing() -> None:
    app = shell().run()
    assert not app.sidebar.caption
    assert not app.sidebar.get("progress")


@pytest.mark.usefixtures("faces_to_open")
def test_the_sidebar_names_the_run_that_trains_and_counts_those_that_wait(host: Settings) -> None:
    queue = JobQueue(host)
    active = queue.submit(TrainConfig(), name="first *light*")
    queue.submit(TrainConfig(), name="second")
    progress = Progress(
        time="2026-01-31T14:25:01+00:00", phase="training", epoch=2, epochs=4, step=5, steps=10, eta_run=95
    )
    with active.hold() as held:
        held.set_state(State.RUNNING)
        append_json(active.path / "progress.jsonl", progress.model_dump())
        app = shell().run()
    assert not app.exception
    (bar,) = app.sidebar.get("progress")
    assert bar.value == 37
    assert bar.proto.text == "Training: epoch 2 of 4, step 5 of 10"
    assert "1 run waiting" in app.sidebar.caption[0].value
    (watch,) = [link for link in app.sidebar.get("page_link") if "first" in link.proto.label]
    assert watch.proto.label == r"first \*light\*"
    assert watch.proto.query_string == f"run={active.id}"


@pytest.mark.usefixtures("faces_to_open")
def test_the_tab_says_how_far_the_run_is(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    monkeypatch.setattr(st, "set_page_config", lambda **said: titles.append(said["page_title"]))
    shell().run()
    assert set(titles) == {"Lineament"}
    by_the_script = len(titles)
    run = JobQueue(host).submit(TrainConfig(), name="one")
    with run.hold() as held:
        held.set_state(State.RUNNING)
        progress = Progress(time="2026-01-31T14:25:01+00:00", phase="training", epoch=5, epochs=10, step=1)
        append_json(run.path / "progress.jsonl", progress.model_dump())
        titles.clear()
        shell().run()
    # Each time by the script, and by the fragment that follows the run.
    assert titles == ["40 % · Lineament"] * 2 * by_the_script


@pytest.mark.usefixtures("faces_to_open")
def test_what_an_earlier_attempt_wrote_does_not_fill_the_bar(host: Settings) -> None:
    run = JobQueue(host).submit(TrainConfig(), name="resumed")
    with run.hold() as held:
        held.set_state(State.STARTING, started_at="2026-01-31T15:00:00+00:00")
        progress = Progress(time="2026-01-31T14:25:01+00:00", phase="training", epoch=5, epochs=10, step=1)
        append_json(run.path / "progress.jsonl", progress.model_dump())
        app = shell().run()
    (bar,) = app.sidebar.get("progress")
    assert (bar.value, bar.proto.text) == (0, "Starting")


def test_no_upload_that_the_server_takes_goes_through_a_file_on_disk() -> None:
    import app

    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    largest = config["server"]["maxUploadSize"] * 2**20
    assert app.MultiPartParser.spool_max_size > largest
    assert largest > Settings.model_fields["max_photo_bytes"].default

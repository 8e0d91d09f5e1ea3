"""Downloading on the page: the licence first, then progress, cancel, the reasons, the faces at the end."""

import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.download import LICENCE, DownloadState
from core.jobs.download import Downloads, Underway
from tests.downloaded import downloaded
from tests.hub_server import REPOSITORY

pytest_plugins = ("tests.hub_fixtures",)

PATIENCE_S = 60


def both_parts() -> None:
    """A page with nothing but the form and the progress."""
    from core.ui.dataset_download import show_download, show_download_progress

    show_download()
    show_download_progress()


@pytest.fixture
def page(host, monkeypatch):
    """The two parts, freshly opened."""

    def open_page() -> AppTest:
        app = AppTest.from_function(both_parts, default_timeout=30).run()
        assert not app.exception
        return app

    return open_page


@pytest.fixture
def stands(monkeypatch):
    """`asked = stands(underway)`: how the downloads stand; what is asked of them is collected."""
    asked = []
    told = {"current": None}
    monkeypatch.setattr(Downloads, "current", lambda self: told["current"])
    for name in ("cancel", "discard"):
        monkeypatch.setattr(Downloads, name, lambda self, images, name=name: asked.append((name, images)))
    monkeypatch.setattr(
        Downloads, "start", lambda self, images, accepted: asked.append(("start", images, accepted))
    )

    def stand(underway):
        told["current"] = underway
        return asked

    return stand


def underway(phase="fetching", words="", *, running=True, cancelling=False) -> Underway:
    state = DownloadState(
        phase=phase,
        words=words,
        asked=300,
        bytes_done=5_000_000,
        bytes_total=20_000_000,
        images_done=80,
        images_total=300,
        bytes_per_second=1_000_000,
        seconds_left=15,
    )
    return Underway(300, state, running, cancelling)


def words(app: AppTest) -> str:
    found = [item.value for item in (*app.markdown, *app.caption, *app.error, *app.info)]
    found += [item.proto.text for item in app.get("progress")]
    return "\n".join(found).replace("\\", "")


def test_the_licence_is_shown_and_must_be_accepted(page, stands):
    asked = stands(None)
    app = page()
    for point in LICENCE.points:
        assert point in words(app)
    assert LICENCE.url in app.checkbox(key="download_licence").label
    assert app.button(key="download_start").disabled
    app.checkbox(key="download_licence").check().run()
    app.number_input(key="download_images").set_value(300).run()
    app.button(key="download_start").click().run()
    assert asked == [("start", 300, True)]


def test_what_it_costs_and_where_it_goes_is_said_beforehand(page, stands, host):
    stands(None)
    assert "About 1.7 GB from flwrlabs/celeba" in words(page())
    assert str(host.datasets) in words(page())


def test_progress_is_there_after_a_reload_with_bytes_speed_and_time(page, stands):
    stands(underway())
    page()
    assert "5.0 of 20.0 MB · 80 of 300 images · 1.0 MB/s · 15 s left" in words(page())


def test_it_can_be_cancelled(page, stands):
    asked = stands(underway())
    page().button(key="download_cancel").click().run()
    assert asked == [("cancel", 300)]


def test_while_it_ends_it_says_so(page, stands):
    stands(underway(cancelling=True))
    app = page()
    assert "Cancelling" in words(app)
    assert app.button(key="download_cancel").disabled


def test_a_failure_is_one_sentence_with_the_ways_on(page, stands):
    asked = stands(underway("failed", "The name huggingface.co cannot be looked up.", running=False))
    app = page()
    assert "The name huggingface.co cannot be looked up." in words(app)
    app.button(key="download_resume").click().run()
    app.button(key="download_discard").click().run()
    assert asked == [("start", 300, True), ("discard", 300)]


def test_a_refusal_of_the_start_is_told(page, stands, monkeypatch):
    from core.errors import DownloadError

    stands(underway("cancelled", "Cancelled.", running=False))

    def refuse(self, images, accepted):
        raise DownloadError("90 images are being downloaded already.")

    monkeypatch.setattr(Downloads, "start", refuse)
    app = page()
    app.button(key="download_resume").click().run()
    assert "90 images are being downloaded already." in words(app)


def test_after_one_that_ended_short_another_number_can_be_asked_for(page, stands):
    asked = stands(underway("failed", "The hub has trouble.", running=False))
    app = page()
    app.checkbox(key="download_licence").check().run()
    app.number_input(key="download_images").set_value(60).run()
    app.button(key="download_start").click().run()
    assert asked == [("start", 60, True)]
    assert "5.0 of 20.0 MB · 80 of 300 images are here." in words(app)


def test_while_one_runs_no_other_can_be_asked_for(page, stands):
    stands(underway())
    app = page()
    assert "300 images are on their way" in words(app)
    assert not app.checkbox and not app.number_input


def test_what_is_there_already_opens_and_is_not_fetched_again(page, stands, host):
    source = downloaded(host.datasets / "celeba-12", host)
    asked = stands(None)
    app = page()
    app.checkbox(key="download_licence").check().run()
    app.number_input(key="download_images").set_value(12).run()
    app.button(key="download_start").click().run()
    assert asked == []
    assert app.query_params["source"] in (source.id, [source.id])
    (toast,) = app.toast
    assert toast.value.replace("\\", "") == "CelebA is here: 12 images."


@pytest.mark.slow
def test_a_whole_download_from_the_page_ends_at_its_faces(page, hub, monkeypatch):
    """The button, a real process, the hub on this machine with a connection that is cut in the middle."""
    monkeypatch.setenv("LINEAMENT_CELEBA_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("LINEAMENT_MIN_FREE_BYTES", "0")
    st.cache_resource.clear()
    hub.faults.cut_after = [3000]
    hub.faults.slow_s = 0.1
    app = page()
    app.checkbox(key="download_licence").check().run()
    app.number_input(key="download_images").set_value(60).run()
    app.button(key="download_start").click().run()
    assert not app.exception
    assert app.button(key="download_cancel")
    until = time.monotonic() + PATIENCE_S
    while app.get("progress"):
        assert time.monotonic() < until
        app.run()
        time.sleep(0.1)
    assert not app.error
    assert any(source.path.name == "celeba-60" for source in _sources())


def _sources():
    from core.data.sources import list_sources
    from core.settings import read_settings

    return [source for source in list_sources(read_settings()) if source.path]

"""Downloads for the pages: processes of their own, one at a time, known by their files alone."""

import time

import pytest

from core.data.sources import list_sources
from core.errors import DataError, DownloadError
from core.jobs.download import BROKE_OFF, Downloads
from tests.unit.jobs.conftest import PATIENCE_S

pytest_plugins = ("tests.hub_fixtures",)


@pytest.fixture
def downloads(hub, hub_settings):
    """The downloads of a host that knows only the hub on this machine."""
    return Downloads(hub_settings)


def until(true):
    """Wait for something; what it was at the end."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found


def test_a_download_becomes_a_source(downloads, hub_settings):
    assert downloads.current() is None
    downloads.start(60, accepted=True)
    assert downloads.current().running
    until(lambda: downloads.current() is None)
    source = downloads.finished(60)
    assert source in list_sources(hub_settings)
    assert source.path == hub_settings.datasets / "celeba-60"


def test_it_is_not_started_without_the_licence(downloads, hub, hub_settings):
    with pytest.raises(DataError, match="licence was not accepted"):
        downloads.start(60, accepted=False)
    assert downloads.current() is None
    assert not hub.asked


@pytest.mark.slow
def test_another_server_finds_it_runs_and_can_cancel_it_and_go_on(downloads, hub, hub_settings):
    """The one that started it may be gone: everything is in the files."""
    hub.faults.slow_s, hub.faults.quick = 0.5, 4
    downloads.start(60, accepted=True)
    other = Downloads(hub_settings)
    until(lambda: other.current().state.phase == "fetching")
    assert other.current().running
    with pytest.raises(DownloadError, match="60 images are being downloaded already"):
        other.start(90, accepted=True)
    with pytest.raises(DownloadError, match="Cancel that first"):
        other.discard(60)
    other.cancel(60)
    until(lambda: not other.current().running)
    assert other.current().state.phase == "cancelled"
    hub.faults.slow_s = 0.0
    other.start(60, accepted=True)
    until(lambda: other.current() is None)
    assert other.finished(60) is not None


@pytest.mark.slow
def test_a_failure_is_told_in_the_download_s_own_words_and_can_be_thrown_away(downloads, hub):
    hub.faults.statuses = [403]
    downloads.start(60, accepted=True)
    until(lambda: not downloads.current().running)
    assert downloads.current().state.phase == "failed"
    assert "hf auth login" in downloads.current().state.words
    downloads.discard(60)
    assert downloads.current() is None


def test_what_died_before_it_could_write_is_told_by_its_last_line(downloads, hub_settings):
    (hub_settings.datasets / "celeba-60").mkdir(parents=True)
    downloads.start(60, accepted=True)
    until(lambda: not downloads.current().running)
    assert downloads.current().state.phase == "failed"
    assert "is no download" in downloads.current().state.words


@pytest.mark.slow
def test_one_that_was_killed_is_not_taken_for_running(downloads, hub, hub_settings):
    hub.faults.slow_s, hub.faults.quick = 0.5, 4
    downloads.start(60, accepted=True)
    until(lambda: downloads.current().state.phase == "fetching")
    downloads._started[60].kill()
    until(lambda: not downloads.current().running)
    assert downloads.current().state.phase == "failed"
    assert Downloads(hub_settings).current().state.words == BROKE_OFF

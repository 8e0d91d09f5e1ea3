"""Deleting a download: all of it goes, as with an upload, and what lies elsewhere stays."""

import time

import pytest

from core.data import check_images, open_dataset
from core.data.download import DownloadRequest
from core.data.download.delete import delete_download, is_download
from core.data.marks import marks_file
from core.data.ours import bytes_of, delete_ours, is_ours
from core.data.removal import GONE
from core.data.sources import Source, get_source, list_sources, register_folder
from core.data.upload.own import STALE_SECONDS, sweep
from core.errors import DataError, NotAllowedError
from core.settings import Settings
from tests.downloaded import downloaded
from tests.faces import make_celeba


@pytest.fixture
def source(settings: Settings) -> Source:
    return downloaded(settings.datasets / "celeba-12", settings)


def left(settings: Settings) -> list[str]:
    """All files under the data sets' folder."""
    return [
        str(path.relative_to(settings.datasets)) for path in settings.datasets.rglob("*") if path.is_file()
    ]


def test_files_index_marks_and_the_entry_of_the_list_go(settings, source):
    check_images(open_dataset(source.location, settings=settings))
    marks = marks_file(source.path, settings)
    marks.parent.mkdir(parents=True)
    marks.write_text("{}")
    assert is_ours(source, settings) and bytes_of(source) > 1_000
    delete_ours(source.id, settings)
    assert left(settings) == []
    assert source.id not in [found.id for found in list_sources(settings)]
    with pytest.raises(DataError, match="no data set with the id"):
        delete_ours(source.id, settings)


def test_what_a_death_left_of_its_download_does_not_come_back_as_a_broken_one(settings, source):
    work = DownloadRequest.of(settings, 12).work
    work.mkdir()
    (work / "progress.json").write_text("{}")
    delete_download(source.id, settings)
    assert not work.exists()


def test_one_that_was_written_elsewhere_is_its_owner_s(settings, tmp_path):
    source = downloaded(tmp_path / "mine", settings)
    assert not is_download(source, settings) and not is_ours(source, settings)
    with pytest.raises(DataError, match="so its files stay"):
        delete_ours(source.id, settings)
    assert get_source(source.id, settings) == source


def test_a_folder_that_somebody_put_there_is_no_download(settings):
    folder = make_celeba(settings.datasets / "celeba-12", n=12)
    source = register_folder(folder, settings)
    with pytest.raises(DataError, match="was not downloaded"):
        delete_download(source.id, settings)
    assert folder.is_dir()


def test_the_rest_of_an_earlier_one_does_not_stand_in_the_way_and_is_swept(settings, source):
    rest = settings.datasets / "own" / f"{GONE}{source.path.name}"
    (rest / "images").mkdir(parents=True)
    delete_download(source.id, settings)
    assert not source.path.exists() and rest.is_dir()
    sweep(settings, now=time.time() + 2 * STALE_SECONDS)
    assert list((settings.datasets / "own").iterdir()) == []


def test_the_drawn_faces_cannot_be_deleted_and_a_visitor_of_a_demo_deletes_nothing(settings, source):
    with pytest.raises(DataError, match="so its files stay"):
        delete_ours("sample", settings)
    with pytest.raises(NotAllowedError):
        delete_ours(source.id, settings.model_copy(update={"mode": "demo"}))
    assert source.path.is_dir()

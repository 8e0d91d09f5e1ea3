"""The life of an upload: there whole or not at all, kept by id, swept when unkept, deleted for good."""

import time
from io import BytesIO
from pathlib import Path

import pytest

from core.data import check_images, open_dataset
from core.data.ours import bytes_of
from core.data.sources import forget, get_source, list_sources, register_folder, register_own
from core.data.upload import delete_own, discard, keep, own_folder, stage, staged
from core.data.upload.own import STALE_SECONDS, sweep
from core.errors import DataError
from core.settings import Settings
from tests import hostile_zips as zips


@pytest.fixture
def own_id(settings: Settings) -> str:
    return stage(BytesIO(zips.class_folders()), "/home/me/Zoë's faces.zip", settings)[0]


def own(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.datasets / "own").iterdir())


def test_a_staged_upload_is_no_source_until_it_is_kept(settings, own_id):
    assert own_id.startswith("own-zo-s-faces-")
    assert not [source for source in list_sources(settings) if source.own]
    source = keep(own_id, "  Zoë's   faces ", settings)
    assert get_source(own_id, settings) == source
    assert (source.name, source.own, source.synthetic) == ("Zoë's faces", True, False)
    assert source.location == own_folder(own_id, settings) and bytes_of(source) > 1_000


def test_what_was_decoded_to_look_at_it_is_not_decoded_again(settings, own_id, monkeypatch):
    source = keep(own_id, "faces", settings)
    monkeypatch.setattr("core.data.index._examine", lambda path: pytest.fail(f"decoded {path} again"))
    assert check_images(open_dataset(source.location, settings=settings)).checked


def test_two_uploads_of_one_zip_are_two_data_sets(settings, own_id):
    other, _ = stage(BytesIO(zips.class_folders()), "Zoë's faces.zip", settings)
    assert other != own_id and len(own(settings)) == 2


def test_a_run_can_be_opened_while_the_roots_shut_everything_else(settings, own_id, tmp_path):
    keep(own_id, "faces", settings)
    narrow = Settings(artifacts=settings.artifacts, data_roots=(tmp_path / "elsewhere",))
    assert get_source(own_id, narrow).own


@pytest.mark.parametrize("name", ["", "   ", "n" * 61])
def test_a_name_that_cannot_be_used_is_refused_and_the_upload_stays(settings, own_id, name):
    with pytest.raises(DataError, match=r"characters\. Give it 1 to 60"):
        keep(own_id, name, settings)
    assert staged(own_id, settings).is_dir()


def test_what_does_not_open_is_not_kept(settings):
    one_folder = {f"men/{i}.png": zips.picture(i) for i in range(3)}
    own_id, found = stage(BytesIO(zips.zip_of(one_folder)), "faces.zip", settings)
    assert found.dataset is None and found.trouble
    with pytest.raises(DataError):
        keep(own_id, "faces", settings)


def test_discarding_leaves_nothing_and_does_not_touch_what_is_kept(settings, own_id):
    other, _ = stage(BytesIO(zips.class_folders()), "other.zip", settings)
    keep(other, "other", settings)
    for upload in (own_id, own_id, other, "../own", "own-gone-1"):
        discard(upload, settings)
    assert own(settings) == [other]


def test_deleting_takes_files_index_and_the_entry_of_the_list(settings, own_id):
    keep(own_id, "faces", settings)
    delete_own(own_id, settings)
    assert own(settings) == [] and not list((settings.datasets / "index").iterdir())
    with pytest.raises(DataError, match="no data set with the id"):
        get_source(own_id, settings)


def test_a_folder_of_the_machine_is_never_deleted(settings, tmp_path):
    (tmp_path / "mine").mkdir()
    source = register_folder(tmp_path / "mine", settings)
    with pytest.raises(DataError, match="was not uploaded, so its files stay"):
        delete_own(source.id, settings)
    for source_id in ("sample", "../sources", "own-gone-12345678"):
        with pytest.raises(DataError):
            delete_own(source_id, settings)
    assert (tmp_path / "mine").is_dir()


def test_a_link_in_place_of_an_upload_is_no_source_and_what_it_shows_is_safe(settings, tmp_path, own_id):
    keep(own_id, "faces", settings)
    (tmp_path / "precious").mkdir()
    place = own_folder(own_id, settings)
    place.rename(tmp_path / "moved")
    place.symlink_to(tmp_path / "precious")
    with pytest.raises(DataError):
        delete_own(own_id, settings)
    with pytest.raises(DataError):
        register_own(own_id, "faces", settings)
    sweep(settings, now=time.time() + 2 * STALE_SECONDS)
    assert (tmp_path / "precious").is_dir()


def test_what_nobody_kept_goes_after_a_day_and_what_was_kept_stays(settings, own_id):
    kept, _ = stage(BytesIO(zips.class_folders()), "kept.zip", settings)
    keep(kept, "kept", settings)
    half = settings.datasets / "own" / ".new-own-half-1234"
    (half / "men").mkdir(parents=True)
    forgotten, _ = stage(BytesIO(zips.class_folders()), "x.zip", settings)
    forget_entry = settings.datasets / "sources" / f"{kept}.json"
    forget_entry.rename(forget_entry.with_suffix(".lost"))
    sweep(settings)
    assert set(own(settings)) == {own_id, kept, half.name, forgotten}
    sweep(settings, now=time.time() + STALE_SECONDS + 60)
    assert own(settings) == [kept]


def test_an_upload_that_is_stopped_leaves_nothing(settings):
    class Stopped(BaseException):
        pass

    for stop_at in ("Unpacking", "Decoding every image"):

        def said(words: str, done: int, total: int, stop_at: str = stop_at) -> None:
            if words == stop_at:
                raise Stopped

        with pytest.raises(Stopped):
            stage(BytesIO(zips.class_folders()), "faces.zip", settings, on_progress=said)
        assert own(settings) == []


def test_progress_is_told(settings):
    told: list[tuple[str, int, int]] = []
    stage(BytesIO(zips.class_folders()), "a.zip", settings, on_progress=lambda *said: told.append(said))
    assert told[0] == ("Unpacking", 0, 24) and told[-1] == ("Decoding every image", 24, 24)


def test_forgetting_an_upload_leaves_its_files(settings, own_id):
    """The list's own door only forgets; deleting is `delete_own`'s."""
    source = keep(own_id, "faces", settings)
    forget(own_id, settings)
    assert Path(source.path).is_dir()

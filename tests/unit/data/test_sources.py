"""Pages speak of data sets by id; folders outside the host's roots stay shut."""

import pytest

from core.data.sources import forget, get_source, list_sources, register_folder
from core.errors import DataError
from core.settings import Settings


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "Müller's Faces 2024"
    path.mkdir()
    return path


def test_the_samples_are_always_first(settings, folder):
    assert [source.id for source in list_sources(settings)] == ["sample", "sample-faulty"]
    register_folder(folder, settings)
    first, faulty, second = list_sources(settings)
    assert (faulty.name, faulty.location) == ("faulty drawn faces", "sample-faulty")
    assert (first.id, first.path, first.synthetic, first.location) == ("sample", None, True, "sample")
    assert (second.name, second.path, second.synthetic, second.location) == (
        folder.name,
        folder,
        False,
        folder,
    )
    assert get_source("sample", settings) == first


def test_a_registered_folder_is_remembered_under_a_readable_id(settings, folder):
    source = register_folder(folder, settings)
    assert source.id.startswith("m-ller-s-faces-2024-")
    assert get_source(source.id, settings) == source
    assert register_folder(str(folder), settings) == source and len(list_sources(settings)) == 3


def test_folders_of_the_same_name_have_different_ids(settings, tmp_path):
    for parent in ("a", "b"):
        (tmp_path / parent / "faces").mkdir(parents=True)
    assert (
        register_folder(tmp_path / "a/faces", settings).id
        != register_folder(tmp_path / "b/faces", settings).id
    )


@pytest.mark.parametrize("path", ["../outside", "/", "inside/../../outside", "link"])
def test_a_folder_outside_the_roots_is_refused_and_the_setting_named(tmp_path, monkeypatch, path):
    root = tmp_path / "root"
    (root / "inside").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(tmp_path / "outside")
    monkeypatch.chdir(root)
    settings = Settings(artifacts=tmp_path / "artifacts", data_roots=(root,))
    with pytest.raises(DataError, match="LINEAMENT_DATA_ROOTS"):
        register_folder(path, settings)
    assert register_folder("inside", settings).path == root / "inside"


def test_outside_the_roots_nothing_is_told_of_what_is_there(settings, tmp_path):
    messages = []
    for name in ("is-there", "is-absent"):
        narrow = Settings(artifacts=tmp_path / "artifacts", data_roots=(tmp_path / "root",))
        (tmp_path / "is-there").mkdir(exist_ok=True)
        with pytest.raises(DataError) as caught:
            register_folder(tmp_path / name, narrow)
        messages.append(str(caught.value).replace(name, "X"))
    assert messages[0] == messages[1]


@pytest.mark.parametrize("path", ["", " ", "a\0b"])
def test_what_is_no_path_is_refused(settings, path):
    with pytest.raises(DataError):
        register_folder(path, settings)


def test_a_file_and_an_absent_folder_are_refused(settings, tmp_path):
    (tmp_path / "file").touch()
    for name in ("file", "absent"):
        with pytest.raises(DataError, match="is not a folder"):
            register_folder(tmp_path / name, settings)


@pytest.mark.parametrize("source_id", ["../sample", "a/b", "", "A", "-x", "x" * 64, "a\n", "sources.json"])
def test_what_is_no_id_never_becomes_a_path(settings, source_id):
    with pytest.raises(DataError, match="is no id"):
        get_source(source_id, settings)


def test_an_unknown_id_is_refused(settings):
    with pytest.raises(DataError, match="no data set with the id 'faces-12345678'"):
        get_source("faces-12345678", settings)


def test_a_forgotten_source_is_gone_and_its_folder_stays(settings, folder):
    source = register_folder(folder, settings)
    forget(source.id, settings)
    assert len(list_sources(settings)) == 2 and folder.is_dir()
    with pytest.raises(DataError, match="no data set"):
        forget(source.id, settings)


def test_the_sample_cannot_be_forgotten(settings):
    with pytest.raises(DataError, match="always there"):
        forget("sample", settings)


def test_a_source_shuts_when_the_host_narrows_its_roots(settings, folder, tmp_path):
    source = register_folder(folder, settings)
    narrow = Settings(artifacts=settings.artifacts, data_roots=(tmp_path / "elsewhere",))
    assert [known.id for known in list_sources(narrow)] == ["sample", "sample-faulty"]
    with pytest.raises(DataError):
        get_source(source.id, narrow)


def test_a_damaged_entry_hides_only_itself(settings, folder):
    source = register_folder(folder, settings)
    (settings.datasets / "sources" / "broken-1.json").write_text("{")
    assert [known.id for known in list_sources(settings)] == ["sample", "sample-faulty", source.id]


def test_a_drawn_data_set_is_called_synthetic(settings, folder):
    (folder / "synthetic.json").write_text("{}")
    source = register_folder(folder, settings)
    assert source.synthetic and source.name == "synthetic faces"

"""The door to every data set."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from core.data import open_dataset
from core.errors import DataError
from core.settings import PROJECT


def test_an_absent_folder_is_refused_by_its_path(settings, tmp_path):
    with pytest.raises(DataError, match=r"nowhere does not exist\. Give the folder"):
        open_dataset(tmp_path / "nowhere", settings=settings)


def test_a_file_is_refused_as_no_folder(settings, tmp_path):
    (tmp_path / "labels.csv").write_text("x")
    with pytest.raises(DataError, match=r"labels\.csv is a file, not a folder"):
        open_dataset(tmp_path / "labels.csv", settings=settings)


@pytest.mark.parametrize("source", ["", "  ", "a\0b"])
def test_what_is_no_path_is_refused(settings, source):
    with pytest.raises(DataError):
        open_dataset(source, settings=settings)


def test_an_empty_folder_is_refused_as_empty(settings, tmp_path):
    with pytest.raises(DataError, match="is empty"):
        open_dataset(tmp_path, settings=settings)


def test_without_labels_the_layouts_that_are_understood_are_told(faces, settings, tmp_path):
    faces.images(tmp_path / "set", ["a.jpg"])
    with pytest.raises(DataError, match=r"neither a csv nor folders") as caught:
        open_dataset(tmp_path / "set", settings=settings)
    for layout in ("list_attr_celeba.csv", "image_id or filename", "men/ and women/"):
        assert layout in str(caught.value)


def test_a_csv_with_another_first_column_is_named(settings, tmp_path):
    (tmp_path / "people.csv").write_text("who,Male\nme,1\n")
    with pytest.raises(DataError, match=r"first column of people\.csv is neither image_id nor filename"):
        open_dataset(tmp_path, settings=settings)


def test_a_folder_that_cannot_be_read_is_refused(faces, settings, monkeypatch):
    def fail(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("core.data.readers.listing.os.scandir", fail)
    with pytest.raises(DataError, match=r"cannot be read: .*Permission denied"):
        open_dataset(faces.celeba(), settings=settings)


def test_the_sample_is_made_where_the_host_keeps_data_sets(faces, settings, monkeypatch):
    asked = []

    def ensure_synthetic(datasets_root, *, on_progress=None):
        asked.append(datasets_root)
        root = faces.celeba()
        (root / "synthetic.json").write_text("{}")
        return root

    monkeypatch.setitem(
        sys.modules, "core.data.synthetic", SimpleNamespace(ensure_synthetic=ensure_synthetic)
    )
    dataset = open_dataset("sample", settings=settings)
    assert asked == [settings.datasets]
    assert dataset.synthetic and dataset.name == "synthetic faces" and dataset.official_split


def test_importing_core_data_loads_no_slow_library():
    slow = "{'tensorflow', 'keras', 'sklearn', 'scipy', 'streamlit', 'matplotlib'}"
    code = f"import sys, core.data, core.data.summary, core.data.sources; print({slow} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    assert done.stdout.strip() == "set()"

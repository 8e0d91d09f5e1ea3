"""Files are written whole or not at all."""

import json
import math
import os

import pytest

from core import atomic


def names(folder):
    """Everything in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def read(path):
    """A JSON file, read by a reader that knows no NaN."""
    return json.loads(path.read_text(), parse_constant=pytest.fail)


def test_json_comes_back(tmp_path):
    value = {"a": 1, "b": [1.5, None, "ü"], "c": {"d": True}}
    atomic.write_json(tmp_path / "x.json", value)
    assert read(tmp_path / "x.json") == value
    assert names(tmp_path) == ["x.json"]


def test_numbers_that_are_not_finite_become_null(tmp_path):
    value = {"nan": math.nan, "deep": [{"inf": math.inf}], "pair": (1.0, -math.inf)}
    atomic.write_json(tmp_path / "x.json", value)
    assert read(tmp_path / "x.json") == {"nan": None, "deep": [{"inf": None}], "pair": [1.0, None]}


@pytest.mark.parametrize("failing", ["os.fsync", "Path.replace"])
def test_a_failed_write_leaves_the_old_content_and_no_rubbish(tmp_path, monkeypatch, failing):
    path = tmp_path / "x.json"
    atomic.write_json(path, {"old": 1})

    def fail(*_):
        raise OSError(28, "No space left on device")

    target = atomic.os if failing == "os.fsync" else atomic.Path
    monkeypatch.setattr(target, failing.split(".")[1], fail)
    with pytest.raises(OSError, match="No space"):
        atomic.write_json(path, {"new": 2})
    monkeypatch.undo()
    assert read(path) == {"old": 1}
    assert names(tmp_path) == ["x.json"]


def test_what_cannot_be_json_leaves_the_old_content(tmp_path):
    atomic.write_json(tmp_path / "x.json", {"old": 1})
    with pytest.raises(TypeError):
        atomic.write_json(tmp_path / "x.json", {"new": object()})
    assert read(tmp_path / "x.json") == {"old": 1}


def test_a_write_is_on_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """fsync of the file comes before the rename, fsync of the folder after it."""
    order = []
    real_fsync, real_replace = os.fsync, atomic.Path.replace

    def fsync(handle):
        order.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112
        real_fsync(handle)

    def replace(self, target):
        order.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(atomic.os, "fsync", fsync)
    monkeypatch.setattr(atomic.Path, "replace", replace)
    atomic.write_json(tmp_path / "x.json", {})
    assert order == ["file", "rename", "folder"]

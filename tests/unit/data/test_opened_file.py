"""A large folder is opened from what was remembered of it, and read again as soon as anything changed."""

import os
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest

from core.data import ATTRIBUTES, FaceDataset, open_dataset
from core.data import open as opening
from core.settings import Settings

LABELS = "list_attr_celeba.csv"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A host to whom eight images are many."""
    monkeypatch.setattr("core.data.opened_file.LARGE", 8)
    return Settings(artifacts=tmp_path / "artifacts")


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """A CelebA folder of eight empty images, a split and persons, all of an hour ago."""
    root = tmp_path / "celeba"
    images = root / "img_align_celeba"
    images.mkdir(parents=True)
    ids = [f"{i:06d}.jpg" for i in range(1, 9)]
    for name in ids:
        (images / name).touch()
    labels = {name: [1, -1] * 4 for name in ATTRIBUTES}
    pd.DataFrame({"image_id": ids, **labels}).to_csv(root / LABELS, index=False)
    pd.DataFrame({"image_id": ids, "partition": [0, 0, 0, 0, 1, 1, 2, 2]}).to_csv(
        root / "list_eval_partition.csv", index=False
    )
    pd.DataFrame({"image_id": ids, "person": range(8)}).to_csv(root / "identity_CelebA.csv", index=False)
    settle(root)
    return root


def settle(root: Path, age: float = 3600.0) -> None:
    """Let everything have changed so many seconds ago."""
    for path in (*root.rglob("*"), root):
        os.utime(path, (time.time() - age,) * 2, follow_symlinks=False)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that are really read."""
    found: list[Path] = []
    read = opening.read_folder
    monkeypatch.setattr(opening, "read_folder", lambda root: found.append(root) or read(root))
    return found


def same(one: FaceDataset, other: FaceDataset) -> bool:
    """Whether two openings found the same."""
    pd.testing.assert_frame_equal(one.frame, other.frame)
    parts = ("name", "root", "attributes", "official_split", "problems", "facts_file", "synthetic")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def test_what_was_read_is_remembered_whole(host, faces, reads):
    (faces / "img_align_celeba" / "999.jpg").touch()
    settle(faces)
    first, second = open_dataset(faces, settings=host), open_dataset(faces, settings=host)
    assert [problem.kind for problem in first.problems] == ["unlabelled"]
    assert same(first, second)
    assert len(reads) == 1


def _edit(root: Path) -> None:
    table = root / LABELS
    text = table.read_text()
    table.write_text(text.replace("000001.jpg,1", "000001.jpg,0", 1).replace(",-1", ",0"))


def _edit_in_place(root: Path) -> None:
    """Another label, as many bytes, and the folder's time stays."""
    table = root / LABELS
    before = root.stat()
    lines = table.read_text().splitlines()
    lines[1], lines[2] = (
        lines[1].split(",")[0] + "," + lines[2].split(",", 1)[1],
        lines[2].split(",")[0] + "," + lines[1].split(",", 1)[1],
    )
    table.write_text("\n".join(lines) + "\n")
    os.utime(root, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = {
    "an image more": lambda root: (root / "img_align_celeba" / "000009.jpg").touch(),
    "an image renamed": lambda root: (root / "img_align_celeba" / "000001.jpg").rename(
        root / "img_align_celeba" / "000010.jpg"
    ),
    "an image less": lambda root: (root / "img_align_celeba" / "000001.jpg").unlink(),
    "another table": _edit,
    "a table of the same size": _edit_in_place,
    "no partition": lambda root: (root / "list_eval_partition.csv").unlink(),
    "a mapping": lambda root: (root / "mapping.json").write_text("{}"),
    "a folder more": lambda root: (root / "more").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(host, faces, reads, change):
    open_dataset(faces, settings=host)
    CHANGES[change](faces)
    try:
        now = open_dataset(faces, settings=host)
    except Exception as error:
        now = error
    assert len(reads) == 2
    # And what is found is what a host finds that never saw the folder before.
    shutil.rmtree(host.datasets / "index")
    try:
        assert same(now, open_dataset(faces, settings=host))
    except Exception as error:
        assert str(error) == str(now)


def test_what_changed_just_now_is_not_vouched_for(host, faces, reads):
    settle(faces, age=0.5)
    for _ in range(2):
        open_dataset(faces, settings=host)
    assert len(reads) == 2


def test_a_memory_that_is_damaged_is_made_anew(host, faces, reads):
    first = open_dataset(faces, settings=host)
    [kept] = (host.datasets / "index").glob("*.opened.parquet")
    for content in (b"", b"PAR1", kept.read_bytes()[:-40]):
        kept.write_bytes(content)
        assert same(first, open_dataset(faces, settings=host))
    assert len(reads) == 4


def test_another_readers_memory_is_not_believed(host, faces, reads, monkeypatch):
    open_dataset(faces, settings=host)
    monkeypatch.setattr("core.data.opened_file.READER", "another")
    open_dataset(faces, settings=host)
    assert len(reads) == 2


def test_linked_images_are_read_each_time(host, faces, reads, tmp_path):
    image = faces / "img_align_celeba" / "000001.jpg"
    image.rename(tmp_path / "elsewhere.jpg")
    image.symlink_to(tmp_path / "elsewhere.jpg")
    settle(faces)
    for _ in range(2):
        open_dataset(faces, settings=host)
    assert len(reads) == 2


def test_a_linked_folder_of_images_is_watched_where_it_is(host, faces, reads, tmp_path):
    images = faces / "img_align_celeba"
    images.rename(tmp_path / "images")
    images.symlink_to(tmp_path / "images")
    settle(faces)
    settle(tmp_path / "images")
    for _ in range(2):
        open_dataset(faces, settings=host)
    assert len(reads) == 1
    (tmp_path / "images" / "000009.jpg").touch()
    assert [problem.kind for problem in open_dataset(faces, settings=host).problems] == ["unlabelled"]


def test_a_full_disk_costs_the_memory_and_not_the_data_set(host, faces, monkeypatch):
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.data.opened_file.write_bytes", full)
    assert len(open_dataset(faces, settings=host)) == 8


def test_a_small_data_set_is_not_remembered(tmp_path, faces):
    host = Settings(artifacts=tmp_path / "artifacts")
    open_dataset(faces, settings=host)
    assert not list(host.datasets.rglob("*.opened.parquet"))

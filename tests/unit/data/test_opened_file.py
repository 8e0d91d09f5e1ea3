"""A large folder is opened from what was remembered of it, and read again as soon as anything changed."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data import ATTRIBUTES, FaceDataset, open_dataset
from core.data import open as opening
from core.data.readers.mapping import LabelColumn, Mapping, write_mapping
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
    """Another label, as many bytes; the folder's time stays."""
    table = root / LABELS
    lines = table.read_text().splitlines()
    lines[1], lines[2] = (
        lines[1].split(",")[0] + "," + lines[2].split(",", 1)[1],
        lines[2].split(",")[0] + "," + lines[1].split(",", 1)[1],
    )
    table.write_text("\n".join(lines) + "\n")


def _edit_and_put_the_time_back(root: Path) -> None:
    before = (root / LABELS).stat()
    _edit_in_place(root)
    os.utime(root / LABELS, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = {
    "an image more": lambda root: (root / "img_align_celeba" / "000009.jpg").touch(),
    "an image renamed": lambda root: (root / "img_align_celeba" / "000001.jpg").rename(
        root / "img_align_celeba" / "000010.jpg"
    ),
    "an image less": lambda root: (root / "img_align_celeba" / "000001.jpg").unlink(),
    "another table": _edit,
    "a table of the same size": _edit_in_place,
    "a table of the same size and time": _edit_and_put_the_time_back,
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


def test_a_changed_mapping_is_seen(host, faces, reads):
    labels = pd.read_csv(faces / LABELS)
    labels.to_csv(faces / "mine.csv", index=False)
    write_mapping(faces, _mapping("1", "-1"))
    settle(faces)
    first, again = (open_dataset(faces, settings=host).labels("Male").tolist() for _ in range(2))
    write_mapping(faces, _mapping("-1", "1"))
    turned = open_dataset(faces, settings=host).labels("Male").tolist()
    assert first == again == [1 - label for label in turned]
    assert len(reads) == 2


def _mapping(yes: str, no: str) -> Mapping:
    male = LabelColumn(column="Male", attribute="Male", positive=(yes,), negative=(no,))
    return Mapping(table="mine.csv", image="image_id", labels=(male,))


def test_an_image_that_goes_over_to_the_other_class_is_seen(host, tmp_path, reads):
    root = tmp_path / "classes"
    for name in ("men/1.jpg", "men/2.jpg", "men/3.jpg", "men/4.jpg", "women/5.jpg", "women/6.jpg"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for name in ("7.jpg", "8.jpg"):
        (root / "women" / name).touch()
    settle(root)
    counts = [open_dataset(root, settings=host).labels("Male").sum() for _ in range(2)]
    (root / "men" / "1.jpg").rename(root / "women" / "1.jpg")
    assert [*counts, open_dataset(root, settings=host).labels("Male").sum()] == [4, 4, 3]
    assert len(reads) == 2


def test_what_changes_while_it_is_read_is_read_again(host, faces, monkeypatch):
    read = opening.read_folder

    def slowly(root: Path) -> FaceDataset:
        found = read(root)
        (root / "img_align_celeba" / "000009.jpg").touch()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(opening, "read_folder", slowly)
        assert not open_dataset(faces, settings=host).problems
    assert [problem.kind for problem in open_dataset(faces, settings=host).problems] == ["unlabelled"]


@pytest.mark.parametrize("age", [0.5, -3600.0], ids=["just now", "in the future"])
def test_what_changed_just_now_is_not_vouched_for(host, faces, reads, age):
    settle(faces, age=age)
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


def test_no_flipped_bit_becomes_a_label(host, faces, reads):
    first = open_dataset(faces, settings=host)
    [kept] = (host.datasets / "index").glob("*.opened.parquet")
    whole = kept.read_bytes()
    for place in range(0, len(whole), len(whole) // 80):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        kept.write_bytes(damaged)
        assert same(first, open_dataset(faces, settings=host)), place
    assert len(reads) > 40


def test_what_is_said_beside_the_labels_is_sealed_too(host, faces, reads):
    first = open_dataset(faces, settings=host)
    [kept] = (host.datasets / "index").glob("*.opened.parquet")
    table = pq.read_table(kept)
    said = {
        name: text.replace(b'split": true', b'split": null') for name, text in table.schema.metadata.items()
    }
    assert said != table.schema.metadata
    pq.write_table(table.replace_schema_metadata(said), kept)
    assert same(first, open_dataset(faces, settings=host))
    assert len(reads) == 2


def test_a_memory_far_too_large_is_not_read(host, faces, reads, monkeypatch):
    open_dataset(faces, settings=host)
    monkeypatch.setattr("core.data.opened_file.MAX_BYTES", 1_000)
    open_dataset(faces, settings=host)
    assert len(reads) == 2


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


def test_a_folder_that_nobody_may_look_into_does_not_cost_the_memory(host, faces, reads, monkeypatch):
    """Such as a disk's own `lost+found`."""
    (faces / "lost+found").mkdir()
    settle(faces)
    look = os.scandir

    def scandir(path: str | Path) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("lost+found"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for _ in range(2):
        open_dataset(faces, settings=host)
    assert len(reads) == 1
    (faces / "lost+found").chmod(0o700)
    open_dataset(faces, settings=host)
    assert len(reads) == 2


def test_a_full_disk_costs_the_memory_and_not_the_data_set(host, faces, monkeypatch):
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.data.opened_file.write_bytes", full)
    assert len(open_dataset(faces, settings=host)) == 8


def test_a_small_data_set_is_not_remembered(tmp_path, faces):
    host = Settings(artifacts=tmp_path / "artifacts")
    open_dataset(faces, settings=host)
    assert not list(host.datasets.rglob("*.opened.parquet"))

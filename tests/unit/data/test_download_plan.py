"""Which bytes a download asks for: shares of the splits, whole shards where they are wanted whole, ids."""

import pytest

from core.data.download.hub import RemoteFile
from core.data.download.parts import PartialFile
from core.data.download.plan import in_order, make_plan, shares
from core.data.download.progress import DownloadState
from core.data.download.shards import RowGroup, Shard, split_of
from core.data.download.words import progress_words

CELEBA = (162_770, 19_867, 19_962)


def shard(split, rows, name="00000", *, group=100, an_image=57_000):
    sizes = [min(group, rows - start) for start in range(0, rows, group)]
    groups = tuple(
        RowGroup(4 + i * group * an_image, 4 + (i * group + size) * an_image, size)
        for i, size in enumerate(sizes)
    )
    return Shard(
        RemoteFile(f"{split}-{name}", 4 + rows * an_image + 400_000, "f" * 64), split, groups, ("Male",)
    )


def celeba():
    """As large as CelebA, 19 + 3 + 3 shards."""
    found = []
    for split, total, count in zip(("train", "val", "test"), CELEBA, (19, 3, 3), strict=True):
        rows = [total * (i + 1) // count - total * i // count for i in range(count)]
        found += [shard(split, n, f"{i:05d}") for i, n in enumerate(rows)]
    return in_order(found)


@pytest.mark.parametrize("images", [1, 2, 3, 100, 30_000, 202_599])
def test_shares_add_up_to_what_was_asked(images):
    counts = shares(CELEBA, images)
    assert sum(counts) == images
    assert all(abs(n - size * images / sum(CELEBA)) < 1 for n, size in zip(counts, CELEBA, strict=True))


def test_shares_are_never_more_than_there_are():
    assert shares((5, 0, 2), 100) == [5, 0, 2]


def test_thirty_thousand_images_cost_about_their_share_of_the_bytes():
    shards = celeba()
    pieces = make_plan(shards, 30_000)
    assert sum(piece.images for piece in pieces) == 30_000
    whole = sum(found.file.size for found in shards)
    assert sum(piece.bytes for piece in pieces) < 1.01 * whole * 30_000 / 202_599


def test_most_bytes_of_a_large_request_are_checked_by_the_hub_s_hash():
    pieces = make_plan(celeba(), 30_000)
    hashed = sum(piece.bytes for piece in pieces if piece.sha256)
    assert hashed > 0.5 * sum(piece.bytes for piece in pieces)


def test_all_images_are_whole_shards():
    pieces = make_plan(celeba(), 202_599)
    assert len(pieces) == 25
    assert all(piece.sha256 for piece in pieces)
    assert [piece.first_number for piece in pieces][:1] == [1]
    assert pieces[19].first_number == 162_771


def test_the_first_number_of_a_split_does_not_depend_on_the_request():
    val = [next(p for p in make_plan(celeba(), n) if p.shard == 19).first_number for n in (300, 30_000)]
    assert val == [162_771, 162_771]


def test_a_larger_request_contains_a_smaller_one():
    def numbers(images):
        return {piece.first_number + i for piece in make_plan(celeba(), images) for i in range(piece.images)}

    assert numbers(1000) < numbers(5000)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("a/train-00000-of-00019.parquet", "train"),
        ("valid-0.parquet", "val"),
        ("validation-0.parquet", "val"),
        ("test-0.parquet", "test"),
        ("all-0.parquet", None),
    ],
)
def test_a_shard_s_split_is_the_beginning_of_its_name(name, split):
    assert split_of(RemoteFile(name, 1, None)) == split


def test_a_partial_file_reads_over_the_borders_of_its_parts(tmp_path):
    (tmp_path / "part").write_bytes(b"cdef")
    with PartialFile(10, {2: tmp_path / "part", 6: b"ghij"}) as file:
        file.seek(4)
        assert file.read(4) == b"efgh"
        assert file.read() == b"ij"
        assert file.read(5) == b""


def test_a_partial_file_does_not_make_up_what_was_not_fetched():
    with PartialFile(10, {6: b"ghij"}) as file, pytest.raises(OSError, match="was not fetched"):
        file.read(8)


def test_progress_in_words():
    state = DownloadState(
        phase="fetching",
        bytes_done=742_000_000,
        bytes_total=1_710_000_000,
        images_done=12_900,
        images_total=30_000,
        bytes_per_second=8_120_000,
        seconds_left=119.2,
    )
    assert progress_words(state) == "0.74 of 1.71 GB · 12,900 of 30,000 images · 8.1 MB/s · 2 min left"
    waiting = state.model_copy(update={"words": "The next try is in 4 s."})
    assert progress_words(waiting) == "0.74 of 1.71 GB · 12,900 of 30,000 images · The next try is in 4 s."
    assert progress_words(DownloadState(phase="listing", words="Asking.")) == "Asking."

"""A download as a whole, against a hub on this machine: what it makes, what it asks for, how it goes on."""

import hashlib
import os
import signal
import subprocess
import sys
import time

import pytest

from core.data import check_images, open_dataset
from core.data.dataset import ATTRIBUTES
from core.data.download import LICENCE, DownloadRequest, download, read_record, read_state
from core.data.download.progress import Reporter
from core.data.sources import list_sources, register_folder
from core.errors import DataError, DiskFullError, DownloadCancelled, DownloadError
from core.settings import PROJECT
from tests.hub_server import COMMIT, FOLDER, OTHERS, make_shard

pytest_plugins = ("tests.hub_fixtures",)

TRAIN_0 = f"{FOLDER}/train-00000-of-00002.parquet"
TEST = f"{FOLDER}/test-00000-of-00001.parquet"


@pytest.fixture
def get(hub, hub_settings):
    """`get(60)` downloads 60 images from the hub on this machine."""

    def run(images=60, *, accepted=True, listen=None):
        request = DownloadRequest.of(hub_settings, images)
        return download(request, hub_settings, accepted=accepted, listen=listen)

    return run


@pytest.fixture
def work(hub_settings):
    """The work folder of `get(60)`."""
    return DownloadRequest.of(hub_settings, 60).work


@pytest.fixture
def made(hub_settings):
    """The folder that `get(60)` makes."""
    return hub_settings.datasets / "celeba-60"


def opened(folder, settings):
    return open_dataset(folder, settings=settings)


def test_what_was_downloaded_opens_as_celeba_does(get, made, hub_settings):
    record = get()
    dataset = check_images(opened(made, hub_settings))
    assert len(dataset) == record.images == 60
    assert dataset.official_split
    assert set(dataset.attributes) == {*ATTRIBUTES, *OTHERS}
    assert not dataset.problems
    assert list(dataset.labels("Male")[:4]) == [1, 0, 1, 0]
    assert list(dataset.frame["person_id"][:4]) == [1, 1, 2, 2]


def test_the_official_shares_are_kept(get, made, hub_settings):
    get()
    assert {split: len(rows) for split, rows in opened(made, hub_settings).splits()} == {
        "train": 40,
        "val": 10,
        "test": 10,
    }


def test_an_image_has_the_same_id_in_every_request(get, made, hub_settings):
    get(60)
    get(90)
    small = opened(made, hub_settings)
    large = opened(hub_settings.datasets / "celeba-90", hub_settings)
    assert set(small.frame["image_id"]) < set(large.frame["image_id"])
    for name in small.frame["image_id"]:
        pixels = [(root / "img_align_celeba" / name).read_bytes() for root in (small.root, large.root)]
        assert pixels[0] == pixels[1]


def test_more_than_there_are_brings_all(get, hub_settings):
    record = get(5000)
    assert (record.images, record.whole_shards, record.row_groups) == (120, 4, 0)


def test_only_the_needed_row_groups_are_fetched(get, hub, work):
    record = get(12)
    # Of 8, 2 and 2 images a row group each; and the footers, which here are the small shards whole.
    footers = sum(len(content) for name, content in hub.files.items() if name.endswith(".parquet"))
    ranges = [line for line in hub.store_requests if "bytes=0-" not in line]
    assert len(ranges) == 3
    assert record.fetched_bytes == hub.sent_bytes < footers + 3 * len(hub.files[TEST]) // 2 + 2000


def test_the_licence_must_be_accepted_before_anything_is_asked(get, hub, work):
    with pytest.raises(DataError, match=r"non-commercial research.*--accept-licence"):
        get(accepted=False)
    assert not hub.asked
    assert not work.exists()


def test_the_licence_and_the_origin_are_kept_with_the_data(get, made):
    get()
    record = read_record(made)
    assert (record.licence, record.licence_url) == (LICENCE.name, LICENCE.url)
    assert record.accepted_at
    assert (record.commit, record.asked, record.sizes) == (COMMIT, 60, {"16 x 16": 60})


def test_it_can_be_chosen_on_the_pages(get, made, hub_settings):
    get()
    register_folder(made, hub_settings)
    assert made in [source.path for source in list_sources(hub_settings)]


def test_a_cut_connection_costs_only_what_did_not_come(get, hub, hub_settings, tmp_path):
    request = DownloadRequest.of(hub_settings, 60, tmp_path / "uncut")
    uncut = download(request, hub_settings, accepted=True)
    hub.asked.clear()
    hub.faults.cut_after = [100, 5000, 0, 3000]
    cut = get(60)
    assert (cut.images, cut.fetched_bytes) == (60, uncut.fetched_bytes)
    starts = [int(line.split("bytes=")[1].split("-")[0]) for line in hub.store_requests][:5]
    assert starts == [0, 100, 5100, 5100, 8100]


@pytest.mark.slow
def test_a_killed_download_goes_on_where_it_was(get, hub, hub_settings, work, made):
    """Killed for real, in the middle of a shard; the second start fetches no finished row group again."""
    hub.faults.slow_s = 0.05
    command = [sys.executable, "-m", "core", "dataset", "download", "celeba", "--images", "60"]
    process = subprocess.Popen(
        [*command, "--accept-licence"],
        cwd=PROJECT,
        env={
            **os.environ,
            "LINEAMENT_ARTIFACTS": str(hub_settings.artifacts),
            "LINEAMENT_CELEBA_REPOSITORY": hub_settings.celeba_repository,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not list((work / "groups").glob("*.json")):
        assert process.poll() is None, "it ended too early"
        assert time.monotonic() < until
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not made.exists()
    hub.faults.slow_s, hub.asked[:] = 0.0, []
    assert get().images == 60
    assert not [line for line in hub.asked if "/api/" in line]
    assert not [line for line in hub.store_requests if TRAIN_0 in line]
    assert not work.exists()


def test_a_finished_image_that_changed_meanwhile_is_made_again(get, hub, work, made):
    _cancel_after(get, work, images=40)
    damaged = work / "set" / "img_align_celeba" / "000003.png"
    before = hashlib.sha256(damaged.read_bytes()).hexdigest()
    damaged.write_bytes(b"half writ")
    get()
    assert hashlib.sha256((made / "img_align_celeba" / "000003.png").read_bytes()).hexdigest() == before


def test_a_cancelled_download_says_so_and_keeps_what_it_has(get, work, made):
    _cancel_after(get, work, images=40)
    state = read_state(work)
    assert (state.phase, state.images_done) == ("cancelled", 40)
    assert not made.exists()
    assert get().images == 60


def test_it_goes_on_with_the_commit_it_began_with(get, hub, work):
    _cancel_after(get, work, images=40)
    hub.asked.clear()
    assert get().commit == COMMIT
    assert not [line for line in hub.asked if "/revision/" in line]


def test_another_request_at_the_same_place_begins_anew(get, hub, hub_settings, work):
    _cancel_after(get, work, images=40)
    hub.asked.clear()
    other = hub_settings.model_copy(update={"celeba_revision": COMMIT})
    with pytest.raises(DownloadError, match="no such revision"):
        download(DownloadRequest.of(other, 60), other, accepted=True)
    assert not list((work / "groups").iterdir())


def test_a_finished_download_is_not_fetched_again(get, hub):
    first = get()
    hub.asked.clear()
    assert get() == first
    assert not hub.asked


def test_what_lies_at_the_destination_is_left_alone(get, hub, made):
    made.mkdir(parents=True)
    (made / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="--out"):
        get()
    assert (made / "mine.txt").read_text() == "mine"
    assert not hub.asked


def test_a_disk_that_is_too_small_is_told_beforehand(get, hub, hub_settings):
    full = hub_settings.model_copy(update={"min_free_bytes": 10**18})
    with pytest.raises(DiskFullError, match=r"GB are free; the download takes .* GB more"):
        download(DownloadRequest.of(full, 60), full, accepted=True)
    assert len([line for line in hub.store_requests if TRAIN_0 in line]) == 1  # its footer


def test_a_broken_image_is_left_out_and_counted(get, hub, made, hub_settings):
    hub.files[TRAIN_0] = make_shard(40, 0, broken=(4,))
    record = get()
    assert record.images == len(opened(made, hub_settings)) == 59
    assert len(record.left_out) == 1
    assert "000005" in record.left_out[0]
    assert "000006.png" in set(opened(made, hub_settings).frame["image_id"])


def test_jpegs_are_named_as_celeba_names_them_and_not_encoded_again(get, hub, made):
    hub.files[TRAIN_0] = make_shard(40, 0, kind="JPEG")
    get()
    assert (made / "img_align_celeba" / "000001.jpg").read_bytes().startswith(b"\xff\xd8")


def test_progress_is_told_in_bytes_and_images(get, hub):
    states = []
    hub.faults.slow_s, hub.faults.quick = 0.1, 4
    record = get(listen=states.append)
    phases = [state.phase for state in states]
    assert phases[0] == "listing"
    assert "fetching" in phases
    last = states[-1]
    assert (last.phase, last.bytes_done, last.images_done) == ("writing", last.bytes_total, 60)
    assert last.bytes_received == record.fetched_bytes
    assert any(state.bytes_per_second and state.seconds_left for state in states)


def _cancel_after(get, work, *, images):
    """A start that is cancelled once so many images are done."""
    with pytest.MonkeyPatch.context() as patch:
        tell = Reporter.add_images

        def tell_and_cancel(self, count):
            tell(self, count)
            if self._state.images_done >= images:
                (work / "cancel").touch()

        patch.setattr(Reporter, "add_images", tell_and_cancel)
        with pytest.raises(DownloadCancelled):
            get()

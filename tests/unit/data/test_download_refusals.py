"""What goes wrong between here and the hub is one sentence with what to do; what was fetched stays."""

import pyarrow as pa
import pytest

from core.data.download import DownloadRequest, download, read_state
from core.errors import DataError, DownloadError
from tests.hub_client import point_the_client
from tests.hub_server import FOLDER, make_shard

pytest_plugins = ("tests.hub_fixtures",)

TRAIN_0 = f"{FOLDER}/train-00000-of-00002.parquet"
TEST = f"{FOLDER}/test-00000-of-00001.parquet"


@pytest.fixture
def refused(hub, hub_settings):
    """`refused("words", …)` downloads, expects a refusal, and finds each word in it and in the state."""

    def run(*words, images=60, **changes):
        settings = hub_settings.model_copy(update=changes)
        request = DownloadRequest.of(settings, images)
        with pytest.raises(DownloadError) as error:
            download(request, settings, accepted=True)
        said = str(error.value)
        assert "\n" not in said
        for word in words:
            assert word in said
        state = read_state(request.work)
        assert (state.phase, state.words) == ("failed", said)
        assert not request.destination.exists()
        return said

    return run


def test_without_internet_the_name_is_unknown(refused, tmp_path, monkeypatch):
    point_the_client("http://hub.invalid", tmp_path, monkeypatch)
    refused("hub.invalid", "cannot be looked up", "Connect this machine", "kept")


def test_a_hub_that_does_not_listen(refused, tmp_path, monkeypatch):
    point_the_client("http://127.0.0.1:1", tmp_path, monkeypatch)
    refused("127.0.0.1", "cannot be reached", "HTTPS_PROXY")


def test_a_hub_that_does_not_answer_in_time(refused, hub, monkeypatch):
    monkeypatch.setattr("core.data.download.hub.TIMEOUT_S", 0.1)
    monkeypatch.setattr("core.data.download.hub.WAITS_S", (0.01,))
    hub.faults.stall_s = 0.5
    refused("localhost", "does not answer in time")


def test_the_client_s_own_offline_switch_is_named(refused, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    refused("HF_HUB_OFFLINE is set")


def test_an_unknown_repository(refused):
    refused("there is no data set nobody/nothing", "CELEBA_REPOSITORY", celeba_repository="nobody/nothing")


def test_a_repository_that_is_no_name(refused):
    refused("'no//name'", "owner/name", celeba_repository="no//name")


def test_an_unknown_revision(refused):
    refused("no such revision", "LINEAMENT_CELEBA_REVISION", celeba_revision="v9")


def test_an_unknown_folder(refused):
    refused("404", "has no folder elsewhere", "LINEAMENT_CELEBA_FOLDER", celeba_folder="elsewhere")


def test_a_folder_of_other_files(refused, hub):
    hub.files = {f"{FOLDER}/notes.txt": b""}
    refused("holds no parquet files", "LINEAMENT_CELEBA_FOLDER")


def test_shards_of_no_split(refused, hub):
    hub.files = {f"{FOLDER}/all-00000-of-00001.parquet": make_shard(10, 0)}
    refused("begins with train, valid or test")


@pytest.mark.parametrize("status", [401, 403])
def test_what_may_not_be_read_is_signed_in_for(refused, hub, status):
    hub.faults.statuses = [status]
    refused(str(status), "hf auth login")


def test_a_rate_limit_is_waited_for_when_that_is_short(hub, hub_settings):
    hub.faults.store_statuses, hub.faults.headers = [429], {"Retry-After": "0"}
    assert download(DownloadRequest.of(hub_settings, 60), hub_settings, accepted=True).images == 60


def test_a_long_rate_limit_is_told(refused, hub):
    hub.faults.store_statuses, hub.faults.headers = [429], {"RateLimit": '"resolvers";r=0;t=250'}
    refused("too many requests", "in 250 s")


def test_a_hub_in_trouble_is_asked_again_and_then_told_of(refused, hub):
    hub.faults.store_statuses = [503] * 5
    refused("503", "trouble of its own", "a few minutes")


def test_a_hub_that_recovers_is_not_told_of(hub, hub_settings):
    hub.faults.store_statuses = [503, 500, 502]
    assert download(DownloadRequest.of(hub_settings, 60), hub_settings, accepted=True).images == 60


def test_a_connection_that_is_cut_again_and_again(refused, hub):
    hub.faults.cut_after = [0] * 5
    said = refused("localhost broke off again and again.", "start again to go on")
    assert "bytes" not in said


def test_a_shard_with_another_hash_than_the_hub_s(refused, hub):
    """Every byte of the shard as it is, but the hub told another hash beforehand."""
    hub.faults.wrong_hash = True
    said = refused(TRAIN_0, "0" * 64, "came twice")
    assert "another network" in said


def test_a_byte_that_changed_on_the_way_is_found_in_a_whole_shard(refused, hub):
    hub.faults.flip = {TRAIN_0: [200]}
    refused(TRAIN_0, "came twice")


def test_a_byte_that_changed_on_the_way_is_found_in_a_row_group_with_checksums(refused, hub):
    hub.faults.flip = {TEST: [2000]}
    refused(TEST, "cannot be read", "CRC")


def test_headers_that_contradict_the_listing(refused, hub):
    hub.faults.wrong_header = True
    refused("is listed with", "but offered with")


def test_a_proxy_that_ignores_ranges(refused, hub, monkeypatch):
    monkeypatch.setattr("core.data.download.shards.TAIL", 70_000)
    hub.files[TRAIN_0] = make_shard(400, 0)
    hub.faults.ignore_ranges = True
    refused("the whole file", "does not understand ranges", images=100)


def test_a_file_that_is_no_parquet(refused, hub):
    hub.files[TEST] = b"something else altogether"
    refused(TEST, "no parquet file")


def test_a_footer_that_is_garbage(refused, hub):
    hub.files[TEST] = b"PAR1" + b"\xff" * 100 + (100).to_bytes(4, "little") + b"PAR1"
    refused(TEST, "footer", "cannot be read")


def test_a_footer_longer_than_its_file(refused, hub):
    hub.files[TEST] = b"PAR1" + b"\xff" * 100 + (2**31).to_bytes(4, "little") + b"PAR1"
    refused(TEST, "announces a footer")


def test_an_absent_column_is_named(refused, hub):
    hub.files[TEST] = make_shard(20, 100, Eyeglasses=None)
    refused(TEST, "no column Eyeglasses")


def test_labels_that_are_no_yes_or_no(refused, hub):
    hub.files[TEST] = make_shard(20, 100, Smiling=list(range(20)))
    refused(TEST, "Smiling as int64")


def test_images_that_are_only_paths(refused, hub):
    hub.files[TEST] = make_shard(20, 100, image=["a.jpg"] * 20)
    refused(TEST, "image as string", "the bytes of images")


def test_shards_that_differ(refused, hub):
    hub.files[TEST] = make_shard(20, 100, Chubby=pa.array([True] * 20))
    refused("differ in their attributes")


def test_not_one_image_to_use(refused, hub):
    for name in [name for name in hub.files if name.endswith(".parquet")]:
        hub.files[name] = make_shard(20, 0, broken=tuple(range(20)))
    refused("Not one of 60 images can be used", "no JPEG, PNG or WebP")


def test_a_row_without_a_person_is_left_out(hub, hub_settings):
    hub.files[TRAIN_0] = make_shard(40, 0, celeb_id=pa.array([None, *range(39)], pa.int64()))
    record = download(DownloadRequest.of(hub_settings, 60), hub_settings, accepted=True)
    assert (record.images, record.left_out) == (59, ("000001.png has no person or lacks a label.",))


@pytest.mark.parametrize("images", [0, -1, 202_600])
def test_a_number_that_celeba_does_not_have(hub_settings, images):
    with pytest.raises(DataError, match="202,599"):
        DownloadRequest.of(hub_settings, images)

"""`python -m core dataset download celeba`: the licence, what it makes, how it fails."""

import pytest

from core.runs import State, TrainConfig
from core.settings import Settings
from tests.downloaded import downloaded
from tests.hub_server import REPOSITORY
from tests.unit.cli.test_refusals import refused

pytest_plugins = ("tests.hub_fixtures",)


@pytest.fixture(autouse=True)
def host(monkeypatch, tmp_path):
    """A host that may open what lies under `tmp_path`."""
    monkeypatch.setenv("LINEAMENT_CELEBA_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("LINEAMENT_DATA_ROOTS", str(tmp_path))
    monkeypatch.setenv("LINEAMENT_MIN_FREE_BYTES", "0")


def test_without_accepting_the_licence_nothing_is_fetched(command, hub):
    refused(
        command("dataset", "download", "celeba", "--images", 60), "non-commercial", "--accept-licence", "http"
    )
    assert not hub.asked


def test_it_makes_a_folder_that_show_opens(command, hub, tmp_path):
    answer = command("dataset", "download", "celeba", "--images", 60, "--accept-licence")
    assert answer.code == 0
    assert "60 images" in answer.out
    assert "Licence: CelebA, for non-commercial research only" in answer.out
    shown = command("dataset", "show", tmp_path / "artifacts" / "datasets" / "celeba-60", "--json").json()
    assert (shown["images"], shown["splits"]) == (60, {"train": 40, "val": 10, "test": 10})


def test_json_tells_the_folder_the_source_and_the_commit(command, hub, tmp_path):
    out = tmp_path / "mine"
    told = command(
        "dataset", "download", "celeba", "--images", 12, "--accept-licence", "--out", out, "--json"
    )
    found = told.json()
    assert (found["path"], found["images"], found["commit"]) == (str(out), 12, hub.commit)
    assert found["source"].startswith("mine-")


def test_outside_the_data_roots_it_is_made_and_said_not_to_be_listed(command, hub, tmp_path, monkeypatch):
    monkeypatch.setenv("LINEAMENT_DATA_ROOTS", str(tmp_path / "elsewhere"))
    out = tmp_path / "mine"
    told = command("dataset", "download", "celeba", "--images", 12, "--accept-licence", "--out", out)
    assert told.code == 0
    assert "not in the pages' list" in told.err
    assert (out / "list_attr_celeba.csv").is_file()


def test_a_network_failure_is_one_line_and_exit_status_1(command, hub):
    hub.faults.statuses = [403]
    answer = command("dataset", "download", "celeba", "--images", 60, "--accept-licence")
    assert answer.code == 1
    assert answer.err.strip().splitlines()[-1].startswith("127.0.0.1 answered 403: somebody/faces")
    assert "Traceback" not in answer.err


def test_progress_goes_to_stderr_and_the_answer_to_stdout(command, hub):
    answer = command("dataset", "download", "celeba", "--images", 60, "--accept-licence")
    assert "60 of 60 images" in answer.err
    assert len(answer.out.splitlines()) == 2


@pytest.mark.parametrize("images", ["0", "202600", "many"])
def test_a_number_of_images_outside_its_bounds_is_refused(command, hub, images):
    refused(command("dataset", "download", "celeba", "--images", images, "--accept-licence"), "--images")


def test_another_name_is_answered_with_what_there_is(command, hub):
    refused(command("dataset", "download", "imagenet"), "imagenet", "celeba")


def test_the_default_is_thirty_thousand_images_of_a_known_repository():
    fields = Settings.model_fields
    assert fields["celeba_repository"].default == "flwrlabs/celeba"
    assert fields["celeba_folder"].default == "img_align+identity+attr"


def test_a_download_is_deleted_only_after_a_yes_and_not_while_a_run_is_on_it(command, tmp_path, store):
    settings = Settings(artifacts=tmp_path / "artifacts")
    source = downloaded(settings.datasets / "celeba-12", settings)
    listed = {found["id"]: found for found in command("dataset", "list", "--json").json()}
    assert listed[source.id]["bytes"] > 1_000 and not listed[source.id]["own"]
    assert f"{source.path}  0." in command("dataset", "list").out
    asked = command("dataset", "forget", source.id)
    assert asked.code == 2 and "--yes" in asked.err
    run = store.create(TrainConfig(data=str(source.path)))
    busy = command("dataset", "forget", source.id, "--yes")
    assert busy.code == 1 and run.id in busy.err and source.path.is_dir()
    with run.hold() as held:
        held.set_state(State.FINISHED)
    assert command("dataset", "forget", source.id, "--yes").out == f"{source.id}  deleted\n"
    assert not source.path.exists() and source.id not in command("dataset", "list").out

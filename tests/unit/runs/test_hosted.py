"""Runs travel without what tells of their machine, and are taken in whole or not at all."""

import json
import os
import shutil
from pathlib import Path

import pytest

from core.atomic import write_json
from core.errors import ConfigError, InputError, RunError
from core.runs import Run, RunStore, State
from core.runs.checkpoints import Checkpoints
from core.runs.hosted import MAX_BYTES, hosted_ids, take_in_hosted_runs
from core.runs.pack import SUMS, pack_runs, sha256_of, without_paths
from core.runs.records import WeightsRecord
from core.settings import Settings
from tests.unit.ui.fabricated import CONFIG, environment, write_run

FINGERPRINT = "ab" * 32
SECRET = "/home/ann/faces"


@pytest.fixture
def home(tmp_path) -> Settings:
    """Where runs are trained."""
    return Settings(artifacts=tmp_path / "home")


@pytest.fixture
def weights(tmp_path) -> Path:
    """A file of base weights, as far as packing looks into it."""
    path = tmp_path / "ann's vgg.h5"
    path.write_bytes(b"base weights")
    return path


def trained(home: Settings, weights: Path, **changes) -> Run:
    """A run with all that a trainer leaves, on somebody's own faces and weights."""
    config = CONFIG.changed(data=SECRET, weights=str(weights))
    run = write_run(home, "the good one", config=config, reason=f"Stopped; see {SECRET}/log.", **changes)
    record = WeightsRecord(kind="file", name=weights.name, fingerprint=FINGERPRINT)
    found = environment(synthetic=False)
    problems = (f"12 images of {SECRET}/img.zip are missing.",)
    data = found.data.model_copy(update={"problems": problems})
    found = found.model_copy(update={"weights": record, "data": data})
    write_json(run.path / "environment.json", found.model_dump())
    writers = {part: lambda path: path.write_bytes(b"head") for part in ("weights.h5", "optimizer.npz")}
    Checkpoints(run.path / "checkpoints").save(1, True, writers)
    for name in ("log.txt", "owner.json", "control.json", "face.png", "predictions.parquet"):
        (run.path / name).write_text(json.dumps({"visitor": "f" * 32, "from": SECRET}))
    (run.path / "predictions.parquet").write_bytes(b"PAR1")
    return run


@pytest.fixture
def packed(home, weights, tmp_path) -> Path:
    """A pack of one run."""
    pack_runs([(trained(home, weights), weights)], tmp_path / "pack")
    return tmp_path / "pack"


@pytest.fixture
def host(packed, tmp_path) -> Settings:
    """A host that has nothing yet but the pack."""
    return Settings(artifacts=tmp_path / "host", hosted_runs=packed)


def run_of(packed: Path) -> Path:
    """The folder of the run in a pack."""
    return next((packed / "runs").iterdir())


def sign(packed: Path) -> None:
    """Write a pack's hashes anew, as whoever forges one would."""
    names = sorted(
        path.relative_to(packed) for path in packed.rglob("*") if path.is_file() and path.name != SUMS
    )
    (packed / SUMS).write_text("".join(f"{sha256_of(packed / name)}  {name}\n" for name in names))


def nothing_came(host: Settings) -> bool:
    """Whether no run, no weights and no draft were left."""
    return (
        not [path for path in host.artifacts.rglob("*") if path.is_file()] and not RunStore(host.runs).ids()
    )


def test_a_pack_holds_what_a_host_needs_and_no_more(packed):
    names = {path.name for path in run_of(packed).rglob("*") if path.is_file()}
    assert names == {
        "config.json",
        "state.json",
        "environment.json",
        "metrics.json",
        "notes.json",
        "history.csv",
        "predictions.parquet",
        "manifest.json",
        "epoch-0001.weights.h5",
    }
    assert (packed / "weights" / f"{FINGERPRINT}.h5").read_bytes() == b"base weights"


def test_no_path_of_the_machine_travels(packed, tmp_path):
    everything = b"".join(path.read_bytes() for path in packed.rglob("*") if path.is_file())
    for word in ("/home", "ann/", str(tmp_path), "f" * 32):
        assert word.encode() not in everything
    config = json.loads((run_of(packed) / "config.json").read_text())
    assert (config["data"], config["weights"]) == ("faces", "ann's vgg.h5")
    assert "img.zip are missing" in (run_of(packed) / "environment.json").read_text()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see /home/ann/x.csv, then", "see x.csv, then"),
        ("in ~/faces/men.", "in men."),
        (r"at C:\Users\ann\faces", "at faces"),
        ("12/30 and 3 km/h at https://keras.io/api/", "12/30 and 3 km/h at https://keras.io/api/"),
    ],
)
def test_of_a_path_the_last_part_stays(text, left):
    assert without_paths({"a": [text]}) == {"a": [left]}


def test_a_folder_named_sample_does_not_become_the_drawn_faces(home, weights, tmp_path):
    run = trained(home, weights)
    write_json(
        run.path / "config.json", run.config().changed(data="/home/ann/sample").model_dump(mode="json")
    )
    pack_runs([(run, weights)], tmp_path / "pack")
    assert json.loads((run_of(tmp_path / "pack") / "config.json").read_text())["data"] == "sample-folder"


def test_sha256sum_can_check_a_pack(packed):
    lines = (packed / SUMS).read_text().splitlines()
    assert len(lines) == len([path for path in packed.rglob("*") if path.is_file()]) - 1
    for line in lines:
        sha256, name = line.split("  ")
        assert sha256_of(packed / name) == sha256


def test_a_run_that_has_not_ended_does_not_travel_and_leaves_no_half_pack(home, weights, tmp_path):
    for run in (trained(home, weights, state=State.PAUSED), trained(home, weights, test_accuracy=None)):
        with pytest.raises(RunError, match="cannot travel"):
            pack_runs([(run, weights)], tmp_path / "pack")
        assert not (tmp_path / "pack").exists()


def test_a_pack_is_not_written_over_something(home, weights, tmp_path):
    with pytest.raises(InputError, match="not empty"):
        pack_runs([(trained(home, weights), weights)], tmp_path)
    assert weights.exists()


def test_a_hosts_runs_are_there_after_the_start_and_belong_to_the_host(host, packed):
    run_id = run_of(packed).name
    assert take_in_hosted_runs(host) == [run_id]
    summary = RunStore(host.runs).summary(run_id)
    assert (summary.state.state, summary.notes.name, summary.visitor) == (State.FINISHED, "the good one", "")
    assert summary.has_model
    assert Run(host.runs / run_id).checkpoints.best_weights().read_bytes() == b"head"
    assert (host.weights / f"{FINGERPRINT}.h5").read_bytes() == b"base weights"
    assert hosted_ids(host) == {run_id}
    assert not list(host.runs.glob(".new-*"))


def test_a_second_start_takes_nothing_in_and_keeps_what_people_said(host, packed):
    (run_id,) = take_in_hosted_runs(host)
    write_json(host.runs / run_id / "notes.json", {"name": "renamed"})
    assert take_in_hosted_runs(host) == []
    assert Run(host.runs / run_id).notes().name == "renamed"


def test_a_host_without_such_runs_starts(tmp_path):
    assert take_in_hosted_runs(Settings(artifacts=tmp_path)) == []


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


FAULTS = {
    "a changed file": (
        lambda p: _append(run_of(p) / "history.csv"),
        "history.csv is not what SHA256SUMS says",
    ),
    "changed base weights": (lambda p: _append(p / "weights" / f"{FINGERPRINT}.h5"), "is not what"),
    "a missing file": (lambda p: (run_of(p) / "metrics.json").unlink(), "No such file"),
    "a file more": (lambda p: (run_of(p) / "face.png").write_bytes(b"x"), "face.png .* does not stand in"),
    "no list": (lambda p: (p / SUMS).unlink(), "cannot be read"),
    "a list of nonsense": (lambda p: (p / SUMS).write_text("hello\n"), "Line 1 .* names no file of a pack"),
    "a huge list": (lambda p: (p / SUMS).write_text("a" * 2**21), "has over 1,048,576 bytes"),
}


@pytest.mark.parametrize(("harm", "words"), FAULTS.values(), ids=FAULTS)
def test_a_pack_that_is_not_whole_refuses_the_start_and_leaves_nothing(host, packed, harm, words):
    harm(packed)
    with pytest.raises(ConfigError, match=words):
        take_in_hosted_runs(host)
    assert nothing_came(host)


def _add_line(name: str):
    def add(packed: Path) -> None:
        with (packed / SUMS).open("a") as sums:
            sums.write(f"{'0' * 64}  {name}\n")

    return add


@pytest.mark.parametrize(
    "name",
    [
        "runs/../../etc/passwd",
        "/etc/passwd",
        "runs/not-an-id/config.json",
        "runs/20260131-142501-k3x9ab/../config.json",
        "runs/20260131-142501-k3x9ab/owner.json",
        "runs/20260131-142501-k3x9ab/log.txt",
        "runs/20260131-142501-k3x9ab/checkpoints/../../x.weights.h5",
        "runs/20260131-142501-k3x9ab/epoch-0001.weights.h5",
        "weights/vgg16-random-v1.weights.h5",
        "weights/../x.h5",
        f"weights/{'AB' * 32}.h5",
        "runs/20260131-142501-k3x9аb/config.json",
    ],
)
def test_a_name_that_no_pack_has_is_refused(host, packed, name):
    _add_line(name)(packed)
    with pytest.raises(ConfigError, match=r"names no file of a pack|cannot be read"):
        take_in_hosted_runs(host)
    assert nothing_came(host)


def test_a_name_that_stands_twice_is_refused(host, packed):
    first = (packed / SUMS).read_text().splitlines()[0]
    (packed / SUMS).write_text((packed / SUMS).read_text() + first + "\n")
    with pytest.raises(ConfigError, match="or one twice"):
        take_in_hosted_runs(host)


@pytest.mark.parametrize("name", ["history.csv", "checkpoints"])
def test_links_are_refused_though_what_they_lead_to_is_right(host, packed, tmp_path, name):
    path = run_of(packed) / name
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="is a link"):
        take_in_hosted_runs(host)
    assert nothing_came(host)


def test_a_pipe_in_place_of_a_file_does_not_hold_up_the_start(host, packed):
    (run_of(packed) / "history.csv").unlink()
    os.mkfifo(run_of(packed) / "history.csv")
    with pytest.raises(ConfigError):
        take_in_hosted_runs(host)


def _rewrite(name: str, **values):
    def rewrite(packed: Path) -> None:
        path = run_of(packed) / name
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return rewrite


SIGNED_FAULTS = {
    "an oversized file": (
        lambda p: (run_of(p) / "notes.json").write_bytes(b" " * (MAX_BYTES[".json"] + 1)),
        "more than a run's file has",
    ),
    "deep json": (lambda p: (run_of(p) / "notes.json").write_text("[" * 10**6), "cannot be used"),
    "a run that trains": (_rewrite("state.json", state="running"), "It is running"),
    "a configuration out of bounds": (_rewrite("config.json", epochs=10**9), "cannot be used"),
    "no scores": (lambda p: (run_of(p) / "metrics.json").unlink(), "was not scored"),
    "no checkpoint": (lambda p: shutil.rmtree(run_of(p) / "checkpoints"), "has no checkpoint"),
    "no base weights": (lambda p: shutil.rmtree(p / "weights"), "are not in the pack"),
}


@pytest.mark.parametrize(("harm", "words"), SIGNED_FAULTS.values(), ids=SIGNED_FAULTS)
def test_a_forged_run_whose_hashes_hold_is_refused_as_well(host, packed, harm, words):
    harm(packed)
    sign(packed)
    with pytest.raises(ConfigError, match=words) as refusal:
        take_in_hosted_runs(host)
    assert ".new-" not in str(refusal.value)
    assert nothing_came(host)


def test_another_run_of_the_same_id_is_not_replaced(host, packed):
    (run_id,) = take_in_hosted_runs(host)
    _rewrite("config.json", seed=5)(packed)
    sign(packed)
    with pytest.raises(ConfigError, match="There is another run"):
        take_in_hosted_runs(host)
    assert Run(host.runs / run_id).config().seed == CONFIG.seed

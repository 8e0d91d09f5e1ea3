"""A run's folder that somebody forged: it is listed as damaged, quickly, and takes no other run along."""

import shutil
import subprocess
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import CheckpointError, LineamentError, RunDamagedError
from core.runs import Run, RunStore, State
from core.runs.alarms import read_alarms
from core.runs.checkpoints import Checkpoints, FileMark, Manifest, file_mark
from core.runs.predictions import read_predictions
from core.runs.trash import Trash
from core.settings import Settings
from core.ui.run_files import file_rows
from tests.app.pages import page
from tests.attacks.forgeries import HARMLESS, LISTED, UNREADABLE, linked, sparse
from tests.scored_runs import scored_run

MOST_BYTES = 100 * 2**20
MOST_S = 10.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A host with two scored runs, made once."""
    host = Settings(artifacts=tmp_path_factory.mktemp("made"))
    scored_run(host, "sound")
    scored_run(host, "forged", seed=1)
    return host


@pytest.fixture
def two_runs(made: Settings, tmp_path: Path) -> tuple[Run, Run]:
    """A copy of them: one to stay as it is, and one to spoil."""
    runs = tmp_path / "artifacts" / "runs"
    shutil.copytree(made.runs, runs)
    forged, sound = (Run(runs / run_id) for run_id in RunStore(runs).ids())
    return sound, forged


@pytest.fixture
def frugal() -> Iterator[None]:
    """Fails a test in which Python took much memory, or much time."""
    tracemalloc.start()
    began = time.monotonic()
    yield
    spent, (_, peak) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST_BYTES
    assert spent < MOST_S


@pytest.mark.parametrize("name", LISTED)
def test_a_forged_run_is_listed_as_damaged_beside_the_others(settings, two_runs, frugal, name):
    sound, run = two_runs
    LISTED[name](run)
    listed = {summary.id: summary for summary in RunStore(settings.runs).list_runs()}
    assert listed[sound.id].state.state is State.FINISHED
    assert listed[run.id].state.state is State.DAMAGED
    assert 0 < len(listed[run.id].state.reason) < 2_000
    assert "root:" not in listed[run.id].state.reason


@pytest.mark.parametrize("name", HARMLESS)
def test_what_cannot_be_understood_beside_a_run_is_passed_over(settings, two_runs, frugal, name):
    _, run = two_runs
    HARMLESS[name](run)
    summary = RunStore(settings.runs).summary(run.id)
    assert summary.state.state is State.FINISHED
    assert all(row["epoch"] in (0, 1, 2) for row in summary.history)
    assert read_alarms(run) == []
    assert run.progress() is None
    assert len(run.log_tail(1_000)) <= 1_000
    assert file_rows(run.path)


@pytest.mark.parametrize("name", UNREADABLE)
def test_forged_predictions_are_refused(settings, two_runs, frugal, name):
    _, run = two_runs
    UNREADABLE[name](run)
    with pytest.raises(RunDamagedError) as refused:
        read_predictions(run, "val")
    assert len(str(refused.value)) < 500
    assert "root:" not in str(refused.value)


FEW = ("deep metrics.json", "endless seconds", "epochs that are no numbers", "scores that are no numbers")
FEW += ("progress of another kind", "huge log", "predictions of zeros")
PAGES_TRY = {name: forgery for name, forgery in (LISTED | HARMLESS | UNREADABLE).items() if name in FEW}


@pytest.mark.parametrize("name", PAGES_TRY)
def test_every_page_stands_beside_a_forged_run(host, two_runs, name):
    _, run = two_runs
    PAGES_TRY[name](run)
    for where, parameters in (
        ("run", {"run": run.id}),
        ("train", {"run": run.id}),
        ("compare", {"runs": ",".join(RunStore(host.runs).ids())}),
        ("predict", {"run": run.id}),
    ):
        app = page(where)
        for parameter, value in parameters.items():
            app.query_params[parameter] = value
        app.run()
        assert not app.exception, (where, app.exception)
        assert app.title or where == "train", where


DELETED = ["huge state.json", "device for notes.json", "pipe for config.json"]


@pytest.mark.parametrize("name", DELETED)
def test_a_forged_run_can_be_deleted(settings, two_runs, frugal, name):
    _, run = two_runs
    (LISTED | HARMLESS)[name](run)
    bin_ = Trash(RunStore(settings.runs), settings.trash)
    bin_.delete(run.id)
    assert [deleted.id for deleted in bin_.list_deleted()] == [run.id]


@pytest.mark.parametrize("mark", ["/dev/zero", "/etc/passwd"])
def test_a_mark_of_the_trash_that_is_a_link_is_not_followed(settings, frugal, mark):
    run = scored_run(settings, "forged")
    bin_ = Trash(RunStore(settings.runs), settings.trash)
    bin_.delete(run.id)
    linked(settings.trash / run.id / "deleted.json", mark)
    assert bin_.get(run.id).id == run.id


@pytest.mark.parametrize("name", ["../../outside/secret.txt", "/etc/passwd", "epoch-0001.../x", "secret.txt"])
def test_a_manifest_names_no_file_elsewhere(settings, outside, name):
    checkpoints = _saved(settings)
    manifest = checkpoints.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("epoch-0001.weights.h5", name))
    for door in (checkpoints.best_weights, checkpoints.settle, checkpoints.newest_whole):
        with pytest.raises(CheckpointError):
            door()


def test_weights_that_are_a_link_are_not_read_though_their_hash_is_right(settings, tmp_path):
    checkpoints = _saved(settings)
    weights = checkpoints.best_weights()
    weights.rename(tmp_path / "elsewhere")
    weights.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CheckpointError):
        checkpoints.best_weights()


def test_weights_of_another_size_are_refused_before_they_are_hashed(settings, frugal):
    checkpoints = _saved(settings)
    sparse(checkpoints.best_weights(), 2**40)
    with pytest.raises(CheckpointError, match="not the file that was saved"):
        checkpoints.best_weights()
    # And a manifest that was forged along with them.
    mark = FileMark(sha256="0" * 64, bytes=2**40)
    forged = Manifest(best_epoch=1, last_epoch=1, files={"epoch-0001.weights.h5": mark})
    (checkpoints.folder / "manifest.json").write_text(forged.model_dump_json())
    with pytest.raises(CheckpointError):
        checkpoints.best_weights()


def test_checkpoints_that_are_a_link_are_neither_read_nor_tidied(settings, outside):
    run = scored_run(settings, "forged")
    (run.path / "checkpoints").symlink_to(outside, target_is_directory=True)
    for door in (
        run.checkpoints.manifest,
        run.checkpoints.settle,
        run.checkpoints.newest_whole,
        lambda: run.checkpoints.rewind(1),
        lambda: run.checkpoints.save(1, True, {}),
        run.checkpoints.best_weights,
    ):
        with pytest.raises(CheckpointError, match="is a link"):
            door()


@pytest.mark.parametrize("name", ["lock", "history.csv", "log.txt", "alarms.jsonl", "progress.jsonl"])
def test_nothing_is_written_through_a_link(settings, outside, name):
    from core.runs.files import append_line

    run = scored_run(settings, "forged")
    linked(run.path / name, str(outside / "made.txt"))
    with pytest.raises((LineamentError, OSError)):
        run.hold() if name == "lock" else append_line(run.path / name, "mine")


def test_a_folder_deeper_than_python_can_call_itself_is_shown_and_deleted(settings):
    run = scored_run(settings, "forged")
    inner = f"{run.path}/tensorboard"
    for _ in range(1_100):
        Path(inner).mkdir()
        inner += "/d"
    try:
        assert file_rows(run.path)
        bin_ = Trash(RunStore(settings.runs), settings.trash)
        bin_.delete(run.id)
        assert bin_.list_deleted()[0].bytes > 0
    finally:
        # Neither Python's nor pytest's own removal goes so deep.
        subprocess.run(["rm", "-rf", settings.artifacts], check=True)


def _saved(settings) -> Checkpoints:
    """Checkpoints of one epoch, with weights of a few bytes."""
    checkpoints = scored_run(settings, "forged").checkpoints
    checkpoints.save(1, True, {"weights.h5": lambda path: path.write_bytes(b"weights")})
    assert file_mark(checkpoints.best_weights()).bytes == 7
    return checkpoints

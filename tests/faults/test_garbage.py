"""Garbage in each file of a run's folder: the list is whole, the run is named, nothing else is harmed."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.app import app
from core.errors import LineamentError
from core.jobs import JobQueue, control
from core.runs import Run, RunStore, State
from core.runs.alarms import drop_alarms_after, read_alarms
from core.settings import Settings
from tests.bench.ended_runs import make_ended_run

FILES = (
    "state.json",
    "config.json",
    "notes.json",
    "metrics.json",
    "environment.json",
    "history.csv",
    "progress.jsonl",
    "predictions.parquet",
    "domain.npz",
    "checkpoints/manifest.json",
    "control.json",
    "alarms.jsonl",
    "log.txt",
    "lock",
)
GARBAGE: dict[str, bytes] = {
    "empty": b"",
    "binary": bytes(range(256)) * 16,
    "a list": b"[1, 2, 3]\n",
    "null": b"null\n",
    "text": b"Dear diary,\nall is well.\n",
    "wrong types": json.dumps(
        {
            "state": [],
            "seconds": "long",
            "target": 7,
            "epochs": {},
            "name": {},
            "tags": 3,
            "best": "yes",
            "versions": None,
            "phase": [],
            "time": 3,
            "files": {"../../escape": {"sha256": "", "bytes": 1}, "x": {"sha256": "", "bytes": 1}},
            "best_epoch": 1,
            "last_epoch": 10**15,
            "request": ["stop"],
            "kind": 1,
            "epoch": "one",
            "message": [],
            "advice": None,
        }
    ).encode()
    + b"\n",
    "deep": b"[" * 100_000 + b"\n",
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"\n",
    "numbers no float holds": b'{"seconds": 1e999, "epochs": ' + b"9" * 5000 + b"}\n",
    "half a character": b'{"name": "\\ud800", "reason": "\\ud800", "state": "finished"}\n',
    "one endless line": b"7" * 5_000_000,
}
HUGE_BYTES = 2**30


def write(content: bytes) -> Callable[[Path], None]:
    """Put garbage where a file was."""
    return lambda path: (path.write_bytes(content), None)[1]


def grow(path: Path) -> None:
    """A gigabyte of zeros that takes no disk."""
    path.touch()
    os.truncate(path, HUGE_BYTES)


def become_a_folder(path: Path) -> None:
    """A folder where a file was."""
    path.unlink(missing_ok=True)
    path.mkdir()


def become_a_pipe(path: Path) -> None:
    """A pipe nobody writes to: who opens it waits for ever."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)


DAMAGES = {
    **{name: write(content) for name, content in GARBAGE.items()},
    "huge": grow,
    "a folder": become_a_folder,
    "a pipe": become_a_pipe,
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runs folder with three ended runs; to be copied."""
    store = RunStore(tmp_path_factory.mktemp("sound") / "runs")
    for seed, state in enumerate((State.FINISHED, State.FINISHED, State.FAILED)):
        make_ended_run(store, state, seed=seed)
    return store.runs


@pytest.fixture
def damaged(settings: Settings, sound: Path) -> Run:
    """A finished run beside two others, about to be damaged."""
    shutil.copytree(sound, settings.runs)
    found = RunStore(settings.runs).list_runs()
    return Run(settings.runs / next(item.id for item in found if item.state.state is State.FINISHED))


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_garbage_in_any_file_leaves_the_list_whole(settings, damaged, name, damage, capsys):
    damage(damaged.path / name)
    found = {summary.id: summary for summary in RunStore(settings.runs).list_runs()}
    assert len(found) == 3
    shown = found.pop(damaged.id)
    assert all(summary.state.state in (State.FINISHED, State.FAILED) for summary in found.values())
    assert all(len(summary.history) == 10 for summary in found.values())
    if shown.state.state is State.DAMAGED:
        assert name in shown.state.reason
        assert len(shown.state.reason) < 2000
    else:
        assert shown.config is not None
    app(["runs", "list", "--json", "--artifacts", str(settings.artifacts)], standalone_mode=False)
    assert damaged.id in capsys.readouterr().out


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_whatever_a_page_asks_of_a_damaged_run_is_answered_or_refused_in_words(
    settings, damaged, name, damage
):
    damage(damaged.path / name)
    queue = JobQueue(settings)
    asked: list[Callable[[], object]] = [
        damaged.state,
        damaged.config,
        damaged.history,
        damaged.progress,
        damaged.metrics,
        damaged.environment,
        damaged.notes,
        damaged.log_tail,
        damaged.requested,
        damaged.checkpoints.newest_whole,
        damaged.checkpoints.best_weights,
        lambda: read_alarms(damaged),
        lambda: drop_alarms_after(damaged, 0),
        queue.open_states,
        lambda: control.stop(queue, damaged.id),
        lambda: control.extend(queue, damaged.id, 1),
        lambda: control.resume(queue, damaged.id),
    ]
    for ask in asked:
        try:
            ask()
        except LineamentError as refusal:
            assert str(refusal)
    assert not (settings.artifacts.parent / "escape").exists()


def test_one_damaged_run_in_the_queue_does_not_stop_the_others(settings, damaged):
    queue = JobQueue(settings)
    waiting = [control.extend(queue, summary.id, 1).id for summary in queue.store.list_runs()]
    (damaged.path / "state.json").write_bytes(b"\x00")
    assert queue.waiting() == [run_id for run_id in waiting if run_id != damaged.id]

"""Runs the command line in this process, and makes saved runs for it to tell of, without training."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.atomic import write_json
from core.cli.app import main
from core.runs import Run, RunStore, State, TrainConfig
from core.runs.records import EpochScore, Metrics, SplitCount


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The JSON on the last line; refuses NaN, which is no JSON."""
        return json.loads(self.out.splitlines()[-1], parse_constant=pytest.fail)


Command = Callable[..., Answer]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`command("runs", "list")` runs `python -m core runs list` with artifacts under `tmp_path`."""
    monkeypatch.setenv("LINEAMENT_ARTIFACTS", str(tmp_path / "artifacts"))

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["core", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as leaving:
            code = leaving.code or 0
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """The runs that `command` sees."""
    return RunStore(tmp_path / "artifacts" / "runs")


@pytest.fixture
def saved(store: RunStore) -> Run:
    """A run as one that finished two epochs, the first of them the best."""
    run = store.create(TrainConfig(epochs=2, target="Young"), name="first")
    (run.path / "history.csv").write_text(
        "epoch,accuracy,learning_rate,loss,val_accuracy,val_loss\n"
        "0,0.75,0.001,0.5,0.8,0.4\n1,0.9,0.001,0.2,0.7,0.6\n"
    )
    best = EpochScore(epoch=1, train_accuracy=0.75, val_accuracy=0.8, val_loss=0.4, test_accuracy=0.78125)
    last = EpochScore(epoch=2, train_accuracy=0.9, val_accuracy=0.7, val_loss=0.6, test_accuracy=0.71875)
    counts = {
        name: SplitCount(n=n, positives=n // 2) for name, n in (("train", 96), ("val", 10), ("test", 32))
    }
    metrics = Metrics(target="Young", best=best, last=last, splits=counts)
    write_json(run.path / "metrics.json", metrics.model_dump())
    with run.hold() as held:
        held.set_state(State.FINISHED, seconds=12.345)
    return run

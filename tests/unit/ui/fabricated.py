"""Runs as their folders would tell of them, without training: in memory, and written through `core.runs`."""

from collections.abc import Sequence
from typing import Any

from core.atomic import write_json
from core.runs import HeldRun, Run, RunState, RunStore, RunSummary, State, TrainConfig
from core.runs.files import append_json, write_csv_rows
from core.runs.records import (
    DataRecord,
    Environment,
    EpochScore,
    Metrics,
    Notes,
    Progress,
    SplitCount,
    WeightsRecord,
)
from core.runs.run import Row
from core.runs.state import now
from core.settings import Settings

CONFIG = TrainConfig(weights="random", image_size=64, limit=600, epochs=5, learning_rate=1e-3)
SPLITS = {
    "train": SplitCount(n=480, positives=200),
    "val": SplitCount(n=60, positives=24),
    "test": SplitCount(n=80, positives=30),
}


def history(val_losses: Sequence[float], accuracy: float = 0.8) -> list[Row]:
    """Rows as Keras writes them, epochs from 0; accuracies rise by 0.01 an epoch."""
    return [
        {
            "epoch": float(epoch),
            "accuracy": accuracy + epoch / 100,
            "learning_rate": 1e-3,
            "loss": 0.5,
            "val_accuracy": accuracy + 0.05 + epoch / 100,
            "val_loss": val_loss,
        }
        for epoch, val_loss in enumerate(val_losses)
    ]


def environment(*, synthetic: bool = True, weights: str = "random", split: str = "split") -> Environment:
    """What a trainer records; `weights` is a kind, and for a file also its name: "file:vgg.h5"."""
    kind, _, name = weights.partition(":")
    data = DataRecord(
        name="synthetic faces" if synthetic else "celeba",
        synthetic=synthetic,
        fingerprint="data",
        split_fingerprint=split,
        official_split=False,
        splits=SPLITS,
    )
    return Environment(
        versions={},
        machine="a test",
        precision="float32",
        seed=0,
        data=data,
        weights=WeightsRecord(kind=kind, name=name or kind, fingerprint="weights"),
        trained_parameters=1,
        frozen_parameters=2,
    )


def metrics(best: int, last: int, test_accuracy: float = 0.9) -> Metrics:
    """Scores at the best and the last epoch, counted from 1."""
    score = EpochScore(
        epoch=best, train_accuracy=0.85, val_accuracy=0.9, val_loss=0.3, test_accuracy=test_accuracy
    )
    return Metrics(target="Male", best=score, last=score.model_copy(update={"epoch": last}), splits=SPLITS)


def summary(run_id: str = "20260131-142501-aaaaaa", *, name: str = "", **parts: Any) -> RunSummary:
    """A run at a glance: a finished one unless `state` says otherwise."""
    parts = {"config": CONFIG, "environment": environment(), **parts}
    state = RunState(state=parts.pop("state", State.FINISHED), queued_at="2026-01-31T14:25:01+00:00")
    return RunSummary(id=run_id, state=state, notes=Notes(name=name), **parts)


def write_run(
    settings: Settings,
    name: str = "",
    *,
    config: TrainConfig = CONFIG,
    state: State = State.FINISHED,
    reason: str = "",
    val_losses: Sequence[float] = (0.5, 0.3, 0.4),
    test_accuracy: float | None = 0.9,
    **recorded: Any,
) -> Run:
    """An ended run's folder; `recorded` goes to `environment`, no `test_accuracy` means it was not scored."""
    run = RunStore(settings.runs).create(config, name=name)
    rows = history(val_losses)
    write_json(run.path / "environment.json", environment(**recorded).model_dump())
    if rows:
        write_csv_rows(run.path / "history.csv", rows)
    if test_accuracy is not None:
        write_json(run.path / "metrics.json", metrics(2, len(rows), test_accuracy).model_dump())
    with run.hold() as held:
        held.set_state(state, reason)
    return run


def hold_running(settings: Settings, name: str = "", val_losses: Sequence[float] = (0.5,)) -> HeldRun:
    """A run that trains: its lock is held until the caller leaves the `with` block."""
    run = RunStore(settings.runs).create(CONFIG, name=name)
    write_json(run.path / "environment.json", environment().model_dump())
    if val_losses:
        write_csv_rows(run.path / "history.csv", history(val_losses))
    progress = Progress(
        time=now(), phase="training", epoch=2, epochs=5, step=7, steps=15, images_per_second=152.3, eta_run=95
    )
    append_json(run.path / "progress.jsonl", progress.model_dump())
    (run.path / "log.txt").write_text("epoch 1/5  loss 0.5000\n")
    held = run.hold()
    held.set_state(State.RUNNING)
    return held

"""Run folders as ended runs leave them, without training: realistic in files and sizes, quick to make.

One run a state is written through `core.runs`; the rest are copies of its bytes under new ids, without the
fsync that each write of a real run pays.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.atomic import write_json
from core.runs import Run, RunStore, State, TrainConfig
from core.runs.alarms import Alarm, raise_alarm
from core.runs.checkpoints import RESUME_PARTS
from core.runs.files import append_json, write_csv_rows
from core.runs.ids import new_run_id
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

EPOCHS = 10
PARQUET_BYTES = 12_000
CHECKPOINT_BYTES = 2_000
"""Far smaller than real ones; listing reads neither."""
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
STATES = (State.FINISHED, State.FINISHED, State.FINISHED, State.STOPPED, State.FAILED)


def make_ended_run(store: RunStore, state: State = State.FINISHED, *, seed: int = 0) -> Run:
    """One ended run with every file of the format; a failed one was not scored."""
    numbers = random.Random(seed)
    run = store.create(TrainConfig(epochs=EPOCHS, seed=seed), name=f"run {seed}")
    history = [_row(epoch, numbers) for epoch in range(EPOCHS)]
    splits = {split: SplitCount(n=n, positives=n // 3) for split, n in (("train", 2400), ("test", 300))}
    splits["val"] = splits["test"]
    write_csv_rows(run.path / "history.csv", history)
    write_json(run.path / "environment.json", _environment(splits).model_dump(mode="json"))
    run.write_notes(Notes(name=f"run {seed}", tags=("bench",), note="Nothing to see here. " * 5))
    (run.path / "log.txt").write_text("epoch 1  loss 0.1\n" * 200)
    raise_alarm(run, Alarm("overfitting", 3, "The validation loss rose for 2 epochs.", "Try more dropout."))
    for step in range(60):
        append_json(run.path / "progress.jsonl", _progress(step).model_dump())
    write = {
        part: lambda path: path.write_bytes(numbers.randbytes(CHECKPOINT_BYTES)) for part in RESUME_PARTS
    }
    run.checkpoints.save(1, True, write)
    with run.hold() as held:
        held.set_state(State.RUNNING, attempt=1)
        if state is not State.FAILED:
            run.predictions_path.write_bytes(numbers.randbytes(PARQUET_BYTES))
            write_json(run.path / "metrics.json", _metrics(history, splits).model_dump())
        held.set_state(state, "" if state is State.FINISHED else f"It {state} for the bench.")
    return run


def make_many(runs: Path, count: int, first: datetime = FIRST) -> None:
    """Put `count` ended runs of all kinds, a minute apart, into the folder `runs`."""
    store = RunStore(runs)
    kinds = [_content(make_ended_run(store, state, seed=i).path) for i, state in enumerate(STATES)]
    for i in range(count - len(kinds)):
        folder = runs / new_run_id(first + timedelta(minutes=i))
        (folder / "checkpoints").mkdir(parents=True)
        for name, content in kinds[i % len(kinds)].items():
            (folder / name).write_bytes(content)


def _content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _row(epoch: int, numbers: random.Random) -> Row:
    names = ("accuracy", "learning_rate", "loss", "val_accuracy", "val_loss")
    return {"epoch": epoch, **{name: numbers.random() for name in names}}


def _metrics(history: list[Row], splits: dict[str, SplitCount]) -> Metrics:
    scores = [
        EpochScore(
            epoch=int(row["epoch"]) + 1,
            train_accuracy=row["accuracy"],
            train_loss=row["loss"],
            val_accuracy=row["val_accuracy"],
            val_loss=row["val_loss"],
            test_accuracy=0.9,
            test_loss=0.25,
        )
        for row in history
    ]
    best = min(scores, key=lambda score: score.val_loss)
    return Metrics(target="Male", best=best, last=scores[-1], splits=splits)


def _environment(splits: dict[str, SplitCount]) -> Environment:
    return Environment(
        versions={"python": "3.11.9", "tensorflow": "2.20.0", "keras": "3.12.0", "numpy": "2.3.0"},
        machine="Linux x86_64, a processor with a name of the usual length amx_bf16",
        precision="mixed_bfloat16",
        precision_reason="a training step in bfloat16 ran 4.2 times as fast as in float32",
        seed=0,
        data=DataRecord(
            name="faces",
            synthetic=False,
            fingerprint="0" * 64,
            split_fingerprint="1" * 64,
            official_split=True,
            splits=splits,
            problems=("3 images cannot be read.",),
        ),
        weights=WeightsRecord(kind="imagenet", name="ImageNet", fingerprint="2" * 64),
        trained_parameters=6_423_297,
        frozen_parameters=14_714_688,
    )


def _progress(step: int) -> Progress:
    return Progress(
        time="2026-01-01T00:00:00.000+00:00",
        phase="training",
        epoch=1,
        epochs=EPOCHS,
        step=step,
        steps=60,
        images_per_second=123.4,
        memory_mb=900.0,
        loss=0.4,
        accuracy=0.8,
    )

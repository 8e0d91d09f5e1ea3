"""Ways to forge a run's folder, by what they are: each is given a run that was scored, and spoils it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.runs import Run

Forgery = Callable[[Run], object]
HUGE = 500 * 2**20
"""Bytes of a file with a hole: it takes no disk, and whoever reads it whole takes as much memory."""
JSON_FILES = ("state.json", "config.json", "notes.json", "metrics.json", "environment.json")


def sparse(path: Path, size: int = HUGE) -> None:
    """Make a file of that size which holds nothing."""
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def linked(path: Path, target: str) -> None:
    """Put a link in a file's place."""
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def piped(path: Path) -> None:
    """Put a pipe in a file's place: who opens it for reading waits for a writer."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def changed(run: Run, file: str, /, **values: object) -> None:
    """Change some values of a JSON file; NaN and infinities are written as Python writes them."""
    path = run.path / file
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def _score(run: Run, **values: object) -> None:
    metrics = json.loads((run.path / "metrics.json").read_text())
    changed(run, "metrics.json", best={**metrics["best"], **values}, last={**metrics["last"], **values})


def _splits(run: Run, **counts: object) -> None:
    changed(run, "metrics.json", splits=dict.fromkeys(("val", "test"), counts))


def _long_texts(run: Run) -> None:
    """Rows that are small on disk and terabytes in memory: one long text, named a million times."""
    n = 1_000_000
    column = pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), pa.array(["x" * 1_000_000]))
    table = pa.table(
        {
            "image_id": column,
            "person_id": np.zeros(n, np.int64),
            "split": pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), pa.array(["val"])),
            "label": np.zeros(n, np.uint8),
            "probability": np.zeros(n, np.float32),
        }
    )
    pq.write_table(table, run.predictions_path, compression="zstd")


def _many_rows(run: Run) -> None:
    pq.write_table(pa.table({"label": np.zeros(6_000_000, np.uint8)}), run.predictions_path)


def _many_columns(run: Run) -> None:
    frame = pd.read_parquet(run.predictions_path)
    wide = {f"attribute {i}": np.zeros(150_000, np.uint8) for i in range(400)}
    row = {name: pd.Series([value]).repeat(150_000).to_numpy() for name, value in frame.iloc[0].items()}
    pq.write_table(pa.table({**{k: pa.array(v) for k, v in row.items()}, **wide}), run.predictions_path)


LISTED: dict[str, Forgery] = {
    **{f"huge {name}": lambda run, name=name: sparse(run.path / name) for name in JSON_FILES},
    **{
        f"deep {name}": lambda run, name=name: (run.path / name).write_text("[" * 100_000)
        for name in JSON_FILES
    },
    **{
        f"deep objects in {name}": lambda run, name=name: (run.path / name).write_text('{"a":' * 100_000)
        for name in JSON_FILES
    },
    **{f"list in {name}": lambda run, name=name: (run.path / name).write_text("[1]") for name in JSON_FILES},
    **{f"pipe for {name}": lambda run, name=name: piped(run.path / name) for name in JSON_FILES},
    **{
        f"device for {name}": lambda run, name=name: linked(run.path / name, "/dev/zero")
        for name in JSON_FILES
    },
    **{
        f"accounts for {name}": lambda run, name=name: linked(run.path / name, "/etc/passwd")
        for name in JSON_FILES
    },
    "notes of another kind": lambda run: changed(run, "notes.json", name=["a"], tags="x", note=1),
    "a name of megabytes": lambda run: changed(run, "notes.json", name="x" * 3_000_000),
    "half a character": lambda run: (run.path / "notes.json").write_text(r'{"name": "\ud800"}'),
    "accuracy over 1": lambda run: _score(run, val_accuracy=1e300),
    "epoch of 400 digits": lambda run: _score(run, epoch=10**400),
    "images of 400 digits": lambda run: _splits(run, n=10**400, positives=0),
    "fewer than no images": lambda run: _splits(run, n=-5, positives=-9),
    "interval upside down": lambda run: _score(run, test_interval={"low": 9, "high": -9, "method": "x"}),
    "unknown split": lambda run: changed(run, "metrics.json", splits={"../x": {"n": 1, "positives": 1}}),
    "endless seconds": lambda run: changed(run, "state.json", seconds=float("inf")),
    "no moment": lambda run: changed(run, "state.json", queued_at="yesterday", ended_at="<b>"),
    "no number for seconds": lambda run: changed(run, "state.json", seconds=float("nan")),
    "state of no kind": lambda run: changed(run, "state.json", state="../../x"),
    "huge history": lambda run: sparse(run.path / "history.csv"),
    "a million epochs": lambda run: (run.path / "history.csv").write_text("epoch\n" + "0\n" * 1_000_000),
    "a million columns": lambda run: (run.path / "history.csv").write_text("," * 1_000_000 + "\n"),
    "history of accounts": lambda run: linked(run.path / "history.csv", "/etc/passwd"),
    "history of zeros": lambda run: linked(run.path / "history.csv", "/dev/zero"),
    "history as a pipe": lambda run: piped(run.path / "history.csv"),
    "alarms as a pipe": lambda run: piped(run.path / "alarms.jsonl"),
    "alarms of zeros": lambda run: linked(run.path / "alarms.jsonl", "/dev/zero"),
}
"""What makes a run damaged: it is listed so, with the reason."""

HARMLESS: dict[str, Forgery] = {
    "epochs that are no numbers": lambda run: (run.path / "history.csv").write_text(
        "epoch,val_loss,val_accuracy\nnan,0.1,0.9\ninf,0.1,0.9\n1e300,0.1,0.9\n-1,0.1,0.9\n0.5,0.1,0.9\n"
    ),
    "scores that are no numbers": lambda run: _score(run, val_accuracy=float("nan"), test_loss=float("inf")),
    "deep alarms": lambda run: (run.path / "alarms.jsonl").write_text("[" * 100_000 + "\n"),
    "huge alarms": lambda run: sparse(run.path / "alarms.jsonl"),
    "huge log": lambda run: sparse(run.path / "log.txt"),
    "progress of another kind": lambda run: (run.path / "progress.jsonl").write_text(
        '{"time": "never", "phase": "x", "step": 1e400, "eta_run": NaN}\n'
    ),
}
"""What is passed over: the run reads as if it were not there."""

UNREADABLE: dict[str, Forgery] = {
    "predictions of accounts": lambda run: linked(run.predictions_path, "/etc/passwd"),
    "predictions of zeros": lambda run: linked(run.predictions_path, "/dev/zero"),
    "predictions as a pipe": lambda run: piped(run.predictions_path),
    "predictions as a folder": lambda run: (run.predictions_path.unlink(), run.predictions_path.mkdir()),
    "huge predictions": lambda run: sparse(run.predictions_path),
    "predictions of text": lambda run: run.predictions_path.write_text("PAR1" * 1_000),
    "predictions of six million rows": _many_rows,
    "predictions of 400 attributes": _many_columns,
    "predictions of long texts": _long_texts,
    "predictions of other columns": lambda run: pq.write_table(pa.table({"x": [1]}), run.predictions_path),
    "predictions of other types": lambda run: (
        pd.read_parquet(run.predictions_path)
        .assign(person_id="../x", label="yes")
        .to_parquet(run.predictions_path)
    ),
    "predictions that are no shares": lambda run: (
        pd.read_parquet(run.predictions_path)
        .assign(probability=np.float32(np.nan))
        .to_parquet(run.predictions_path)
    ),
}
"""What leaves a run listed, and its predictions refused."""

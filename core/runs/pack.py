"""Runs that are to travel to a host: packed without what tells of where they were trained, with their hashes.

A pack is a folder of `SHA256SUMS` as `sha256sum` writes it, `runs/<id>/`, and `weights/<fingerprint>.h5` with
the base weights that the runs need. Of a run goes what comparing and predicting need: no image, no log, no
owner, no optimizer, and no path of the machine. `core.runs.hosted` takes packs in.
"""

import hashlib
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.atomic import write_bytes, write_json
from core.data.sources import BUILT_IN
from core.errors import InputError, RunError
from core.runs.checkpoints import MANIFEST, WEIGHTS, part_name
from core.runs.marks import weights_kind
from core.runs.run import Run
from core.runs.state import State

SUMS = "SHA256SUMS"
RUNS, BASE_WEIGHTS = "runs", "weights"
REWRITTEN = ("config.json", "state.json", "environment.json", "metrics.json", "notes.json")
"""Go through `without_paths`; the next ones hold no text of ours but dates and names of images."""
COPIED = ("history.csv", "alarms.jsonl", "predictions.parquet", "domain.npz")
ENDED = (State.FINISHED, State.STOPPED)
FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PATH = re.compile(r"(?<![\w.:/])(?:~|[A-Za-z]:)?(?:[/\\][^\s/\\'\":,;()]+)+[/\\]?")


def pack_runs(runs: Sequence[tuple[Run, Path | None]], folder: Path) -> list[str]:
    """Write a new pack; the ids in it.

    Args:
        runs: each with the file of its base weights; None for one that needs none.
        folder: is made; may be there if it is empty.

    Raises:
        InputError: `folder` holds something.
        RunError: a run has not ended, was not scored, or has files that cannot be read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there and not empty. Name a new folder for the pack.")
    try:
        for run, weights in runs:
            _pack(run, weights, folder)
        listed = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        sums = "".join(f"{sha256_of(folder / name)}  {name}\n" for name in listed)
        write_bytes(folder / SUMS, sums.encode())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return [run.id for run, _ in runs]


def without_paths(value: Any) -> Any:
    """JSON's `value` with the last part in place of every absolute path in its texts."""
    if isinstance(value, str):
        return _PATH.sub(lambda found: re.split(r"[/\\]", found.group().rstrip("/\\"))[-1], value)
    if isinstance(value, dict):
        return {key: without_paths(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_paths(item) for item in value]
    return value


def base_weights_name(fingerprint: str) -> str | None:
    """Under which name base weights travel, and lie in `artifacts/weights/`; None for what is none."""
    return f"{fingerprint}.h5" if FINGERPRINT.fullmatch(fingerprint) else None


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(run: Run, weights: Path | None, folder: Path) -> None:
    state, environment = run.written_state(), run.environment()
    if state.state not in ENDED or environment is None or run.metrics() is None:
        raise RunError(
            f"{run.id} is {state.state} and cannot travel: it has no scores yet. Let it end first."
        )
    target = folder / RUNS / run.id
    (target / "checkpoints").mkdir(parents=True)
    for name, values in _rewritten(run).items():
        write_json(target / name, values)
    for name in COPIED:
        if (run.path / name).is_file():
            shutil.copyfile(run.path / name, target / name)
    _pack_best(run, target / "checkpoints")
    if weights is not None and (name := base_weights_name(environment.weights.fingerprint)):
        (folder / BASE_WEIGHTS).mkdir(exist_ok=True)
        shutil.copyfile(weights, folder / BASE_WEIGHTS / name)


def _rewritten(run: Run) -> dict[str, Any]:
    """The small files by name: what is known of them alone, and no path."""
    config = run.config()
    data = config.data if config.data in BUILT_IN else Path(config.data).name or "data"
    if data != config.data and data in BUILT_IN:
        data = f"{data}-folder"  # a folder of that name is not the drawn faces
    weights = Path(config.weights).name if weights_kind(config.weights) == "file" else config.weights
    values = (
        config.changed(data=data, weights=weights),
        run.written_state().model_copy(update={"pid": None}),
        run.environment(),
        run.metrics(),
        run.notes(),
    )
    return {
        name: without_paths(record.model_dump(mode="json"))
        for name, record in zip(REWRITTEN, values, strict=True)
    }


def _pack_best(run: Run, target: Path) -> None:
    """The best epoch's weights alone: a run that travels is not trained further."""
    best, manifest = run.checkpoints.best_weights(), run.checkpoints.manifest()
    name = part_name(manifest.best_epoch, WEIGHTS)
    shutil.copyfile(best, target / name)
    write_json(
        target / MANIFEST, manifest.model_copy(update={"files": {name: manifest.files[name]}}).model_dump()
    )

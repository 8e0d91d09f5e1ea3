"""Runs that travel to a host: packed with their hashes, and taken in when every hash holds.

A pack is a folder: `SHA256SUMS` as `sha256sum` writes it, `runs/<id>/` and, for base weights that are no
download, `weights/`. What a run needs to be compared and to predict is in it; no image, no log, no owner, no
path of the machine that it was trained on.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from core.atomic import sync_folder, write_bytes, write_json
from core.errors import ConfigError, RunError
from core.runs.checkpoints import MANIFEST, WEIGHTS, part_name
from core.runs.files import read_json
from core.runs.ids import is_run_id, new_run_id, run_path
from core.runs.marks import weights_kind
from core.runs.run import Run
from core.runs.state import RunState, State
from core.settings import Settings

SUMS = "SHA256SUMS"
TRAVELS = (
    "config.json",
    "environment.json",
    "history.csv",
    "metrics.json",
    "notes.json",
    "predictions.parquet",
    "domain.npz",
    "alarms.jsonl",
)
"""Files of a run that are packed, where it has them; and of its checkpoints the best weights."""
LISTED = re.compile(r"(?P<sha256>[0-9a-f]{64}) [ *](?P<path>[A-Za-z0-9._/-]{1,200})", re.ASCII)
PLACES = re.compile(
    r"runs/(?P<run>[^/]+)/(?:checkpoints/)?[A-Za-z0-9_][A-Za-z0-9._-]*|weights/[A-Za-z0-9_][A-Za-z0-9._-]*",
    re.ASCII,
)
MAX_BYTES = 2 * 2**30
"""Of one file of a pack; VGG-16 without its top is 59 MB."""


def pack_runs(runs: Iterable[Run], folder: Path) -> list[str]:
    """Write runs into a new pack; the paths of its files.

    Raises:
        RunError: a run was not scored or has no whole checkpoint, its base weights are gone, or `folder` holds
            something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise RunError(f"{folder} is not empty. Name a new folder for the pack.")
    for run in runs:
        _pack(run, folder)
    listed = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}" for path in listed]
    write_bytes(folder / SUMS, ("\n".join(lines) + "\n").encode())
    return [line.split("  ", 1)[1] for line in lines]


def _pack(run: Run, folder: Path) -> None:
    if run.metrics() is None:
        raise RunError(f"{run.id} was not scored, so it cannot predict. Let it finish first.")
    best, config = run.checkpoints.best_weights(), run.config()
    target = folder / "runs" / run.id
    (target / "checkpoints").mkdir(parents=True)
    for name in TRAVELS:
        if (run.path / name).is_file():
            shutil.copyfile(run.path / name, target / name)
    shutil.copyfile(best, target / "checkpoints" / best.name)
    manifest = run.checkpoints.manifest()
    kept = part_name(manifest.best_epoch, WEIGHTS)
    only_best = manifest.model_copy(
        update={"last_epoch": manifest.best_epoch, "files": {kept: manifest.files[kept]}}
    )
    write_json(target / "checkpoints" / MANIFEST, only_best.model_dump())
    weights = config.weights
    if weights_kind(weights) == "file":
        source = Path(weights)
        if not source.is_file():
            raise RunError(f"The base weights {source} of {run.id} are gone. Put the file back.")
        (folder / "weights").mkdir(exist_ok=True)
        weights = f"weights/{re.sub(r'[^A-Za-z0-9._-]', '_', source.name).lstrip('.-')}"
        shutil.copyfile(source, folder / weights)
    # A path says where somebody's files lie: of the data the last part stays.
    data = Path(config.data).name
    write_json(target / "config.json", config.changed(data=data, weights=weights).model_dump(mode="json"))
    finished = RunState(state=State.FINISHED, seconds=run.written_state().seconds)
    ended = run.written_state().ended_at
    finished = finished.model_copy(update={"ended_at": ended, "queued_at": run.written_state().queued_at})
    write_json(target / "state.json", finished.model_dump(mode="json"))


def take_in(folder: Path, settings: Settings) -> list[str]:
    """Copy the runs of a pack to `artifacts/runs`, but for those that are there; the ids of the new ones.

    Raises:
        ConfigError: the pack is not whole: a hash does not hold, a file is missing, not listed, a link or too
            large, or a name is none that a pack has. Nothing of it is taken in then.
    """
    listed = _listed(folder)
    _refuse_others(folder, listed)
    for path, sha256 in listed.items():
        if _sha256(folder / path) != sha256:
            raise ConfigError(f"{path} in {folder} is not what {SUMS} says. Copy the pack again.")
    for path in listed:
        if path.startswith("weights/"):
            _copy(folder / path, settings.weights / Path(path).name)
    ids = sorted({match["run"] for path in listed if (match := PLACES.fullmatch(path)) and match["run"]})
    return [run_id for run_id in ids if _take_in(folder / "runs" / run_id, run_id, settings)]


def _listed(folder: Path) -> dict[str, str]:
    """sha256 by path of all that the pack says it holds."""
    try:
        lines = (folder / SUMS).read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{folder} is no pack of runs: {SUMS} cannot be read ({error}). "
            "Make one with `python -m core runs pack`."
        ) from error
    found = {}
    for number, line in enumerate(lines, start=1):
        match = LISTED.fullmatch(line)
        place = PLACES.fullmatch(match["path"]) if match else None
        if place is None or not (place["run"] is None or is_run_id(place["run"])):
            raise ConfigError(f"Line {number} of {SUMS} in {folder} names no file of a pack: {line[:100]!r}.")
        found[match["path"]] = match["sha256"]
    return found


def _refuse_others(folder: Path, listed: dict[str, str]) -> None:
    """What is a link, not listed, not there or too large makes the pack another one than was packed."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise ConfigError(f"{name} in {folder} is a link. Put the file itself there.")
        if path.is_file() and name != SUMS and name not in listed:
            raise ConfigError(f"{name} in {folder} does not stand in {SUMS}. Take it away.")
    for name in listed:
        path = folder / name
        if not path.is_file():
            raise ConfigError(f"{name} is missing from {folder}. Copy the pack again.")
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"{name} in {folder} has {path.stat().st_size:,} bytes. Is it a run's file?")


def _take_in(source: Path, run_id: str, settings: Settings) -> bool:
    """Copy one run; whether it was new."""
    target = run_path(settings.runs, run_id)
    if target.exists():
        return False
    settings.runs.mkdir(parents=True, exist_ok=True)
    draft = settings.runs / f".new-{new_run_id()}"
    try:
        shutil.copytree(source, draft)
        config = read_json(draft / "config.json")
        if str(config.get("weights", "")).startswith("weights/"):
            # Where its base weights lie on this host.
            config["weights"] = str(settings.weights / Path(config["weights"]).name)
            write_json(draft / "config.json", config)
        draft.rename(target)
        sync_folder(settings.runs)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def _copy(source: Path, target: Path) -> None:
    """Copy a file of weights, unless the same one is there; another of that name is never replaced."""
    if target.is_file():
        if _sha256(target) != _sha256(source):
            raise ConfigError(f"{target} is another file than the pack's {source.name}. Move it away.")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".new-{target.name}")
    shutil.copyfile(source, draft)
    draft.rename(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

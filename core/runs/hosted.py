"""Takes the runs that a host supplies (`hosted_runs`) into `artifacts/runs`, if all hashes of the pack hold.

All or nothing: what is not listed, is a link, is too large, or is named as no file of a pack is named,
refuses the whole pack, and with it the server's start. How packs are made: `core.runs.pack`.
"""

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from core.atomic import commit, sync_folder
from core.errors import ConfigError, LineamentError
from core.runs.checkpoints import MANIFEST
from core.runs.ids import is_run_id, run_path
from core.runs.pack import BASE_WEIGHTS, COPIED, ENDED, REWRITTEN, RUNS, SUMS, base_weights_name, sha256_of
from core.runs.run import Run
from core.settings import Settings

MAX_SUMS_BYTES = 2**20
MAX_BYTES = {".json": 4 * 2**20, ".jsonl": 4 * 2**20, ".csv": 4 * 2**20, ".npz": 8 * 2**20}
"""By a file's ending."""
MAX_OTHER_BYTES = 2**30
"""Of weights and predictions: VGG-16 without its top is 59 MB, the largest head 823 MB."""
BLOCK = 2**20
LISTED = re.compile(r"([0-9a-f]{64}) [ *]([A-Za-z0-9._/-]{1,200})", re.ASCII)
CHECKPOINT = re.compile(r"epoch-[0-9]{4,6}\.weights\.h5", re.ASCII)
SAME_RUN = ("config.json", f"checkpoints/{MANIFEST}")
"""What makes two runs of one id the same; notes may be edited where they are hosted."""
MEND = "Pack the runs anew with `python -m core runs pack`, and copy all of that folder."


@dataclass(frozen=True)
class Pack:
    """A pack whose list was read: sha256 by path, as `<run id>/…` or `<fingerprint>.h5`."""

    folder: Path
    runs: dict[str, dict[str, str]]
    weights: dict[str, str]


def take_in_hosted_runs(settings: Settings) -> list[str]:
    """Copy the host's runs to where all runs lie, but for those that are there; the ids of the new ones.

    Raises:
        ConfigError: the pack is not what was packed, or cannot be used here; nothing of it is taken in.
    """
    if settings.hosted_runs is None:
        return []
    pack = _read_list(settings.hosted_runs)
    _refuse_strangers(pack)
    drafts: dict[Path, Path] = {}
    try:
        for name, sha256 in pack.weights.items():
            _stage_weights(pack.folder / BASE_WEIGHTS / name, sha256, settings.weights / name, drafts)
        for run_id, files in pack.runs.items():
            _stage_run(pack, run_id, files, settings, drafts)
        for draft, target in drafts.items():
            commit(draft, target)
    except OSError as error:
        raise ConfigError(f"The hosted runs in {pack.folder} cannot be taken in ({error}). {MEND}") from error
    finally:
        for draft in drafts:
            shutil.rmtree(draft, ignore_errors=True) if draft.is_dir() else draft.unlink(missing_ok=True)
    return sorted(target.name for target in drafts.values() if target.parent == settings.runs)


def hosted_ids(settings: Settings) -> set[str]:
    """Ids of the runs that the host supplies; raises ConfigError where the list cannot be read."""
    return set(_read_list(settings.hosted_runs).runs) if settings.hosted_runs else set()


def _read_list(folder: Path) -> Pack:
    try:
        with (folder / SUMS).open("rb") as file:
            content = file.read(MAX_SUMS_BYTES + 1)
        lines = content.decode("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{SUMS} in LINEAMENT_HOSTED_RUNS = {folder} cannot be read ({error}). {MEND}"
        ) from error
    if len(content) > MAX_SUMS_BYTES:
        raise ConfigError(f"{SUMS} in {folder} has over {MAX_SUMS_BYTES:,} bytes. {MEND}")
    pack = Pack(folder, {}, {})
    for number, line in enumerate(lines, start=1):
        match = LISTED.fullmatch(line)
        sha256, path = match.groups() if match else ("", "")
        place = _place(pack, path)
        if place is None or place[1] in place[0]:
            raise ConfigError(
                f"Line {number} of {SUMS} in {folder} names no file of a pack, or one twice: "
                f"{line[:100]!r}. {MEND}"
            )
        place[0][place[1]] = sha256
    return pack


def _place(pack: Pack, path: str) -> tuple[dict[str, str], str] | None:
    """In which of a pack's lists a path stands, and as what; None for what is no file of a pack."""
    top, _, rest = path.partition("/")
    if top == BASE_WEIGHTS and rest == base_weights_name(rest.removesuffix(".h5")):
        return pack.weights, rest
    run_id, _, name = rest.partition("/")
    checkpoint = name.removeprefix("checkpoints/")
    known = name in (*REWRITTEN, *COPIED) or (
        checkpoint != name and (checkpoint == MANIFEST or CHECKPOINT.fullmatch(checkpoint))
    )
    return (pack.runs.setdefault(run_id, {}), name) if top == RUNS and is_run_id(run_id) and known else None


def _refuse_strangers(pack: Pack) -> None:
    """Refuse links, and files that the list does not name."""
    listed = {f"{BASE_WEIGHTS}/{name}" for name in pack.weights} | {SUMS}
    listed |= {f"{RUNS}/{run_id}/{name}" for run_id, files in pack.runs.items() for name in files}
    for root, folders, files in os.walk(pack.folder):
        for path in (Path(root, name) for name in (*folders, *files)):
            name = path.relative_to(pack.folder).as_posix()
            if path.is_symlink():
                raise ConfigError(f"{name} in {pack.folder} is a link. {MEND}")
            if name not in listed and not path.is_dir():
                raise ConfigError(f"{name} in {pack.folder} does not stand in {SUMS}. Take it away. {MEND}")


def _stage_weights(source: Path, sha256: str, target: Path, drafts: dict[Path, Path]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".new-{target.name}")
    if target.is_file() and sha256_of(target) == sha256:
        return
    drafts[draft] = target
    _copy(source, sha256, draft)


def _stage_run(
    pack: Pack, run_id: str, files: dict[str, str], settings: Settings, drafts: dict[Path, Path]
) -> None:
    target, source = run_path(settings.runs, run_id), pack.folder / RUNS / run_id
    draft = settings.runs / f".new-{run_id}"
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "checkpoints").mkdir(parents=True)
    drafts[draft] = target
    for name, sha256 in files.items():
        _copy(source / name, sha256, draft / name)
    sync_folder(draft)
    _refuse_unusable(Run(draft), run_id, pack, settings)
    if target.exists():
        if any(_content(target / name) != _content(draft / name) for name in SAME_RUN):
            raise ConfigError(
                f"There is another run {run_id} in {settings.runs} than in {pack.folder}. "
                "Delete it for good, or take it out of the pack."
            )
        shutil.rmtree(draft)
        del drafts[draft]


def _refuse_unusable(run: Run, run_id: str, pack: Pack, settings: Settings) -> None:
    """Refuse a run that could not be shown, or not answer."""
    try:
        config, environment, state = run.config(), run.environment(), run.written_state().state
        run.notes(), run.history(), run.checkpoints.best_weights()
        if state not in ENDED or environment is None or run.metrics() is None:
            raise ConfigError(f"It is {state}, or was not scored.")
        name = base_weights_name(environment.weights.fingerprint)
        there = name in pack.weights or (name is not None and (settings.weights / name).is_file())
        if environment.weights.kind == "file" and config.fine_tune != "all" and not there:
            raise ConfigError(f"Its base weights {environment.weights.name} are not in the pack.")
    except (LineamentError, UnicodeDecodeError) as error:
        words = str(error).replace(f".new-{run_id}", run_id)
        raise ConfigError(f"The hosted run {run_id} cannot be used: {words} {MEND}") from error


def _copy(source: Path, sha256: str, target: Path) -> None:
    """Copy what the hash is of, durably; it is the copy that is hashed, lest it changes under our eyes."""
    most = MAX_BYTES.get(source.suffix, MAX_OTHER_BYTES)
    digest, size = hashlib.sha256(), 0
    handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file, target.open("wb") as copy:
        while block := file.read(BLOCK):
            size += len(block)
            if size > most:
                raise ConfigError(f"{source} has over {most:,} bytes, more than a run's file has. {MEND}")
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    if digest.hexdigest() != sha256:
        raise ConfigError(
            f"{source} is not what {SUMS} says (its sha256 is {digest.hexdigest()[:12]}…). {MEND}"
        )


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""

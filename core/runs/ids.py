"""Run ids: how they are made, and the one function that turns an id into a folder."""

import itertools
import re
import secrets
import zlib
from datetime import UTC, datetime
from pathlib import Path

from core.errors import UnknownRunError

RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[a-z0-9]{6}", re.ASCII)
TURNS = 24
"""`turn` is below this: six colours by four patterns, which the pages tell runs apart by."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_next_turn = itertools.count(secrets.randbelow(TURNS))


def new_run_id(now: datetime | None = None) -> str:
    """An id that sorts by time and does not collide: `20260131-142501-k3x9ab` (UTC).

    Ids of one process take turns: what was made one after another, such as a study, looks different.
    """
    now, wanted = now or datetime.now(UTC), next(_next_turn) % TURNS
    while True:
        run_id = f"{now:%Y%m%d-%H%M%S}-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
        if turn(run_id) == wanted:
            return run_id


def turn(run_id: str) -> int:
    """A number in 0..TURNS-1 that belongs to an id for good; what is made from it is so on every page."""
    # Python's own hash of a text differs from process to process.
    return zlib.crc32(run_id.encode()) % TURNS


def is_run_id(text: str) -> bool:
    """Whether `text` has the form of a run id; says nothing of a folder."""
    return RUN_ID.fullmatch(text) is not None


def run_path(runs: Path, run_id: str) -> Path:
    """The folder of `run_id` under `runs`; the only place where an id becomes a path.

    Raises:
        UnknownRunError: `run_id` is not an id, or its folder is a link out of `runs`.
    """
    if not isinstance(run_id, str) or not is_run_id(run_id):
        raise UnknownRunError(
            f"{str(run_id)[:60]!r} is not a run id. Ids look like 20260131-142501-k3x9ab; "
            "`python -m core runs list` shows them."
        )
    path = runs / run_id
    if path.is_symlink():
        raise UnknownRunError(f"The folder of run {run_id} is a link. Move the real folder to {runs.name}/.")
    return path

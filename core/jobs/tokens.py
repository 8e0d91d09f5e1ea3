"""What a form's token already made, so that clicking twice makes one run, or one study.

`artifacts/queue/tokens/<hash>` holds the ids of the runs, a line each. Assumes that its caller holds the
queue's lock.
"""

import hashlib
import time
from pathlib import Path

KEPT_S = 24 * 3600
"""A token makes two clicks one run for this long."""


class Tokens:
    """The folder of the tokens, made when it is first needed."""

    def __init__(self, folder: Path):
        self.folder = folder

    def made(self, token: str) -> list[str]:
        """Ids of the runs that were made for `token`; [] when it is new, or past its time."""
        self._forget_old()
        path = self._path(token)
        return path.read_text().split() if path.exists() else []

    def remember(self, token: str, run_ids: list[str]) -> None:
        """Keep what was made for `token`."""
        self.folder.mkdir(exist_ok=True)
        self._path(token).write_text("\n".join(run_ids))

    def _forget_old(self) -> None:
        for path in self.folder.glob("*"):
            if time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink(missing_ok=True)

    def _path(self, token: str) -> Path:
        return self.folder / hashlib.sha256(token.encode()).hexdigest()

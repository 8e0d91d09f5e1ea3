"""The folder beside the destination in which a download is on its way; a later start goes on from it.

.celeba-30000.unfinished/
  request.json              what was asked for; files of another request are thrown away
  licence.json              what was accepted, and when
  shards.json, tails/       the commit, the shards with their row groups, and their footers
  pieces/                   bytes that have come and are not unpacked
  groups/                   a record a finished row group: the commit of its images
  set/                      the folder to be, renamed when it is whole
  lock                      held while a process is at it
  progress.json, cancel     told to, and asked by, whoever watches
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from core.atomic import read_json_or_none, write_json
from core.data.download.licence import LICENCE
from core.data.download.plan import Piece
from core.data.download.request import DownloadRequest
from core.data.download.result import IMAGE_FOLDER
from core.errors import DownloadCancelled

LOCK, CANCEL = "lock", "cancel"
_OF_ONE_REQUEST = ("tails", "pieces", "groups", "set")


class Work:
    """The work folder of one request; its lock is held by whoever has this."""

    def __init__(self, request: DownloadRequest):
        self.request, self.path = request, request.work
        if read_json_or_none(self.path / "request.json") != request.as_json():
            self._forget_other_request()
        for name in ("tails", "pieces", "groups", f"set/{IMAGE_FOLDER}"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        write_json(self.path / "request.json", request.as_json())
        if self.accepted_at() is None:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            licence = {"name": LICENCE.name, "url": LICENCE.url, "accepted_at": now}
            write_json(self.path / "licence.json", licence)
        (self.path / CANCEL).unlink(missing_ok=True)

    @property
    def shards(self) -> Path:
        """The file of the commit and its shards."""
        return self.path / "shards.json"

    @property
    def tails(self) -> Path:
        """The folder of the shards' footers."""
        return self.path / "tails"

    @property
    def made(self) -> Path:
        """What will be renamed to the destination."""
        return self.path / "set"

    @property
    def images(self) -> Path:
        """The folder of the images to be."""
        return self.made / IMAGE_FOLDER

    def piece(self, piece: Piece) -> Path:
        """Where the bytes of a piece gather."""
        return self.path / "pieces" / piece.name

    def record(self, piece: Piece, group: int) -> Path:
        """The record of one row group."""
        return self.path / "groups" / f"{piece.shard:04d}-{group:05d}.json"

    def accepted_at(self) -> str | None:
        """When the licence was accepted (ISO 8601, UTC); None when it was not."""
        stored = read_json_or_none(self.path / "licence.json")
        return stored.get("accepted_at") if stored else None

    def look_for_cancel(self) -> None:
        """Raise DownloadCancelled when somebody has asked for the end."""
        if (self.path / CANCEL).exists():
            raise DownloadCancelled(
                f"The download of {self.request.destination.name} was cancelled. What was fetched is kept: "
                "start again to go on."
            )

    def remove_images_but(self, ids: set[str]) -> None:
        """Delete images of a row group that died half-way and came out otherwise the second time."""
        for path in self.images.iterdir():
            if path.name not in ids:
                path.unlink()

    def _forget_other_request(self) -> None:
        for name in _OF_ONE_REQUEST:
            shutil.rmtree(self.path / name, ignore_errors=True)
        self.shards.unlink(missing_ok=True)

"""A download from the first question to the finished folder; what is done is never done again.

What lies where meanwhile is `core.data.download.work`'s. Registering the folder as a source is the caller's.
"""

import os
import shutil
import time
from collections.abc import Callable

from filelock import FileLock, Timeout

from core.atomic import commit, no_space_left
from core.data.download.fetch import fetch_piece, present
from core.data.download.hub import Hub
from core.data.download.licence import LICENCE, require_acceptance
from core.data.download.listing import list_shards
from core.data.download.plan import Piece, make_plan
from core.data.download.progress import DownloadState, Reporter
from core.data.download.request import DownloadRequest
from core.data.download.result import DownloadRecord, read_record, sizes_of, write_record, write_tables
from core.data.download.shards import Shard, tail_of
from core.data.download.unpack import GroupRecord, read_group_record, unpack_group, write_group_record
from core.data.download.work import LOCK, Work
from core.data.images import PhotoLimits
from core.errors import DataError, DiskFullError, DownloadCancelled, DownloadError
from core.settings import Settings

Listener = Callable[[DownloadState], None]
Records = dict[tuple[int, int], GroupRecord]
"""Finished row groups, by (shard, group)."""


def download(
    request: DownloadRequest, settings: Settings, *, accepted: bool, listen: Listener | None = None
) -> DownloadRecord:
    """Fetch what is missing and write the folder; one that is there already is left as it is.

    Args:
        accepted: whether whoever asks has accepted `LICENCE`.
        listen: called with each state that is written to the state file.

    Raises:
        DataError: the licence is not accepted, or something else lies at the destination.
        DownloadError: the network, the hub or what it sent; what was fetched stays.
        DownloadCancelled: somebody asked it to end; what was fetched stays.
        DiskFullError: there is less free disk than it takes.
    """
    require_acceptance(accepted)
    if there := read_record(request.destination):
        shutil.rmtree(request.work, ignore_errors=True)
        return there
    if request.destination.exists():
        raise DataError(
            f"{request.destination} is there and is no download. Choose another folder with --out."
        )
    request.work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(request.work / LOCK, timeout=0.5):
            # Whoever held the lock a moment ago may have finished it.
            record = read_record(request.destination) or _Download(request, settings, listen).run()
    except Timeout as error:
        raise DownloadError(
            f"{request.destination.name} is being downloaded already. Wait for it, or cancel it."
        ) from error
    shutil.rmtree(request.work, ignore_errors=True)
    return record


class _Download:
    """One start of one request; its lock is held meanwhile."""

    def __init__(self, request: DownloadRequest, settings: Settings, listen: Listener | None):
        self.request, self.settings = request, settings
        self.work = Work(request)
        self.reporter = Reporter(self.work.path, request.images, listen)
        self.hub = Hub(request.repository, sleep=self._sleep, on_bytes=self.reporter.received)
        self.limits = PhotoLimits.from_settings(settings)
        self.records: Records = {}

    def run(self) -> DownloadRecord:
        """To the end, or to a state file that says why not."""
        try:
            return self._run()
        except (DownloadCancelled, KeyboardInterrupt):
            self.reporter.phase("cancelled", "Cancelled. What was fetched is kept.")
            raise
        except OSError as error:
            if not no_space_left(error):
                self.reporter.phase("failed", f"{error}. See that the folder is there and writable.")
                raise
            full = DiskFullError(f"The disk is full ({error}). Free some; what was fetched is kept.")
            self._say_if_possible(str(full))
            raise full from error
        except Exception as error:
            self.reporter.phase("failed", str(error) or type(error).__name__)
            raise

    def _say_if_possible(self, words: str) -> None:
        try:
            self.reporter.phase("failed", words)
        except OSError:
            return  # On a full disk even this may not be written.

    def _run(self) -> DownloadRecord:
        self.reporter.phase("listing", "Looking at what is there already.")
        commit_id, shards = list_shards(self.hub, self.work, self.reporter.say)
        pieces = make_plan(shards, self.request.images)
        self._recall(pieces)
        self._announce(pieces)
        for piece in pieces:
            self._do(commit_id, shards[piece.shard], piece)
        self.reporter.phase("writing", "Writing the tables.")
        return self._finish(commit_id, shards, pieces)

    def _recall(self, pieces: list[Piece]) -> None:
        """Row groups of earlier starts whose images still have their hashes."""
        for piece in pieces:
            for group, rows in piece.groups:
                self.work.look_for_cancel()
                record = read_group_record(self.work.record(piece, group), self.work.images)
                if record and record.rows == rows:
                    self.records[piece.shard, group] = record

    def _announce(self, pieces: list[Piece]) -> None:
        """Say how much there is to do, and refuse when the disk does not hold it."""
        total = sum(piece.bytes for piece in pieces)
        done = sum(
            piece.bytes if self._is_done(piece) else present(piece, self.work.piece(piece))
            for piece in pieces
        )
        # Images take about what their row groups take; the largest piece lies there twice for a moment.
        needed = total - done + max((piece.bytes for piece in pieces), default=0)
        free, reserve = shutil.disk_usage(self.work.path).free, self.settings.min_free_bytes
        if total > done and free - needed < reserve:
            raise DiskFullError(
                f"{free / 1e9:.2f} GB are free; the download takes {needed / 1e9:.2f} GB more, and "
                f"{reserve / 1e9:.2f} GB are held in reserve. Free some disk, ask for fewer images, or "
                "choose another disk with --out."
            )
        self.reporter.phase(
            "fetching",
            bytes_done=done,
            bytes_total=total,
            images_done=sum(len(record.images) for record in self.records.values()),
            images_total=sum(piece.images for piece in pieces),
        )

    def _do(self, commit_id: str, shard: Shard, piece: Piece) -> None:
        """Fetch and unpack one piece, but for what is done."""
        path = self.work.piece(piece)
        if not self._is_done(piece):
            fetch_piece(self.hub, commit_id, shard, piece, path, self._on_bytes)
            for group, _ in piece.groups:
                if (piece.shard, group) not in self.records:
                    self.work.look_for_cancel()
                    self._unpack(shard, piece, group)
        path.unlink(missing_ok=True)

    def _unpack(self, shard: Shard, piece: Piece, group: int) -> None:
        tail, path = tail_of(shard.file, self.work.tails), self.work.piece(piece)
        bytes_at = {piece.start: path, shard.file.size - len(tail): tail}
        try:
            record = unpack_group(shard, piece, group, bytes_at, self.work.images, self.limits)
        except DownloadError:
            path.unlink(missing_ok=True)  # What lay there may be what is damaged.
            raise
        write_group_record(self.work.record(piece, group), record)
        self.records[piece.shard, group] = record
        self.reporter.add_images(len(record.images))

    def _finish(self, commit_id: str, shards: list[Shard], pieces: list[Piece]) -> DownloadRecord:
        """Tables and record beside the images; then the folder gets its name."""
        groups = [
            (shards[piece.shard].split, self.records[piece.shard, group])
            for piece in pieces
            for group, _ in piece.groups
        ]
        rows = [row for _, record in groups for row in record.images]
        splits = [split for split, record in groups for _ in record.images]
        left_out = tuple(words for _, record in groups for words in record.left_out)
        if not rows:
            raise DownloadError(
                f"Not one of {len(left_out):,} images can be used. The first: {(left_out or ('none',))[0]} "
                "Look at the repository."
            )
        self.work.remove_images_but({row.id for row in rows})
        write_tables(self.work.made, shards[0].attributes, rows, splits)
        record = DownloadRecord(
            licence=LICENCE.name,
            licence_url=LICENCE.url,
            accepted_at=self.work.accepted_at() or "",
            repository=self.request.repository,
            folder=self.request.folder,
            revision=self.request.revision,
            commit=commit_id,
            asked=self.request.images,
            images=len(rows),
            left_out=left_out,
            fetched_bytes=self.reporter.bytes_received,
            whole_shards=sum(piece.sha256 is not None for piece in pieces),
            row_groups=sum(len(piece.groups) for piece in pieces if piece.sha256 is None),
            sizes=sizes_of(rows),
        )
        write_record(self.work.made, record)
        os.sync()  # Once for all images; an fsync for each of 30,000 would take minutes.
        commit(self.work.made, self.request.destination)
        return record

    def _is_done(self, piece: Piece) -> bool:
        return all((piece.shard, group) in self.records for group, _ in piece.groups)

    def _on_bytes(self, count: int) -> None:
        self.work.look_for_cancel()
        self.reporter.add_bytes(count)

    def _sleep(self, seconds: float) -> None:
        """Wait before the next try, awake enough to be cancelled."""
        self.reporter.say(f"The hub does not answer as it should; the next try is in {seconds:.0f} s.")
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.work.look_for_cancel()
            time.sleep(min(left, 0.2))
        self.reporter.say("")

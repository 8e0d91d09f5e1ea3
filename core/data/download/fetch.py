"""One piece onto disk: goes on after what is there, and a whole shard must hash to what the hub says."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from core.data.download.hub import Hub
from core.data.download.plan import Piece
from core.data.download.shards import Shard
from core.errors import DownloadError

_BLOCK = 2**20


def fetch_piece(
    hub: Hub, commit: str, shard: Shard, piece: Piece, path: Path, on_bytes: Callable[[int], None]
) -> None:
    """Have all of a piece's bytes in `path`.

    A whole shard with another hash than the hub's is thrown away and fetched once more: what a killed process
    left behind may be the fault, rather than the hub.

    Args:
        on_bytes: called with how many more are there; may raise to give up. Negative when some were wrong.

    Raises:
        DownloadError: the hub fails, or the hash is wrong twice.
        OSError: the disk is full or may not be written.
    """
    for attempt in (1, 2):
        _append(hub, commit, shard, piece, path, on_bytes)
        found = piece.sha256 and _sha256(path)
        if found == piece.sha256:
            return
        path.unlink()
        on_bytes(-piece.bytes)
        if attempt == 2:
            raise DownloadError(
                f"{shard.file.path} came twice with the hash {found}, and the hub says {piece.sha256}. "
                "Something on the way changes it, or the repository is damaged. Try again later, or from "
                "another network."
            )


def present(piece: Piece, path: Path) -> int:
    """How many of a piece's bytes are there already; a file that is too long is not one of ours."""
    size = path.stat().st_size if path.is_file() else 0
    return size if size <= piece.bytes else 0


def _append(
    hub: Hub, commit: str, shard: Shard, piece: Piece, path: Path, on_bytes: Callable[[int], None]
) -> None:
    there = present(piece, path)
    with path.open("r+b" if there else "wb") as file:
        file.seek(there)

        def take(chunk: bytes) -> None:
            file.write(chunk)
            on_bytes(len(chunk))

        hub.read(shard.file, commit, piece.start + there, piece.end, take)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()

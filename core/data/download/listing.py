"""Which shards a repository has, asked once: a later start goes on with the commit that the first one saw."""

from collections.abc import Callable

from core.data.download.hub import Hub
from core.data.download.plan import in_order
from core.data.download.shards import Shard, read_shard, read_shards, split_of, write_shards
from core.data.download.work import Work
from core.errors import DownloadError


def list_shards(hub: Hub, work: Work, say: Callable[[str], None]) -> tuple[str, list[Shard]]:
    """The commit and its shards, train before val before test.

    Args:
        say: called with a sentence as it goes on.

    Raises:
        DownloadError: the hub fails, or has no shards of CelebA there.
        DownloadCancelled: somebody asked for the end.
    """
    if stored := read_shards(work.shards):
        return stored
    request = work.request
    say(f"Asking what {request.repository} holds.")
    commit = hub.commit(request.revision)
    files = [file for file in hub.parquet_files(request.folder, commit) if split_of(file)]
    if not files:
        raise DownloadError(
            f"No parquet file in {request.folder!r} of {request.repository} begins with train, valid or "
            "test. Look at LINEAMENT_CELEBA_FOLDER."
        )
    shards = []
    for i, file in enumerate(files, start=1):
        work.look_for_cancel()
        say(f"Reading what each file holds: {i} of {len(files)}.")
        shards.append(read_shard(hub, file, commit, work.tails))
    if len({shard.attributes for shard in shards}) > 1:
        raise DownloadError(
            f"The shards of {request.repository} differ in their attributes. Look at the repository."
        )
    write_shards(work.shards, commit, in_order(shards))
    return commit, in_order(shards)

"""Which images, and so which bytes. Pure: decides from the shards' footers and asks nobody.

Of each split its first images, as many as keep the official partition's shares (largest remainder). CelebA's
numbers do not go by person, so the first are as good as any; a larger request contains a smaller one; and
most of the bytes lie in shards that are wanted whole, which the hub's own hash can check. An image is called
after its place among all images of the repository, train before val before test: the same in every request,
and CelebA's own number where the repository keeps CelebA's order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.dataset import SPLITS
from core.data.download.shards import Shard


@dataclass(frozen=True)
class Piece:
    """Bytes to fetch in one go.

    Attributes:
        name: a name for files of its own.
        shard: which shard, counted from 0 in the plan's order.
        start, end: which bytes of it, the end exclusive.
        groups: the row groups that lie in them, with how many of their first rows are wanted.
        first_number: the number, from 1, of the first group's first image.
        sha256: what the bytes must hash to: the hub's hash where the piece is a whole shard, else None.
    """

    name: str
    shard: int
    start: int
    end: int
    groups: tuple[tuple[int, int], ...]
    first_number: int
    sha256: str | None

    @property
    def bytes(self) -> int:
        """How many are fetched."""
        return self.end - self.start

    @property
    def images(self) -> int:
        """How many images come out of it, when all decode."""
        return sum(rows for _, rows in self.groups)


def in_order(shards: Sequence[Shard]) -> list[Shard]:
    """Train before val before test, and by name."""
    return sorted(shards, key=lambda shard: (SPLITS.index(shard.split), shard.file.path))


def shares(sizes: Sequence[int], wanted: int) -> list[int]:
    """`wanted` divided as `sizes` are, by largest remainder; never more than there are."""
    total = sum(sizes)
    wanted = min(wanted, total)
    counts = [size * wanted // total for size in sizes]
    rest = sorted(range(len(sizes)), key=lambda i: (-(sizes[i] * wanted % total), i))
    for i in rest[: wanted - sum(counts)]:
        counts[i] += 1
    return counts


def make_plan(shards: Sequence[Shard], images: int) -> list[Piece]:
    """The pieces that hold the first images of each split, in file order.

    Args:
        shards: in the order of `in_order`.
    """
    sizes = [sum(shard.rows for shard in shards if shard.split == split) for split in SPLITS]
    left = dict(zip(SPLITS, shares(sizes, images), strict=True))
    pieces: list[Piece] = []
    number = 1
    for i, shard in enumerate(shards):
        take = min(left[shard.split], shard.rows)
        left[shard.split] -= take
        pieces += _pieces(i, shard, take, number)
        number += shard.rows
    return pieces


def _pieces(index: int, shard: Shard, take: int, number: int) -> list[Piece]:
    """A whole shard in one, else a piece for each row group."""
    if take == shard.rows and take:
        groups = tuple((i, group.rows) for i, group in enumerate(shard.groups))
        name = f"{index:04d}-whole"
        return [Piece(name, index, 0, shard.file.size, groups, number, shard.file.sha256)]
    pieces = []
    for i, group in enumerate(shard.groups):
        if take <= 0:
            break
        rows = min(take, group.rows)
        if rows:
            name = f"{index:04d}-{i:05d}"
            pieces.append(Piece(name, index, group.start, group.end, ((i, rows),), number, None))
        take -= group.rows
        number += group.rows
    return pieces

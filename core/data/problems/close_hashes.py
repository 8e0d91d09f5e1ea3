"""Pairs of 64-bit hashes that differ in few bits, among hundreds of thousands, without comparing all.

Norouzi, Punjani and Fleet 2012, "Fast Search in Hamming Space with Multi-Index Hashing": of hashes cut into
BANDS parts, two that differ in fewer than 2 x BANDS bits agree in one part but for at most one bit. So only
those that share a part, or a part with one bit turned, are compared.
"""

from collections.abc import Iterator

import numpy as np

BANDS = 4
_BITS = 64 // BANDS
CERTAIN = 2 * BANDS - 1
"""Up to so many different bits every pair is found; beyond, most are."""
_AT_ONCE = 2_000_000
"""Pairs compared at a time: bounds memory at some hundred megabytes."""


def close_pairs(hashes: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of different hashes with at most `limit` bits between them.

    Args:
        hashes: uint64, shape (n,), no value twice.

    Returns:
        Pairs (i, j), i < j, int64 of shape (m, 2), in order; and the bits between them, shape (m,).
    """
    found = [_close(hashes, pairs, limit) for pairs in _candidates(hashes)]
    pairs = np.unique(np.concatenate(found), axis=0) if found else np.empty((0, 2), np.int64)
    return pairs, np.bitwise_count(hashes[pairs[:, 0]] ^ hashes[pairs[:, 1]])


def _close(hashes: np.ndarray, pairs: tuple[np.ndarray, np.ndarray], limit: int) -> np.ndarray:
    first, second = pairs
    near = np.bitwise_count(hashes[first] ^ hashes[second]) <= limit
    return np.sort(np.column_stack((first[near], second[near])), axis=1)


def _candidates(hashes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs that share a band, or a band but for one bit; a pair may come more than once."""
    for band in range(BANDS):
        keys = ((hashes >> np.uint64(band * _BITS)) & np.uint64(2**_BITS - 1)).astype(np.int64)
        order = np.argsort(keys, kind="stable")
        starts = np.searchsorted(keys[order], np.arange(2**_BITS + 1))
        yield from _joined(order, starts, keys, np.arange(len(keys)), itself=True)
        for bit in range(_BITS):
            # From the side where the bit is 0 only: the other would give the same pairs again.
            low = np.flatnonzero(keys & (1 << bit) == 0)
            yield from _joined(order, starts, keys[low] | (1 << bit), low, itself=False)


def _joined(
    order: np.ndarray, starts: np.ndarray, wanted: np.ndarray, rows: np.ndarray, *, itself: bool
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each of `rows` with every row whose key is the one it wants, _AT_ONCE pairs at a time."""
    counts = starts[wanted + 1] - starts[wanted]
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(rows):
        before = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + _AT_ONCE, side="right")))
        some = slice(begin, end)
        first = np.repeat(rows[some], counts[some])
        offsets = np.arange(len(first)) - np.repeat(ends[some] - counts[some] - before, counts[some])
        second = order[np.repeat(starts[wanted[some]], counts[some]) + offsets]
        if itself:
            once = first < second
            first, second = first[once], second[once]
        yield first, second
        begin = end

"""One kind of trouble with the images it concerns."""

from dataclasses import dataclass, field

import numpy as np


def _no_pairs() -> np.ndarray:
    return np.empty((0, 2), np.int64)


@dataclass(frozen=True)
class Finding:
    """What was found of one kind; a kind of which nothing was found has no rows.

    Attributes:
        kind: a short machine word, such as `dark`.
        message: a sentence for a person, with the count and what to do.
        rows: rows (0-based) of the data set, worst first, each once.
        pairs: rows that belong together, shape (m, 2), closest first; empty for kinds of single images.
    """

    kind: str
    message: str
    rows: np.ndarray
    pairs: np.ndarray = field(default_factory=_no_pairs)

    def __len__(self) -> int:
        """How many pairs, or, where there are none, how many images."""
        return len(self.pairs) or len(self.rows)


def of_pairs(kind: str, message: str, pairs: np.ndarray) -> Finding:
    """A finding of pairs; its rows are all that occur in them, in their order."""
    rows, first = np.unique(pairs.ravel(), return_index=True)
    return Finding(kind, message, rows[np.argsort(first)], pairs)

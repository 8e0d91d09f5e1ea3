"""What was found in a data set, in one line of figures: the leaks, the doubles, the poor images.

Counted is what can be told for certain. Off-centre faces are not: among photographs most of what `off_centre`
finds are turned heads and hidden faces. Labels that may be wrong are not either: a person has to say so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.dataset import FaceDataset
from core.data.problems.duplicates import disagreeing, exact_duplicates, near_duplicates
from core.data.problems.finding import Finding
from core.data.problems.pictures import blurred, dark, odd_sized

PAIRS: tuple[Callable[[pd.DataFrame], Finding], ...] = (exact_duplicates, near_duplicates)
POOR: tuple[Callable[[pd.DataFrame], Finding], ...] = (dark, blurred, odd_sized)
COUNTED = (*PAIRS, *POOR)
"""What a tally needs of the images' facts: 0.1 s for 6,000 of them."""


@dataclass(frozen=True)
class Tally:
    """How much was found.

    Attributes:
        persons: in more than one split of the official partition.
        pairs: of equal or nearly equal images; None where the images were not looked at.
        disagreeing: those of the pairs that differ in the target.
        poor: images that are very dark, blurred or of an odd size, each once.
        others: what else opening the data set found, a problem with its items counted by their number.
    """

    persons: int
    pairs: int | None
    disagreeing: int
    poor: int
    others: int

    @property
    def total(self) -> int:
        """All that was found; pairs that disagree are pairs."""
        return self.persons + (self.pairs or 0) + self.poor + self.others


def tally(dataset: FaceDataset, found: Mapping[str, Finding] | None, target: str) -> Tally:
    """Count what opening a data set found, and what was found among its images.

    Args:
        found: the findings of COUNTED by kind, in the rows of `dataset`; None where nobody looked yet.
        target: the attribute in which two equal images may disagree.
    """
    persons = sum(len(problem.items) for problem in dataset.problems if problem.kind == "shared_persons")
    rest = [problem for problem in dataset.problems if problem.kind != "shared_persons"]
    others = sum(max(1, len(problem.items)) for problem in rest)
    if found is None:
        return Tally(persons, None, 0, 0, others)
    pairs = [found[kind.__name__] for kind in PAIRS]
    poor = np.unique(np.concatenate([found[kind.__name__].rows for kind in POOR]))
    apart = sum(len(disagreeing(dataset, one, target)) for one in pairs)
    return Tally(persons, sum(map(len, pairs)), apart, len(poor), others)


def tally_words(found: Tally) -> str:
    """ "38 persons in more than one split · 48 duplicate pairs, 12 with other labels · 38 poor images".

    "" where none of these was found; `others` have sentences of their own.
    """
    parts = [f"{_count(found.persons, 'person')} in more than one split"] if found.persons else []
    if found.pairs:
        apart = f", {found.disagreeing:,} with other labels" if found.disagreeing else ""
        parts.append(f"{_count(found.pairs, 'duplicate pair')}{apart}")
    parts += [_count(found.poor, "poor image")] if found.poor else []
    return " · ".join(parts)


def _count(n: int, one: str) -> str:
    return f"{n:,} {one}{'' if n == 1 else 's'}"

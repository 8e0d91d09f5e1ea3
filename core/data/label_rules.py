"""Labels that contradict each other, by rules that the data set itself all but always keeps.

A rule says that images with one label have (or have not) another: whoever is labelled with a goatee is
labelled male. Rules come from the counts alone; nothing is known here of what the attributes mean. The
counts are of labels with errors in them, which break rules too: a rule may be broken in a few percent of
images, as long as that is far rarer than by chance. Which of the two labels is wrong, or whether the image is
a true exception, is for a person to see.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from core.data.dataset import FaceDataset

CONFIDENCE = 0.95
"""What the lower bound of a rule's confidence must reach. At 0.97, 70 wrong labels of 2,000 put the very rule
out of force that they break."""
SUPPORT = 50
"""Images that a rule speaks of, at least."""
LIFT = 0.2
"""How much surer a rule must be than the second label's own rate: what most images have is no rule."""
RARER = 8.0
"""So many times rarer than by chance a rule must be broken, at its lower bound: a habit is no rule."""
LEVEL = 0.95


@dataclass(frozen=True)
class Rule:
    """ "Images with `given` = `given_label` have `then` = `then_label`", and how well that holds.

    Attributes:
        support: images that the rule speaks of.
        broken: those of them that break it.
        low: lower end of Wilson's 95 % interval of the share that keeps it, 0..1.
        rate: the share of all images with `then` = `then_label`, 0..1.
    """

    given: str
    given_label: int
    then: str
    then_label: int
    support: int
    broken: int
    low: float
    rate: float

    @property
    def confidence(self) -> float:
        """The share of the images spoken of that keep the rule, 0..1."""
        return 1 - self.broken / self.support


@dataclass(frozen=True)
class Contradictions:
    """The images that break rules.

    Attributes:
        rows: rows of the data set, the likeliest error first, int64, shape (m,).
        weights: how unlikely each image's labels are together: the sum over the rules that it breaks of
            -log(1 - low), in nats, float64, shape (m,), falling.
        rules: for each row the rules that it breaks, the surest first.
    """

    rows: np.ndarray
    weights: np.ndarray
    rules: tuple[tuple[Rule, ...], ...]


def label_rules(
    dataset: FaceDataset,
    *,
    confidence: float = CONFIDENCE,
    support: int = SUPPORT,
    lift: float = LIFT,
    rarer: float = RARER,
) -> list[Rule]:
    """The rules between pairs of attributes that nearly always hold and are broken now and then.

    Of a rule and its contrapositive, which the same images break, the surer one is kept. A rule that nobody
    breaks finds nothing and is left out.

    Args:
        confidence: what the lower end of the rule's interval must reach, 0..1.
        support: images that it must speak of.
        lift: how far that end must lie above the rate of its second label.
        rarer: how many times rarer it must be broken, at that end, than if the two labels had nothing to do
            with each other.
    """
    names = list(dataset.attributes)
    table = dataset.frame[names].to_numpy(np.float64)
    n = len(table)
    # Each attribute twice: labelled with it, and without. pairs[i, j] counts images with both.
    both = np.hstack([table, 1 - table])
    pairs = both.T @ both
    rates = both.mean(axis=0) if n else np.zeros(both.shape[1])
    found: dict[frozenset[tuple[int, int]], Rule] = {}
    for i, j in zip(*_sure(pairs, rates, confidence, support, lift, rarer), strict=True):
        spoken, kept = int(pairs[i, i]), int(pairs[i, j])
        rule = Rule(
            *_side(names, i), *_side(names, j), spoken, spoken - kept, _low(kept, spoken), float(rates[j])
        )
        # The images that break it have i and lack j, whichever side one comes from.
        breaking = frozenset([_as_pair(i, len(names)), _opposite(j, len(names))])
        if breaking not in found or rule.low > found[breaking].low:
            found[breaking] = rule
    return sorted(found.values(), key=lambda rule: (-rule.low, rule.given, rule.then))


def contradictions(dataset: FaceDataset, rules: list[Rule], target: str | None = None) -> Contradictions:
    """The images that break any of `rules`; with a target only rules that speak of it."""
    rules = [rule for rule in rules if target is None or target in (rule.given, rule.then)]
    breaks = np.array([_breaks(dataset, rule) for rule in rules], bool).reshape(len(rules), len(dataset))
    weights = -np.log(np.maximum(1e-12, 1 - np.array([rule.low for rule in rules])))
    total = weights @ breaks if rules else np.zeros(len(dataset))
    rows = np.flatnonzero(breaks.any(axis=0))
    rows = rows[np.lexsort((rows, -total[rows]))]
    broken = tuple(tuple(rules[i] for i in np.flatnonzero(breaks[:, row])) for row in rows)
    return Contradictions(rows, total[rows], broken)


def _sure(
    pairs: np.ndarray, rates: np.ndarray, confidence: float, support: int, lift: float, rarer: float
) -> tuple[np.ndarray, np.ndarray]:
    """Both sides of each rule that holds well enough and is broken by somebody."""
    spoken = np.diag(pairs)[:, None]
    low = _low(pairs, np.maximum(spoken, 1))
    half = len(pairs) // 2
    same = np.arange(len(pairs)) % half
    good = (low >= confidence) & (low >= rates[None, :] + lift) & (spoken >= support) & (pairs < spoken)
    good &= (1 - low) * rarer <= 1 - rates[None, :]
    return np.nonzero(good & (same[:, None] != same[None, :]))


def _low(kept: np.ndarray | int, spoken: np.ndarray | int) -> np.ndarray | float:
    """Lower end of Wilson's interval (E. B. Wilson, 1927) of a share of counts."""
    z2 = NormalDist().inv_cdf((1 + LEVEL) / 2) ** 2
    share = kept / spoken
    spread = np.sqrt(z2 * (share * (1 - share) + z2 / (4 * spoken)) / spoken)
    return (share + z2 / (2 * spoken) - spread) / (1 + z2 / spoken)


def _side(names: list[str], i: int) -> tuple[str, int]:
    return names[i % len(names)], int(i < len(names))


def _as_pair(i: int, n: int) -> tuple[int, int]:
    return i % n, int(i < n)


def _opposite(i: int, n: int) -> tuple[int, int]:
    return i % n, int(i >= n)


def _breaks(dataset: FaceDataset, rule: Rule) -> np.ndarray:
    frame = dataset.frame
    given = frame[rule.given].to_numpy() == rule.given_label
    return given & (frame[rule.then].to_numpy() != rule.then_label)

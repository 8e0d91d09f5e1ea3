"""How a model does on parts of the images: those with an attribute, those without, and pairs of attributes.

Ordered so that what stands first is worst beyond what chance explains: by the upper end of the accuracy's
interval. Small slices stand last and are never called the worst. What an attribute says is the annotators'.
Wilson's interval takes images for independent; where persons have many images each, it is too narrow.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from core.evaluation.confusion import CELLS, PARTS, cell_masks
from core.evaluation.intervals import wilson_interval, zeros_and_ones

SMALL = 50
"""Images below which a slice is shown but not judged."""
RATES = {"accuracy": "accuracy", "fpr": "fpr", "fnr": "fnr", "fdr": "fdr", "for": "for_"}
"""Columns of the table, and the rates of `Confusion` that they hold."""
OF_ANSWERS = ("fdr", "for")
"""Rates out of the images with one answer: in slices of one class they say nothing of the model."""

Where = tuple[tuple[str, int], ...]
"""What the images of a slice have in common: attributes and their value, 0 or 1."""


def slice_table(
    frame: pd.DataFrame,
    attributes: Sequence[str],
    threshold: float,
    pairs: Iterable[tuple[str, str]] = (),
) -> pd.DataFrame:
    """A row for each value of each attribute, and for each two values of each of `pairs`, worst first.

    Args:
        frame: columns label and probability, and a column of 0 and 1 for each attribute.
        threshold: a probability above it counts as yes.
        pairs: two attributes each; `all_pairs` gives every one.

    Returns:
        Columns `slice` (in words: "Eyeglasses: yes, Young: no"), `where` (for `slice_mask`), `n`, the counts
        tp, fp, fn, tn; accuracy, fpr, fnr, fdr, for, each followed by the ends of its 95 % Wilson interval
        (`accuracy_low`, `accuracy_high` …), NaN without a denominator; `small`: n < SMALL. Slices of no
        image, or of all, are left out.

        An attribute that is the label itself, or its contrary, makes slices of one class. Their accuracy is
        recall or specificity, and counts. Their FDR and FOR are 0 or 1 whatever the model does: NaN.

    Raises:
        ValueError: as `checked_answers`, or an attribute that is neither 0 nor 1.
    """
    attributes, pairs = list(dict.fromkeys(attributes)), list(pairs)
    names = list(dict.fromkeys([*attributes, *(name for pair in pairs for name in pair)]))
    masks = cell_masks(frame["label"].to_numpy(), frame["probability"].to_numpy(), threshold)
    # Matrix products of float64 are fast, and exact for counts.
    cells = np.column_stack([masks[cell] for cell in CELLS]).astype(np.float64)
    bits = np.array([zeros_and_ones(frame[name], name) for name in names], np.float64).reshape(-1, len(frame))
    counted = _counts(bits[: len(attributes)], cells)
    if pairs:
        counted = np.concatenate([counted, _pair_counts(bits, cells, names, pairs)])
    table = pd.DataFrame(counted.astype(np.int64), columns=CELLS)
    table.insert(0, "where", _wheres(attributes, pairs))
    table.insert(1, "n", table[list(CELLS)].sum(axis=1))
    table = table[table["n"].between(1, len(frame) - 1)]
    return _ordered(_with_rates(table, _same_as_label(bits, cells, names)))


def all_pairs(attributes: Sequence[str]) -> list[tuple[str, str]]:
    """Every two different attributes, in their order: 780 of 40."""
    return list(combinations(attributes, 2))


def slice_mask(frame: pd.DataFrame, where: Where) -> np.ndarray:
    """Which rows of `frame` are in a slice: bool, shape (n,)."""
    return np.logical_and.reduce([frame[name].to_numpy() == value for name, value in where])


def worst_slice(table: pd.DataFrame) -> pd.Series | None:
    """The row of `slice_table` whose accuracy is surely lowest; None when all slices are small."""
    large = table[~table["small"]]
    return None if large.empty else large.iloc[0]


def largest_gap(table: pd.DataFrame, words: Callable[[str], str] = str) -> str:
    """A sentence on the attribute whose yes and no differ most in accuracy, among those that surely differ.

    "" when no two intervals of one attribute are apart. Small slices and pairs do not count. For
    independent images, two 95 % intervals that lie apart are a stricter test than p < 0.05, which leaves room
    for looking at many attributes, though not for any number of them.

    Args:
        words: what an attribute is called.
    """
    gaps = [(yes, no) for yes, no in _yes_and_no(table[~table["small"]]) if _apart(yes, no)]
    if not gaps:
        return ""
    yes, no = max(gaps, key=lambda gap: abs(gap[0]["accuracy"] - gap[1]["accuracy"]))
    name = yes["where"][0][0]
    return (
        f"Where {words(name)} is yes, accuracy is {_in_words(yes)}; where it is no, {_in_words(no)}. "
        "The two 95 % intervals do not overlap."
    )


def _counts(bits: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Cells of each attribute's yes and no by turns, shape (2 k, 4), from bits (k, n) and cells (n, 4)."""
    yes = bits @ cells
    return np.stack([yes, cells.sum(axis=0) - yes], axis=1).reshape(-1, len(CELLS))


def _pair_counts(
    bits: np.ndarray, cells: np.ndarray, names: list[str], pairs: list[tuple[str, str]]
) -> np.ndarray:
    """Cells of yes-yes, yes-no, no-yes, no-no of each pair, shape (4 len(pairs), 4)."""
    first, second = np.array([[names.index(name) for name in pair] for pair in pairs]).T
    both = np.stack([(bits * cell) @ bits.T for cell in cells.T], axis=-1)[first, second]
    yes, total = bits @ cells, cells.sum(axis=0)
    parts = [both, yes[first] - both, yes[second] - both, total - yes[first] - yes[second] + both]
    return np.stack(parts, axis=1).reshape(-1, len(CELLS))


def _wheres(attributes: list[str], pairs: list[tuple[str, str]]) -> list[Where]:
    singles = [((name, value),) for name in attributes for value in (1, 0)]
    return singles + [((a, i), (b, j)) for a, b in pairs for i in (1, 0) for j in (1, 0)]


def _same_as_label(bits: np.ndarray, cells: np.ndarray, names: list[str]) -> set[str]:
    """Attributes that are the label, or its contrary, on every image."""
    label = cells[:, CELLS.index("tp")] + cells[:, CELLS.index("fn")]
    same = (bits == label).all(axis=1) | (bits != label).all(axis=1)
    return {name for name, is_label in zip(names, same, strict=True) if is_label}


def _with_rates(table: pd.DataFrame, label_names: set[str]) -> pd.DataFrame:
    of_label = np.array([any(name in label_names for name, _ in where) for where in table["where"]], bool)
    columns = {}
    for column, rate in RATES.items():
        over, under = (table[list(cells)].sum(axis=1).to_numpy() for cells in PARTS[rate])
        under = np.where(of_label, 0, under) if column in OF_ANSWERS else under
        ends = [
            wilson_interval(int(k), int(m)) if m else (np.nan, np.nan)
            for k, m in zip(over, under, strict=True)
        ]
        columns[column] = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
        columns[f"{column}_low"], columns[f"{column}_high"] = np.reshape(ends, (-1, 2)).T
    words = [
        ", ".join(f"{name}: {'yes' if bit else 'no'}" for name, bit in where) for where in table["where"]
    ]
    rated = table.assign(**columns, small=table["n"] < SMALL)
    rated.insert(0, "slice", pd.Series(words, index=table.index, dtype="str"))
    return rated


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["small", "accuracy_high", "accuracy", "slice"], ignore_index=True)


def _yes_and_no(table: pd.DataFrame) -> Iterable[tuple[pd.Series, pd.Series]]:
    """Rows of single attributes of which both values are in `table`."""
    singles = table[table["where"].map(len) == 1]
    rows = {row["where"]: row for _, row in singles.iterrows()}
    for ((name, value),), yes in rows.items():
        if value and (no := rows.get(((name, 0),))) is not None:
            yield yes, no


def _apart(one: pd.Series, other: pd.Series) -> bool:
    return one["accuracy_high"] < other["accuracy_low"] or other["accuracy_high"] < one["accuracy_low"]


def _in_words(row: pd.Series) -> str:
    return (
        f"{row['accuracy']:.4f} (n = {row['n']:,}, {row['accuracy_low']:.4f} to {row['accuracy_high']:.4f})"
    )

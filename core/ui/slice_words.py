"""Slices in words. Pure text; draws nothing."""

import pandas as pd

from core.evaluation.slices import SMALL, worst_slice
from core.runs.predictions import Split
from core.ui.formatting import SPLIT_WORDS, attribute_words, plain, share


def worst_words(slices: pd.DataFrame, split: Split) -> str:
    """A sentence on the slice that is surely worst: Markdown."""
    worst = worst_slice(slices)
    if worst is None:
        return f"No slice has {SMALL} images or more: none is judged."
    return (
        f"Worst slice: **{plain(slice_words(worst['where']))}**, accuracy **{share(worst['accuracy'])}** "
        f":gray[({share(worst['accuracy_low'])} to {share(worst['accuracy_high'])}, Wilson, "
        f"{SPLIT_WORDS[split]} n = {worst['n']:,})]"
    )


def slice_words(where: tuple[tuple[str, int], ...]) -> str:
    """A slice in words: "eyeglasses: yes, young: no"."""
    return ", ".join(f"{attribute_words(name)}: {'yes' if value else 'no'}" for name, value in where)

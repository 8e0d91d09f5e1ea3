"""Single images that are hard or impossible to learn from: dark, blurred, odd-sized, unreadable."""

import numpy as np
import pandas as pd

from core.data.problems.finding import Finding

DARK = 30.0
"""Mean grey, 0..255, below which an image is called very dark: 10 of 6,000 CelebA images are."""
SHARP = 45.0
"""Variance of the Laplacian below which an image is called blurred: 3 of 6,000 CelebA images are. A blur of
2.5 pixels standard deviation leaves 20 at the median."""
COMMON = 0.05
"""A size that fewer than this share of the images have is odd, where most others have one size."""


def dark(facts: pd.DataFrame) -> Finding:
    """Images with a mean grey below DARK, darkest first."""
    rows = _ascending(facts["brightness"], _decodes(facts) & (facts["brightness"] < DARK))
    message = (
        f"Very dark images (mean grey under {DARK:g} of 255): {len(rows):,}. "
        "Look whether a face can be seen; leave out what cannot."
    )
    return Finding("dark", message, rows)


def blurred(facts: pd.DataFrame) -> Finding:
    """Images with a sharpness below SHARP, most blurred first; dark ones are not counted again."""
    low = _decodes(facts) & (facts["sharpness"] < SHARP) & (facts["brightness"] >= DARK)
    rows = _ascending(facts["sharpness"], low)
    message = (
        f"Blurred images: {len(rows):,}. Small things such as earrings cannot be seen on them; "
        "leave them out when the target is one."
    )
    return Finding("blurred", message, rows)


def odd_sized(facts: pd.DataFrame) -> Finding:
    """Images of another size than most, rarest size first; nothing where no size is had by most."""
    decodes = _decodes(facts)
    sizes = facts.loc[decodes, ["width", "height"]].value_counts()
    if sizes.empty or sizes.iloc[0] <= len(facts) / 2:
        return Finding("odd_sized", "Images of an odd size: 0. The images have no one size in common.", _NONE)
    rare = {size for size, n in sizes.items() if n < COMMON * len(facts)}
    own = pd.Series(list(zip(facts["width"], facts["height"], strict=True)))
    rows = _ascending(own.map(sizes), decodes.reset_index(drop=True) & own.isin(rare))
    width, height = sizes.index[0]
    message = (
        f"Images that are not {width} x {height} pixels as most are: {len(rows):,}. They are squeezed to the "
        "same square and may show faces at another scale; cut them like the others."
    )
    return Finding("odd_sized", message, rows)


def unreadable(facts: pd.DataFrame) -> Finding:
    """Images that do not decode, in file order."""
    rows = np.flatnonzero(~_decodes(facts))
    return Finding(
        "unreadable", f"Images that cannot be decoded: {len(rows):,}. Copy or save the files again.", rows
    )


_NONE = np.empty(0, np.int64)


def _decodes(facts: pd.DataFrame) -> pd.Series:
    return facts["trouble"] == ""


def _ascending(values: pd.Series, chosen: pd.Series) -> np.ndarray:
    """The rows chosen, lowest value first, in file order where values are equal."""
    rows = np.flatnonzero(chosen.to_numpy())
    return rows[np.argsort(values.to_numpy()[rows], kind="stable")]

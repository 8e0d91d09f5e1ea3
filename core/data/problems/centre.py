"""Images whose face lies elsewhere than in the others: found without a face finder, from tiny copies.

In a set that is cut out alike the middle of an image looks like a face. What middles look like is learned
from the set itself (Turk and Pentland 1991, "Eigenfaces for Recognition": a face is what its first principal
components rebuild well); an image is off-centre where some other place looks far more like such a middle
than its own middle does.
"""

import numpy as np
import pandas as pd

from core.data.looks import TINY_SIDE, tiny_images
from core.data.problems.finding import Finding

TOP, BOTTOM, LEFT, RIGHT = 6, 13, 4, 12
"""Where eyes, nose and mouth are in a tiny copy of a face that is cut out as CelebA cuts."""
COMPONENTS = 25
RATIO = 0.3
"""An image is off-centre when the best place leaves less than this share of what its middle leaves. At 0.3
all 12 drawn faces moved by a fifth are found and 8 of 2,000 others; of 6,000 CelebA images 154, nearly all
profiles and hidden faces. At 0.2: 8 of 12, none, 43."""
FEWEST = 500
"""Images; of fewer no middle is learned."""
_LEARNT_FROM = 5_000
_REACH = 4
"""Steps of a sixteenth of the side that a face is looked for up, down, left and right."""
_AT_ONCE = 20_000


def off_centre(facts: pd.DataFrame) -> Finding:
    """Images whose face is likely not in the middle, likeliest first; none where there are too few images."""
    rows = np.flatnonzero(facts["trouble"].to_numpy() == "")
    if len(rows) < FEWEST:
        message = f"Off-centre faces are looked for from {FEWEST} images on; here are {len(rows)}."
        return Finding("off_centre", message, np.empty(0, np.int64))
    tiny = tiny_images(facts["tiny"].tolist())[rows]
    mean, components = _middle(tiny)
    shares = np.concatenate(
        [_share(tiny[i : i + _AT_ONCE], mean, components) for i in range(0, len(tiny), _AT_ONCE)]
    )
    order = np.argsort(shares, kind="stable")
    found = rows[order[shares[order] < RATIO]]
    message = (
        f"Images whose middle does not look like a face, but another place does: {len(found):,}, likeliest "
        "first. Turned heads, hands and microphones are among them; look, and cut out anew what is off."
    )
    return Finding("off_centre", message, found)


def _middle(tiny: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What middles look like: their mean, shape (p,), and principal components, shape (COMPONENTS, p)."""
    patches = _patches(tiny[:: -(-len(tiny) // _LEARNT_FROM)], 0, 0)
    mean = patches.mean(axis=0)
    rest = patches - mean
    # The largest eigenvalues come last.
    return mean, np.linalg.eigh(rest.T @ rest)[1].T[::-1][:COMPONENTS]


def _share(tiny: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """What the best other place leaves unexplained, as a share of what the middle leaves, shape (n,).

    1 where the middle is the best place, or the best lies a single step away.
    """
    here = _left(_patches(tiny, 0, 0), mean, components)
    best = here.copy()
    for down in range(-_REACH, min(_REACH, TINY_SIDE - BOTTOM) + 1):
        for right in range(-_REACH, min(_REACH, TINY_SIDE - RIGHT) + 1):
            if max(abs(down), abs(right)) > 1:
                best = np.minimum(best, _left(_patches(tiny, down, right), mean, components))
    return best / np.maximum(here, 1e-6)


def _patches(tiny: np.ndarray, down: int, right: int) -> np.ndarray:
    """The window of a face, moved, as float32 of shape (n, p): mean 0, length 1 (shorter where flat)."""
    window = tiny[:, TOP + down : BOTTOM + down, LEFT + right : RIGHT + right]
    flat = window.reshape(len(window), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 8.0)


def _left(patches: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """What the components do not rebuild of each patch: squared distance, shape (n,)."""
    rest = patches - mean
    return (rest**2).sum(axis=1) - ((rest @ components.T) ** 2).sum(axis=1)

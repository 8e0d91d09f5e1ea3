"""Places images on a plane by what describes them: principal components, or t-SNE. Pure; draws nothing.

What describes an image is a row of numbers: a network's features (`core.runs.kept_features`), or small grey
pixels where there are none.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from core.atomic import write_bytes
from core.data.dataset import FaceDataset, Progress
from core.errors import PhotoError

MAX_TSNE = 5_000
"""Images; t-SNE takes a minute or two for these on two processors."""
FEWEST = 5
"""Images below which there is nothing to place."""
GREY_SIDE = 16
"""Pixels of an image that is described by its grey values."""
PERPLEXITY = 30
DENOISED = 50
"""Principal components that t-SNE starts from, as its authors do (van der Maaten and Hinton 2008, JMLR 9)."""
BATCH = 200
"""Images between two reports of progress."""


def by_pca(vectors: np.ndarray) -> np.ndarray:
    """The first two principal components of vectors (n, d) brought to length one; float32, shape (n, 2).

    Each axis points to where its largest value is positive, so that the same images always lie the same way.

    Raises:
        ValueError: fewer than FEWEST images, or a value that is no number.
    """
    return _components(_even(vectors), 2)


def by_tsne(vectors: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """A t-SNE map of vectors (n, d); float32, shape (n, 2). Near means alike; far means nothing.

    Raises:
        ValueError: as `by_pca`, or more than MAX_TSNE images.
    """
    if len(vectors) > MAX_TSNE:
        raise ValueError(f"t-SNE of {len(vectors):,} images would take too long; give {MAX_TSNE:,} or fewer")
    even = _even(vectors)
    from sklearn.manifold import TSNE  # 2.7 s to import

    start = _components(even, min(DENOISED, *even.shape))
    perplexity = min(PERPLEXITY, (len(even) - 1) / 3)
    places = TSNE(init="pca", perplexity=perplexity, random_state=seed, max_iter=500).fit_transform(start)
    return places.astype(np.float32)


def grey_pixels(dataset: FaceDataset, on_progress: Progress | None = None) -> np.ndarray:
    """Each image as GREY_SIDE x GREY_SIDE grey values, float32, shape (n, 256); grey where one is unreadable.

    A stand-in where no network has seen the images: it tells light from dark and left from right, not faces.
    """
    found = np.full((len(dataset), GREY_SIDE**2), 127, np.float32)
    for row in range(len(dataset)):
        try:
            image = dataset.image(row)
        except PhotoError:
            continue
        small = image.convert("L").resize((GREY_SIDE, GREY_SIDE), Image.Resampling.BOX)
        found[row] = np.asarray(small, np.float32).ravel()
        if on_progress and row % BATCH == 0:
            on_progress(row, len(dataset))
    return found - found.mean(axis=1, keepdims=True)


def sampled(n: int, most: int, seed: int = 0) -> np.ndarray:
    """Rows of `n` images, ascending: all, or `most` at random, the same for the same seed."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).permutation(n)[:most])


def inside(places: np.ndarray, x: tuple[float, float], y: tuple[float, float]) -> np.ndarray:
    """Positions of the images in a rectangle, ascending; its ends in any order."""
    (left, right), (low, high) = sorted(x), sorted(y)
    within = (places[:, 0] >= left) & (places[:, 0] <= right) & (places[:, 1] >= low) & (places[:, 1] <= high)
    return np.flatnonzero(within)


def keep_places(file: Path, places: np.ndarray) -> None:
    """Write a map to `file`, whole or not at all."""
    content = BytesIO()
    np.save(content, places, allow_pickle=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(file, content.getvalue())


def kept_places(file: Path, n: int) -> np.ndarray | None:
    """The map of `n` images in `file`; None when it is not there or is none of them."""
    try:
        places = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return places if places.shape == (n, 2) and np.isfinite(places).all() else None


def _even(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length one, as float32: a photo's brightness must not decide where it lies."""
    if len(vectors) < FEWEST or not np.isfinite(vectors).all():
        raise ValueError(f"{len(vectors)} vectors, need {FEWEST} or more, of finite numbers")
    vectors = vectors.astype(np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def _components(vectors: np.ndarray, count: int) -> np.ndarray:
    centred = vectors - vectors.mean(axis=0)
    # Products in float32 would be as good for a map, but not the decomposition.
    _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    places = centred @ axes[:, ::-1][:, :count].astype(np.float32)
    turned = np.sign(places[np.abs(places).argmax(axis=0), np.arange(places.shape[1])])
    return (places * np.where(turned == 0, 1, turned)).astype(np.float32)

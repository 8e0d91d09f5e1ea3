"""Before scoring: what the training images look like to the best epoch's weights, for `domain.npz`.

Some training images give mean and covariance, some validation images the limit: how far a photo may be that
is like them, but was not trained on.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.data import FaceDataset
from core.faults import crash_point
from core.model.devices import forward
from core.model.embedding import embeddings
from core.model.features import OnBatch, batches_ahead
from core.model.network import Network
from core.runs.domain import Domain, forget_domain, write_domain
from core.runs.run import Run
from core.training.inputs import Inputs

MOST = {"train": 2_000, "val": 1_000}
"""Images of each split that are looked at, evenly spaced: where the base is trained, each costs a pass."""
LEAST = 20
"""Fewest images of each split: below, more than one in twenty of the same kind would count as unlike."""
LIMIT_PERCENTILE = 99
"""Share of validation images, in percent, that are no farther than the limit."""


def record_domain(
    run: Run, dataset: FaceDataset, network: Network, inputs: Inputs, on_batch: OnBatch
) -> Domain | None:
    """Write `domain.npz` for the best epoch, whose weights are loaded into the tail; None where it cannot be.

    A run is none the worse for it: its photos are answered without a word on how unlike they are.

    Raises:
        CheckpointError: the best epoch's file is not what was saved.
        OSError: it cannot be written.
    """
    chosen = {split: evenly(dataset.split_rows(split), most) for split, most in MOST.items()}
    domain = None
    if min(map(len, chosen.values())) >= LEAST:
        network.tail.load_weights(run.checkpoints.best_weights())
        answer = forward(embeddings(network, inputs.model))
        domain = fit_domain(*(_described(answer, inputs, rows, on_batch) for rows in chosen.values()))
    crash_point("domain")
    if domain is None:
        print("Too few images, or too alike, to tell photos that are unlike them.", flush=True)
        forget_domain(run)
        return None
    domain = replace(domain, epoch=run.checkpoints.manifest().best_epoch)
    write_domain(run, domain)
    return domain


def evenly(rows: np.ndarray, most: int) -> np.ndarray:
    """All of `rows`, or `most` of them at even distances."""
    if len(rows) <= most:
        return rows
    return rows[np.arange(most) * len(rows) // most]


def fit_domain(train: np.ndarray, val: np.ndarray) -> Domain | None:
    """The statistics of training embeddings, (n, 512), with the limit that validation ones, (m, 512), set.

    None where they allow no distance: numbers that are not finite, or embeddings that are all the same.
    """
    if not (np.isfinite(train).all() and np.isfinite(val).all()):
        return None
    try:
        precision = np.linalg.inv(ledoit_wolf(train))
    except np.linalg.LinAlgError:
        return None
    precision = ((precision + precision.T) / 2).astype(np.float32)
    domain = Domain(train.mean(axis=0).astype(np.float32), precision, 0.0, len(train), len(val))
    # Of few distances this one is the largest, not something below it.
    limit = float(np.percentile(domain.distances(val), LIMIT_PERCENTILE, method="higher"))
    return replace(domain, limit=limit) if np.isfinite(precision).all() and limit > 0 else None


def ledoit_wolf(rows: np.ndarray) -> np.ndarray:
    """Covariance of `rows`, (n, p), drawn towards a multiple of the identity, float64, shape (p, p).

    Ledoit and Wolf 2004 (doi:10.1016/S0047-259X(03)00096-4), the numbers of scikit-learn's `ledoit_wolf`:
    importing that would take longer than all the rest of this file.
    """
    n, p = rows.shape
    apart = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    sample = apart.T @ apart / n
    scale = np.trace(sample) / p
    spread = (sample**2).sum() - p * scale**2
    noise = ((apart**2).sum(axis=1) ** 2).sum() / n**2 - (sample**2).sum() / n
    share = min(noise, spread) / spread if spread > 0 else 1.0
    return (1 - share) * sample + share * scale * np.eye(p)


def _described(
    answer: Callable[[np.ndarray], np.ndarray], inputs: Inputs, rows: np.ndarray, on_batch: OnBatch
) -> np.ndarray:
    """The embeddings of `rows`, float32, shape (len(rows), 512)."""
    parts = []
    for start, batch in batches_ahead(inputs.read, rows):
        parts.append(answer(batch))
        on_batch(min(start + len(batch), len(rows)), len(rows))
    return np.concatenate(parts)[: len(rows)]

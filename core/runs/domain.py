"""`domain.npz`: what the training images look like to a run's network, and how far from them is too far.

A photo is described by the average over space of the last pooling layer's output, 512 numbers divided by
their length. Its distance to the training images is Mahalanobis's, after Lee et al. 2018 (arXiv:1807.03888)
but without classes. Numpy only; fitting the statistics is the trainer's (`core.training.domain`), describing
a photo is the model's (`core.model.embedding`).
"""

import zipfile
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from core.atomic import write_bytes
from core.errors import RunDamagedError
from core.runs.files import open_file
from core.runs.run import Run

NAME = "domain.npz"
SIZE = 512
"""Numbers that describe a photo: channels of VGG-16's last block."""
MAX_BYTES = 8 * SIZE * (SIZE + 1) + 2**16
"""Mean and precision in double length and a margin; ours take half. Holds packed and unpacked."""
ASYMMETRY = 1e-4
"""Largest difference of two mirrored entries, as a share of the largest entry."""


@dataclass(frozen=True, eq=False)
class Domain:
    """The training images as a run's network sees them.

    Attributes:
        mean: of the training images' descriptions, float32, shape (512,).
        precision: inverse of their covariance, float32, symmetric, shape (512, 512).
        limit: distance beyond which a photo is unlike them: 99 of 100 validation images are nearer.
        n_train: images behind mean and precision.
        n_val: images behind the limit.
        epoch: the 1-based epoch whose weights described them; None where it does not matter.
    """

    mean: np.ndarray
    precision: np.ndarray
    limit: float
    n_train: int
    n_val: int
    epoch: int | None = None

    def distances(self, embeddings: np.ndarray) -> np.ndarray:
        """Mahalanobis distance of each row of `embeddings`, (n, 512), to the mean: float32, shape (n,)."""
        apart = embeddings.astype(np.float64) - self.mean
        with np.errstate(invalid="ignore"):  # a network may overflow; such a photo is outside
            squares = np.einsum("ij,ij->i", apart @ self.precision.astype(np.float64), apart)
        return np.sqrt(np.maximum(squares, 0)).astype(np.float32)

    def is_outside(self, distances: np.ndarray) -> np.ndarray:
        """Whether each distance is beyond the limit, bool; one that is no number is."""
        return ~(distances <= self.limit)


def write_domain(run: Run, domain: Domain) -> None:
    """Replace `domain.npz` atomically."""
    content = BytesIO()
    np.savez(
        content,
        mean=domain.mean.astype(np.float32),
        precision=domain.precision.astype(np.float32),
        limit=np.float64(domain.limit),
        n_train=np.int64(domain.n_train),
        n_val=np.int64(domain.n_val),
        epoch=np.int64(domain.epoch or 0),
    )
    write_bytes(run.path / NAME, content.getvalue())


def forget_domain(run: Run) -> None:
    """Take away the statistics of weights that are no longer the run's."""
    (run.path / NAME).unlink(missing_ok=True)


def read_domain(run: Run) -> Domain | None:
    """The statistics of a run; None for one that has none.

    Raises:
        RunDamagedError: the file cannot be read or does not hold what the format says.
    """
    try:
        with open_file(run.path / NAME) as file:
            content = file.read(MAX_BYTES + 1)
        return _parsed(content)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, OSError, EOFError, MemoryError, zipfile.BadZipFile) as error:
        fault = str(error).split("\n")[0].rstrip(".") or type(error).__name__
        raise RunDamagedError(
            f"domain.npz of {run.id}: {fault}. Delete the file; training one more epoch writes it anew."
        ) from error


def _parsed(content: bytes) -> Domain:
    if len(content) > MAX_BYTES:
        raise ValueError(f"it has over {MAX_BYTES:,} bytes")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if (unpacked := sum(member.file_size for member in archive.infolist())) > MAX_BYTES:
            raise ValueError(f"it unpacks to {unpacked:,} bytes, over {MAX_BYTES:,}")
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        counts = {name: int(_array(arrays, name, ())) for name in ("n_train", "n_val", "epoch")}
        domain = Domain(
            mean=_array(arrays, "mean", (SIZE,)).astype(np.float32),
            precision=_array(arrays, "precision", (SIZE, SIZE)).astype(np.float32),
            limit=float(_array(arrays, "limit", ())),
            n_train=counts["n_train"],
            n_val=counts["n_val"],
            epoch=counts["epoch"] or None,
        )
    _check(domain)
    return domain


def _array(arrays: "np.lib.npyio.NpzFile", name: str, shape: tuple[int, ...]) -> np.ndarray:
    if name not in arrays:
        raise ValueError(f"it has no array {name}")
    array = arrays[name]
    if array.shape != shape or array.dtype.kind not in "fi":
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}, not numbers of shape {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds what is no number")
    return array


def _check(domain: Domain) -> None:
    """Refuse what is no distance: raises ValueError."""
    precision = domain.precision
    if np.abs(precision - precision.T).max() > ASYMMETRY * np.abs(precision).max():
        raise ValueError("precision is not symmetric")
    try:
        np.linalg.cholesky(precision.astype(np.float64))
    except np.linalg.LinAlgError:
        raise ValueError("precision is not positive definite") from None
    if domain.limit <= 0:
        raise ValueError(f"limit is {domain.limit:g}, not above 0")

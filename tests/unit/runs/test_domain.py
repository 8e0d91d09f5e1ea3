"""What a run keeps of its training images: distances mean what they say, and a damaged file is refused."""

import os
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from core.errors import RunDamagedError
from core.runs import Run, RunStore, TrainConfig
from core.runs.domain import MAX_BYTES, NAME, SIZE, Domain, forget_domain, read_domain, write_domain


@pytest.fixture
def run(tmp_path) -> Run:
    """A new run, without statistics."""
    return RunStore(tmp_path).create(TrainConfig())


@pytest.fixture
def domain() -> Domain:
    """Statistics of numbers that are independent, with spreads from 0.5 to 2."""
    spread = np.linspace(0.5, 2, SIZE, dtype=np.float32)
    return Domain(np.full(SIZE, 3, np.float32), np.diag(spread**-2), 30.0, 2000, 1000, epoch=4)


def test_the_mean_is_at_no_distance_and_a_spread_is_one(domain):
    photos = np.full((3, SIZE), 3, np.float32)
    photos[1, 0] += 0.5
    photos[2, -1] += 4
    distances = domain.distances(photos)
    assert distances == pytest.approx([0, 1, 2], abs=1e-4)
    assert distances.dtype == np.float32
    assert domain.distances(photos[:0]).shape == (0,)
    assert domain.is_outside(domain.distances(photos * np.inf)).all()


def test_what_is_beyond_the_limit_or_no_number_is_outside(domain):
    assert domain.is_outside(np.array([0, 30, 30.1, np.nan, np.inf])).tolist() == [False, False] + 3 * [True]


def test_what_was_written_is_read(run, domain):
    write_domain(run, domain)
    found = read_domain(run)
    assert np.array_equal(found.mean, domain.mean)
    assert np.array_equal(found.precision, domain.precision)
    assert (found.limit, found.n_train, found.n_val, found.epoch) == (30.0, 2000, 1000, 4)
    write_domain(run, replace(domain, epoch=None))
    assert read_domain(run).epoch is None
    assert not [path for path in run.path.iterdir() if path.name.startswith(".")]


def test_a_run_without_statistics_has_none(run, domain):
    assert read_domain(run) is None
    write_domain(run, domain)
    forget_domain(run)
    forget_domain(run)
    assert read_domain(run) is None


def _arrays(domain: Domain, **changes: np.ndarray) -> bytes:
    arrays = {name: np.asarray(value) for name, value in vars(domain).items()} | changes
    content = BytesIO()
    np.savez_compressed(content, **{name: value for name, value in arrays.items() if value is not None})
    return content.getvalue()


def _skewed() -> np.ndarray:
    matrix = np.eye(SIZE, dtype=np.float32)
    matrix[0, 1] = 0.5
    return matrix


DAMAGES = {
    "empty": lambda domain: b"",
    "text": lambda domain: b"Dear diary",
    "cut short": lambda domain: _arrays(domain)[:-100],
    "too long": lambda domain: bytes(MAX_BYTES + 1),
    "unpacks to 100 MB": lambda domain: _arrays(domain, mean=np.zeros(25_000_000, np.float32)),
    "an array is missing": lambda domain: _arrays(domain, precision=None),
    "other shapes": lambda domain: _arrays(domain, mean=np.zeros((SIZE, 1), np.float32)),
    "texts": lambda domain: _arrays(domain, limit=np.array("30")),
    "objects": lambda domain: _arrays(domain, mean=np.array([print] * SIZE, dtype=object)),
    "not finite": lambda domain: _arrays(domain, mean=np.full(SIZE, np.nan, np.float32)),
    "not symmetric": lambda domain: _arrays(domain, precision=_skewed()),
    "no distance": lambda domain: _arrays(domain, precision=-np.eye(SIZE, dtype=np.float32)),
    "no limit": lambda domain: _arrays(domain, limit=np.float64(0)),
    "a header that promises terabytes": lambda domain: _promising(domain),
}


def _promising(domain: Domain) -> bytes:
    header = BytesIO()
    facts = {"descr": "<f4", "fortran_order": False, "shape": (10**13,)}
    np.lib.format.write_array_header_1_0(header, facts)
    content = BytesIO(_arrays(domain, mean=None))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("mean.npy", header.getvalue())
    return content.getvalue()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused_with_its_run_and_what_to_do(run, domain, damage):
    (run.path / NAME).write_bytes(damage(domain))
    with pytest.raises(RunDamagedError, match=rf"{NAME} of {run.id}: .+\. Delete the file"):
        read_domain(run)


def test_a_pipe_or_a_folder_in_its_place_is_refused_without_waiting(run):
    os.mkfifo(run.path / NAME)
    with pytest.raises(RunDamagedError, match=NAME):
        read_domain(run)
    (run.path / NAME).unlink()
    (run.path / NAME).mkdir()
    with pytest.raises(RunDamagedError, match=NAME):
        read_domain(run)

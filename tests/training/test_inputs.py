"""Images on their way to the network: read once where memory allows, the same pixels either way."""

import numpy as np
import pytest

from core.data import open_dataset
from core.training.inputs import ImageReader, repeated_reads

SIZE = 32


@pytest.fixture
def reader(tiny, host) -> ImageReader:
    """Reads the tiny faces."""
    return ImageReader(open_dataset(tiny.data, settings=host), SIZE)


@pytest.fixture
def decoded(reader, monkeypatch) -> list[int]:
    """Rows in the order in which they were decoded."""
    rows, original = [], reader._one

    def counting(row):
        rows.append(int(row))
        return original(row)

    monkeypatch.setattr(reader, "_one", counting)
    return rows


def needed(reader: ImageReader) -> int:
    """Bytes of all images."""
    return len(reader.dataset) * SIZE * SIZE * 3


def test_images_that_fit_are_decoded_once_and_are_the_same(reader, decoded):
    read = repeated_reads(reader, needed(reader))
    first = read(np.array([3, 0, 7]))
    assert (read(np.array([7, 3, 9])) == reader.floats(np.array([7, 3, 9]))).all()
    assert first.dtype == np.float32
    assert sorted(decoded[:4]) == [0, 3, 7, 9]
    assert len(decoded) == 4 + 3, "three for the comparison"


@pytest.mark.parametrize("missing_bytes", [1, "all"])
def test_images_that_do_not_fit_are_decoded_each_time(reader, decoded, missing_bytes):
    room = 0 if missing_bytes == "all" else needed(reader) - missing_bytes
    read = repeated_reads(reader, room)
    rows = np.array([2, 1])
    assert (read(rows) == read(rows)).all()
    assert sorted(decoded) == [1, 1, 2, 2]


def test_a_row_that_stands_twice_in_a_batch_is_read(reader):
    """A last batch is filled up with its last row."""
    rows = np.array([5, 5, 5])
    read = repeated_reads(reader, needed(reader))
    assert (read(rows) == reader.floats(rows)).all()

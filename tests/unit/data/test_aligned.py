"""A data set of aligned faces is told by the size of its training images."""

from pathlib import Path

import pytest
from PIL import Image

from core.data import FaceDataset, open_dataset
from core.data.aligned import is_aligned_like_celeba
from core.data.alignment import CELEBA_SIZE
from tests.faces import make_celeba


@pytest.fixture
def aligned(tmp_path: Path, settings) -> FaceDataset:
    """Twelve images as large as CelebA's: eight to train on, two each for validation and test."""
    folder = make_celeba(tmp_path / "faces", n=12)
    for path in (folder / "img_align_celeba").iterdir():
        Image.open(path).resize(CELEBA_SIZE).save(path)
    return open_dataset(str(folder), settings=settings)


def test_images_of_celebas_size_are_aligned_and_tiny_ones_are_not(aligned, tiny_faces, settings):
    assert is_aligned_like_celeba(aligned)
    assert not is_aligned_like_celeba(open_dataset(str(tiny_faces), settings=settings))


@pytest.mark.parametrize("size", [(218, 178), (178, 219)])
def test_one_training_image_of_another_size_is_enough_to_say_no(aligned, size):
    Image.new("RGB", size).save(aligned.path(5))
    assert not is_aligned_like_celeba(aligned)


def test_only_training_images_and_nothing_but_headers_are_looked_at(aligned):
    Image.new("RGB", (9, 9)).save(aligned.path(11))
    path = aligned.path(0)
    path.write_bytes(path.read_bytes()[:200])
    assert is_aligned_like_celeba(aligned)


def test_a_file_that_is_gone_or_no_image_says_no(aligned):
    aligned.path(3).write_bytes(b"no image")
    assert not is_aligned_like_celeba(aligned)
    aligned.path(3).unlink()
    assert not is_aligned_like_celeba(aligned)

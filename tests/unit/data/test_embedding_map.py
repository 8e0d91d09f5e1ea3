"""Images on a plane: alike lie near, the same lie the same way, and a rectangle holds what is in it."""

import numpy as np
import pytest

from core.data import open_dataset
from core.data.embedding_map import (
    FEWEST,
    GREY_SIDE,
    MAX_TSNE,
    by_pca,
    by_tsne,
    grey_pixels,
    inside,
    keep_places,
    kept_places,
    sampled,
)


def two_kinds(n: int = 60, d: int = 32) -> np.ndarray:
    """Vectors of two kinds by turns."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 1, (2, d))
    return (centres[np.arange(n) % 2] + rng.normal(0, 0.2, (n, d))).astype(np.float32)


def parted(places: np.ndarray) -> bool:
    """Whether the first axis of the two kinds' centres tells them apart."""
    one, other = places[::2], places[1::2]
    between = np.linalg.norm(one.mean(axis=0) - other.mean(axis=0))
    return between > 2 * max(one.std(axis=0).max(), other.std(axis=0).max())


def test_principal_components_part_two_kinds():
    places = by_pca(two_kinds())
    assert places.shape == (60, 2) and places.dtype == np.float32
    assert parted(places)


def test_principal_components_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    vectors = two_kinds()
    expected = PCA(2).fit_transform(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    np.testing.assert_allclose(np.abs(by_pca(vectors)), np.abs(expected), atol=1e-4)


def test_neither_order_nor_brightness_moves_an_image():
    vectors = two_kinds()
    np.testing.assert_allclose(by_pca(vectors[::-1])[::-1], by_pca(vectors), atol=1e-4)
    np.testing.assert_allclose(by_pca(vectors * 7), by_pca(vectors), atol=1e-4)


@pytest.mark.filterwarnings("ignore")
def test_tsne_parts_two_kinds_and_follows_its_seed():
    places = by_tsne(two_kinds(), seed=1)
    assert places.shape == (60, 2) and parted(places)
    np.testing.assert_array_equal(places, by_tsne(two_kinds(), seed=1))


def test_what_cannot_be_placed_is_refused():
    with pytest.raises(ValueError, match="need 5 or more"):
        by_pca(np.ones((FEWEST - 1, 3)))
    with pytest.raises(ValueError, match="finite"):
        by_pca(np.full((10, 3), np.nan))
    with pytest.raises(ValueError, match="too long"):
        by_tsne(np.ones((MAX_TSNE + 1, 2)))


def test_images_all_alike_lie_on_one_point():
    np.testing.assert_allclose(by_pca(np.ones((10, 4))), 0, atol=1e-6)


def test_grey_pixels_describe_every_image_and_pass_over_a_broken_one(faces, settings):
    root = faces.celeba()
    (root / "img_align_celeba" / "000002.jpg").write_bytes(b"broken")
    told = []
    found = grey_pixels(open_dataset(root, settings=settings), lambda *step: told.append(step))
    assert found.shape == (20, GREY_SIDE**2) and np.isfinite(found).all()
    assert (found[1] == 0).all()
    assert told[0] == (0, 20)


def test_a_sample_is_all_or_as_many_as_asked_without_repeats():
    assert sampled(5, 10).tolist() == [0, 1, 2, 3, 4]
    few = sampled(100, 10)
    assert len(set(few.tolist())) == 10 and (np.diff(few) > 0).all()
    assert few.tolist() == sampled(100, 10).tolist() != sampled(100, 10, seed=1).tolist()


def test_a_rectangle_holds_what_is_in_it_whichever_way_it_was_drawn():
    places = np.array([[0, 0], [1, 1], [2, 2], [1, 5]], np.float32)
    assert inside(places, (0.5, 2), (0.5, 2)).tolist() == [1, 2]
    assert inside(places, (2, 0.5), (2, 0.5)).tolist() == [1, 2]


def test_a_map_is_kept_and_what_is_none_is_made_anew(tmp_path):
    file, places = tmp_path / "maps" / "one.npy", by_pca(two_kinds())
    assert kept_places(file, 60) is None
    keep_places(file, places)
    np.testing.assert_array_equal(kept_places(file, 60), places)
    assert kept_places(file, 59) is None
    file.write_bytes(b"not a map")
    assert kept_places(file, 60) is None

"""A run keeps what its training images look like, so that photos unlike them can be told."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.covariance import ledoit_wolf as by_scikit_learn

from core.data import open_dataset
from core.model.embedding import answers_and_embeddings, embeddings
from core.model.network import build_network
from core.model.predictor import Predictor
from core.runs import Run, TrainConfig
from core.runs.domain import NAME, SIZE, read_domain, write_domain
from core.training.domain import evenly, fit_domain, ledoit_wolf
from tests.faces import make_celeba


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the tiny faces, with enough images for statistics: 100 to train on, 25 each for the rest."""
    return make_celeba(tmp_path_factory.mktemp("domain") / "faces", n=150)


@pytest.fixture(scope="module")
def described(train: Callable[..., Run], faces: Path) -> Run:
    """A frozen run on them."""
    return train(data=str(faces))


@pytest.fixture(scope="module")
def fine_tuned(train: Callable[..., Run], faces: Path) -> Run:
    """A run on them whose last block was trained, so that its best epoch has features of its own."""
    return train(data=str(faces), fine_tune="block5")


def images_of(run: Run, host, split: str) -> list[Image.Image]:
    """The images of one split."""
    faces = open_dataset(run.config().data, settings=host)
    return [faces.image(int(row)) for row in faces.split_rows(split)]


@pytest.mark.parametrize("fixture", ["described", "fine_tuned"])
def test_the_limit_is_the_99th_percentile_of_what_the_model_says_of_validation(request, host, fixture):
    run = request.getfixturevalue(fixture)
    domain = read_domain(run)
    assert (domain.n_train, domain.n_val) == (100, 25)
    assert domain.epoch == run.checkpoints.manifest().best_epoch
    distances = Predictor(run, host).answers(images_of(run, host, "val")).distances
    assert np.percentile(distances, 99, method="higher") == pytest.approx(domain.limit, rel=1e-2)
    assert domain.is_outside(distances).sum() <= 1


def test_photos_of_another_kind_are_outside_and_new_ones_of_the_kind_are_not(described, host):
    predictor = Predictor(described, host)
    checks = np.indices((64, 64)).sum(axis=0) // 4 % 2 * 255
    strange = [Image.fromarray(np.stack([checks, 255 - checks, checks], -1).astype(np.uint8), "RGB")]
    assert predictor.domain.is_outside(predictor.answers(strange).distances).all()
    known = predictor.answers(images_of(described, host, "test")).distances
    assert predictor.domain.is_outside(known).mean() < 0.2


def test_a_run_of_few_images_finishes_without(finished, host):
    assert not (finished.path / NAME).exists()
    predictor = Predictor(finished, host)
    answers = predictor.answers([Image.new("RGB", (64, 64))])
    assert answers.distances is None
    assert answers.probabilities.shape == (1,)
    assert (predictor.domain, predictor.domain_fault) == (None, "")


def test_a_damaged_file_costs_the_distances_and_not_the_answers(described, host, tmp_path):
    run = Run(Path(shutil.copytree(described.path, tmp_path / described.id)))
    (run.path / NAME).write_bytes(b"damaged")
    predictor = Predictor(run, host)
    photo = [Image.new("RGB", (64, 64), "white")]
    assert predictor.answers(photo).distances is None
    assert f"{NAME} of {run.id}" in predictor.domain_fault
    assert predictor.probabilities(photo) == pytest.approx(Predictor(described, host).probabilities(photo))


def test_statistics_of_another_epoch_do_not_count(described, host, tmp_path):
    run = Run(Path(shutil.copytree(described.path, tmp_path / described.id)))
    write_domain(run, replace(read_domain(run), epoch=77))
    assert Predictor(run, host).domain is None


@pytest.mark.parametrize("fine_tune", ["none", "block5", "all"])
def test_a_fainter_image_of_the_same_look_lies_no_nearer_to_the_middle(fine_tune):
    """What is no face excites little of the network; only what it is like counts, not how much of it."""
    network = build_network(TrainConfig(weights="random", image_size=32, fine_tune=fine_tune))
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
    probabilities, found = answers_and_embeddings(network)(images)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.allclose(found, embeddings(network, network.whole())(images), atol=1e-6)
    assert np.array_equal(probabilities, network.whole()(images))


def test_the_training_images_are_chosen_evenly():
    rows = np.arange(10, 110)
    assert evenly(rows, 100) is rows
    assert evenly(rows, 4).tolist() == [10, 35, 60, 85]
    assert np.array_equal(evenly(rows, 99), np.unique(evenly(rows, 99)))


@pytest.mark.parametrize("shape", [(40, 512), (600, 30), (5, 3)])
def test_the_covariance_is_scikit_learns(shape):
    rng = np.random.default_rng(0)
    rows = (rng.normal(size=shape) * np.linspace(0.1, 3, shape[1]) + 5).astype(np.float32)
    assert ledoit_wolf(rows) == pytest.approx(by_scikit_learn(rows.astype(np.float64))[0], rel=1e-6, abs=1e-9)


def test_embeddings_that_allow_no_distance_give_no_statistics():
    same, others = np.ones((30, SIZE), np.float32), np.random.default_rng(0).random((30, SIZE), np.float32)
    assert fit_domain(same, others) is None
    assert fit_domain(np.where(np.arange(SIZE) == 3, np.nan, others), others) is None
    assert fit_domain(others, np.full_like(others, np.inf)) is None
    assert fit_domain(others, others[::-1]) is not None

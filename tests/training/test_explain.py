"""The heat map shows what decides: at the right place, for every kind of run, however sure the answer is."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from core.data import ATTRIBUTES
from core.model.explain import Explainer
from core.model.network import Network, build_network
from core.model.predictor import Predictor
from core.runs import Run, TrainConfig
from tests.faces import write_csv

SIDE, CELL = 64, 16
"""Pixels of an image and of a place: the last convolution has 4 x 4 of them, the pooling after it 2 x 2."""
RED, BLUE = (230, 40, 40), (40, 40, 230)
TOP, BOTTOM = (0, 1), (2, 3)

Place = tuple[int, int]


def planted(patches: dict[Place, tuple[int, int, int]], rng: np.random.Generator) -> Image.Image:
    """Grey noise with a patch of a colour at some places."""
    pixels = rng.normal(110, 12, (SIDE, SIDE, 3))
    for (row, column), colour in patches.items():
        noise = rng.normal(0, 12, (CELL, CELL, 3))
        pixels[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL] = colour + noise
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGB")


def drawn(red: bool, rng: np.random.Generator) -> tuple[Image.Image, Place]:
    """A patch in the upper half, whose colour decides, one below of any colour, and where the first is."""
    place = int(rng.choice(TOP)), int(rng.integers(4))
    below = int(rng.choice(BOTTOM)), int(rng.integers(4))
    return planted({place: RED if red else BLUE, below: RED if rng.integers(2) else BLUE}, rng), place


def make_planted(folder: Path, n: int = 240) -> Path:
    """A data set in CelebA's layout whose target is the colour of the upper patch."""
    rng = np.random.default_rng(0)
    (folder / "img_align_celeba").mkdir(parents=True)
    names, labels = [f"{i:06d}.png" for i in range(n)], rng.integers(0, 2, (n, len(ATTRIBUTES)))
    for name, red in zip(names, labels[:, 0], strict=True):
        drawn(bool(red), rng)[0].save(folder / "img_align_celeba" / name)
    rows = [[name, *(2 * row - 1)] for name, row in zip(names, labels, strict=True)]
    write_csv(folder / "list_attr_celeba.csv", ["image_id", *ATTRIBUTES], rows)
    split = [[name, (0, 0, 0, 0, 1, 2)[i % 6]] for i, name in enumerate(names)]
    write_csv(folder / "list_eval_partition.csv", ["image_id", "partition"], split)
    return folder


def make_colour_blocks(path: Path) -> Path:
    """Base weights whose channel 0 is how red each place is, channel 1 how blue; nothing else is seen."""
    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    for layer in base.layers:
        if layer.weights:
            kernel, bias = (np.zeros_like(weight) for weight in layer.get_weights())
            kernel[1, 1, 0, 0] = kernel[1, 1, 1, 1] = 1
            if layer.name == "block1_conv1":
                # Preprocessed images are BGR.
                kernel[1, 1, :, 0], kernel[1, 1, :, 1] = (-0.01, 0, 0.01), (0.01, 0, -0.01)
                bias[:2] = -1
            layer.set_weights([kernel, bias])
    base.save_weights(path)
    return path


@pytest.fixture(scope="module")
def planted_run(train: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that learnt the colour of the upper patch."""
    folder = tmp_path_factory.mktemp("planted")
    run = train(
        data=str(make_planted(folder / "data")),
        weights=str(make_colour_blocks(folder / "colours.weights.h5")),
        target=ATTRIBUTES[0],
        image_size=SIDE,
        epochs=30,
        learning_rate=1e-2,
        dropout=0.2,
        batch_norm=True,
        dense_units=(16, 8),
    )
    assert run.metrics().best.test_accuracy >= 0.95
    return run


@pytest.fixture(scope="module")
def predictor(planted_run: Run, host) -> Predictor:
    """Its model."""
    return Predictor(planted_run, host)


def peak(values: np.ndarray) -> Place:
    """Where a map is highest."""
    row, column = np.unravel_index(values.argmax(), values.shape)
    return int(row), int(column)


def test_the_patch_that_decides_is_found_and_not_the_one_that_does_not(predictor):
    rng = np.random.default_rng(5)
    found = []
    for i in range(60):
        image, place = drawn(i % 2 == 0, rng)
        heat = predictor.explain(image)
        assert heat.values.shape == (4, 4)
        assert heat.values.dtype == np.float32
        assert (heat.values.min(), heat.values.max()) == (0, 1)
        found.append(heat.towards == (i % 2 == 0) and peak(heat.values) == place)
    assert np.mean(found) >= 0.9


def test_the_map_moves_when_the_evidence_moves(predictor):
    for place in [(row, column) for row in TOP for column in range(4)]:
        image = planted({place: RED, (3, 3): RED}, np.random.default_rng(1))
        assert peak(predictor.explain(image).values) == place


def test_explaining_changes_no_answer(predictor):
    image, _ = drawn(True, np.random.default_rng(2))
    before = predictor.probabilities([image])
    first, again = predictor.explain(image), predictor.explain(image)
    assert np.array_equal(predictor.probabilities([image]), before)
    assert np.array_equal(first.values, again.values)
    assert first.towards == int(before[0] > 0.5)


def built(**changes: object) -> Network:
    """A network with random weights, its head's too."""
    config = TrainConfig(weights="random", image_size=SIDE, dense_units=(16,), dropout=0.5).changed(**changes)
    keras.utils.set_random_seed(3)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(config.precision if config.precision != "auto" else "float32")
    try:
        return build_network(config)
    finally:
        keras.config.set_dtype_policy(before)


def weigh_one_window(network: Network, row: int, column: int) -> None:
    """Make the head look at one of the 2 x 2 places of the last pooling, and add up what it sees."""
    dense = network.tail.get_layer("dense_1")
    kernel = np.zeros((2, 2, 512, dense.units), np.float32)
    kernel[row, column] = 0.01
    dense.set_weights([kernel.reshape(2 * 2 * 512, -1), np.zeros(dense.units, np.float32)])
    for layer in network.tail.layers:
        if layer.name in ("dense_2", "logit"):
            layer.set_weights([np.full_like(layer.kernel, 0.1), np.zeros_like(layer.bias)])


def noise(seed: int = 0) -> np.ndarray:
    """One image of noise, as a network takes it."""
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3)).astype(np.float32)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"fine_tune": "block5"},
        {"fine_tune": "block4"},
        {"fine_tune": "all"},
        {"batch_norm": True, "dense_units": (16, 8)},
        {"precision": "mixed_bfloat16", "fine_tune": "block5"},
        {"augment": ("flip",), "fine_tune": "all"},
    ],
    ids=str,
)
def test_only_the_place_that_counts_is_warm_in_every_kind_of_run(changes):
    network = built(**changes)
    for row, column in ((0, 1), (1, 0)):
        weigh_one_window(network, row, column)
        values = Explainer(network)(noise()).values
        counts = np.zeros((4, 4), bool)
        counts[2 * row : 2 * row + 2, 2 * column : 2 * column + 2] = True
        assert values[counts].max() == 1
        assert not values[~counts].any()


@pytest.mark.parametrize("fine_tune", ["none", "block4", "all"])
def test_what_the_places_add_is_the_logit(fine_tune):
    """Without biases in the head a network of ReLUs is the sum of what its places add."""
    network = built(fine_tune=fine_tune)
    weigh_one_window(network, 1, 1)
    heat = Explainer(network)(noise())
    probability = float(network.whole()(noise()[None])[0, 0])
    logit = np.log(probability / (1 - probability))
    assert heat.values.sum() * heat.strength == pytest.approx(logit, rel=1e-3)


def test_the_map_of_an_answer_that_is_entirely_sure_is_the_same_map():
    network = built()
    weigh_one_window(network, 0, 0)
    before = Explainer(network)(noise())
    logit = network.tail.get_layer("logit")
    logit.set_weights([logit.get_weights()[0] * 1000 / before.strength, logit.get_weights()[1]])
    after = Explainer(network)(noise())
    assert float(network.whole()(noise()[None])[0, 0]) == 1.0
    assert after.values == pytest.approx(before.values, abs=1e-5)
    assert after.strength == pytest.approx(1000, rel=1e-4)


def test_an_answer_that_no_place_speaks_for_has_an_empty_map():
    """Everything speaks for 1, the bias outweighs it: the answer is 0."""
    network = built()
    weigh_one_window(network, 0, 0)
    logit = network.tail.get_layer("logit")
    logit.set_weights([logit.get_weights()[0], np.array([-1e6], np.float32)])
    heat = Explainer(network)(noise())
    assert heat.towards == 0
    assert heat.strength == 0
    assert not heat.values.any()

"""From a photo's bytes to the answer: a model is asked about what it was trained on, however that comes.

The runs are real and tiny; the faces are drawn and pass for photographs, since the set's mark is left out.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.faces import Face, FaceFinder
from core.data.images import DEFAULT
from core.data.open import SYNTHETIC_MARK
from core.data.synthetic import draw_face, sample_specs, write_synthetic
from core.model.predictor import Predictor
from core.runs import Run
from core.runs.answering import takes_crops
from core.runs.summary import read_summary
from core.settings import Settings
from core.ui.predict_photos import Photo
from core.ui.predict_reading import How, Reading, how_to_crop, read_photo
from tests.pictures import saved
from tests.training.conftest import predictions

FACES = 120
"""Drawn faces to learn from; a tenth of them is the test split."""
SURELY_FOUND = (3, 5)
"""Of `sample_specs(8, 3)`: found at any size and place."""
TURNS = [None, "FLIP_LEFT_RIGHT", "ROTATE_180", "FLIP_TOP_BOTTOM"]
TURNS += ["TRANSPOSE", "ROTATE_90", "TRANSVERSE", "ROTATE_270"]
"""What undoes the turn of each EXIF orientation, 1 to 8."""
LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}}
"""Formats that keep pixels and orientation, and how. JPEG moves what the finder sees by up to a pixel, which
a network of random weights answers to."""
SAME = 0.02
"""How far apart the probabilities of turned copies of one face may lie."""

Train = Callable[..., Run]
Find = Callable[[Image.Image], list[Face]]


@pytest.fixture(scope="module")
def find() -> Find:
    return FaceFinder().find


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set in CelebA's layout and size that does not say that its faces are drawn."""
    folder = tmp_path_factory.mktemp("photographs")
    write_synthetic(folder / "drawn", count=FACES, seed=4, workers=1)
    ignore = shutil.ignore_patterns(SYNTHETIC_MARK)
    return Path(shutil.copytree(folder / "drawn", folder / "photographs", ignore=ignore))


@pytest.fixture(scope="module")
def trained(train: Train, photographs: Path) -> Run:
    """A run on faces of 178 x 218, long enough to tell one from another."""
    return train(data=str(photographs), image_size=32, epochs=6, learning_rate=1e-3)


@pytest.fixture(scope="module")
def in_bfloat16(train: Train, photographs: Path) -> Run:
    """The same in the arithmetic that newer processors are fast in."""
    return train(
        data=str(photographs), image_size=32, epochs=6, learning_rate=1e-3, precision="mixed_bfloat16"
    )


@pytest.fixture(scope="module")
def model(trained: Run, host: Settings) -> Predictor:
    return Predictor(trained, host)


def upload(content: bytes) -> Photo:
    """A photo as the page keeps it; its session is not needed here."""
    return Photo("photo-1", "photo", content, hashlib.sha256(content).hexdigest(), "upload")


def way(run: Run) -> How:
    """How the page crops a photo for the run."""
    return how_to_crop(upload(b""), cut=takes_crops(read_summary(run)))


def read(content: bytes, how: How, find: Find) -> Reading:
    reading = read_photo(upload(content), how, find, DEFAULT)
    assert reading.error == ""
    return reading


def ask(model: Predictor, readings: Sequence[Reading]) -> list[np.ndarray]:
    """What the model says of the crops of each reading, in one batch as on the page."""
    answered = model.answers([crop.image for reading in readings for crop in reading.crops]).probabilities
    return np.split(answered, np.cumsum([len(reading.crops) for reading in readings])[:-1])


def face(number: int = SURELY_FOUND[0]) -> Image.Image:
    return draw_face(sample_specs(8, 3)[number])


def in_a_photo(
    *placed: tuple[Image.Image, float, int, int], size: tuple[int, int] = (640, 480)
) -> Image.Image:
    """A photo, lighter to one side, with faces in it: each with its scale, left and top."""
    x, y = np.meshgrid(np.linspace(90, 170, size[0]), np.linspace(0, 40, size[1]))
    photo = Image.fromarray(np.stack([x, y + 90, x + y], axis=-1).astype(np.uint8))
    for drawn, scale, left, top in placed:
        photo.paste(drawn.resize((round(178 * scale), round(218 * scale))), (left, top))
    return photo


def turned(upright: Image.Image, orientation: int, fmt: str) -> bytes:
    """A file whose pixels are turned and whose EXIF says how to turn them back."""
    exif, turn = Image.Exif(), TURNS[orientation - 1]
    exif[0x112] = orientation
    stored = upright.transpose(Image.Transpose[turn]) if turn else upright
    return saved(stored, fmt, exif=exif, **LOSSLESS[fmt])


@pytest.mark.parametrize(
    ("fixture", "tolerance"), [("trained", 1e-3), ("in_bfloat16", 1e-2), ("finished", 1e-3)]
)
def test_an_image_of_the_data_set_as_a_file_gets_the_probability_stored_for_it(
    request: pytest.FixtureRequest, host: Settings, find: Find, fixture: str, tolerance: float
):
    run = request.getfixturevalue(fixture)
    scored, folder = predictions(run), Path(run.config().data) / "img_align_celeba"
    how = way(run)
    assert how == ("whole" if fixture == "finished" else "faces")
    readings = [read((folder / image_id).read_bytes(), how, find) for image_id in scored["image_id"]]
    assert [len(reading.crops) for reading in readings] == [1] * len(scored)
    answered = np.concatenate(ask(Predictor(run, host), readings))
    assert answered == pytest.approx(scored["probability"].to_numpy(), abs=tolerance)
    # Were the stored ones all alike, any picture would do.
    assert np.ptp(scored["probability"]) > 10 * tolerance


@pytest.mark.parametrize("fmt", list(LOSSLESS))
def test_all_eight_orientations_of_a_photo_get_one_probability(model, find, fmt: str):
    photo = in_a_photo((face(), 1.4, 210, 60))
    files = [turned(photo, orientation, fmt) for orientation in range(1, 9)]
    readings = [read(file, "faces", find) for file in files]
    assert {(reading.size, len(reading.crops)) for reading in readings} == {(photo.size, 1)}
    assert np.ptp(np.concatenate(ask(model, readings))) <= SAME


def test_the_run_would_notice_a_face_that_was_not_turned(model, find):
    """Else the promise above would be kept by a model that says the same of everything."""
    (crop,) = read(saved(in_a_photo((face(), 1.4, 210, 60))), "faces", find).crops
    lying = [crop.image.transpose(turn) for turn in Image.Transpose]
    assert np.ptp(model.answers([crop.image, *lying]).probabilities) > 5 * SAME


def test_two_faces_get_an_answer_each_from_left_to_right(model, find):
    left, right = (face(number) for number in SURELY_FOUND)
    alone = [
        read(saved(in_a_photo((left, 1.2, 60, 90))), "faces", find),
        read(saved(in_a_photo((right, 1.2, 380, 90))), "faces", find),
    ]
    both = read(saved(in_a_photo((right, 1.2, 380, 90), (left, 1.2, 60, 90))), "faces", find)
    first, second = both.crops
    assert first.box[2] < second.box[0]
    (one,), (other,), together = ask(model, [*alone, both])
    assert together == pytest.approx([one, other], abs=SAME)
    assert abs(one - other) > 3 * SAME


def test_a_photo_without_a_face_has_no_answer_until_somebody_takes_all_of_it(model, find):
    empty = saved(in_a_photo())
    assert read(empty, "faces", find).crops == ()
    (taken,) = read(empty, "whole", find).crops
    assert (taken.kind, taken.box) == ("whole", (0, 0, 640, 480))
    assert model.answers([taken.image]).probabilities.shape == (1,)


def test_a_refused_file_says_so_and_asks_the_model_nothing(find):
    reading = read_photo(upload(b"no image"), "faces", find, DEFAULT)
    assert (reading.crops, reading.preview) == ((), b"")
    assert "no image of a known format" in reading.error


def test_one_answer_does_not_depend_on_the_batch_it_is_asked_in(model, find):
    """Twenty photos are asked about at once, one by one must say the same."""
    photos = [
        in_a_photo((face(number), 1.0 + 0.1 * i, 60 + 20 * i, 60))
        for i in range(9)
        for number in SURELY_FOUND
    ]
    readings = [read(saved(photo), "faces", find) for photo in photos]
    together = np.concatenate(ask(model, readings))
    alone = [model.answers([crop.image]).probabilities[0] for reading in readings for crop in reading.crops]
    assert together == pytest.approx(alone, abs=1e-5)

"""The Predict page without TensorFlow: a model that sees brightness, and a finder of red squares."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.data.faces import Face

FACE_SIDE = 80
"""Side of a red square, pixels; it counts as a face."""
RED = (255, 0, 0)


@dataclass(frozen=True)
class FakeAnswers:
    """What the model says of some crops."""

    probabilities: np.ndarray
    distances: np.ndarray | None = None


@dataclass(frozen=True)
class FakeMap:
    """Where the model looked: everywhere the same."""

    values: np.ndarray
    strength: float
    towards: int


class FakePredictor:
    """Says how bright the corner of a crop is, and counts how often it was asked."""

    asked = 0
    calls = 0
    domain = None
    domain_fault = ""

    def answers(self, images: Sequence[Image.Image]) -> FakeAnswers:
        FakePredictor.asked += len(images)
        FakePredictor.calls += 1
        corners = [np.asarray(image.convert("RGB"))[0, 0, 2] / 255 for image in images]
        return FakeAnswers(np.array(corners, np.float32))

    def explain(self, image: Image.Image) -> FakeMap:
        return FakeMap(np.full((6, 6), 0.5, np.float32), 1.0, 1)


class FakeFinder:
    """Finds red squares of FACE_SIDE, left to right; landmarks lie in them as in a face."""

    asked = 0

    def find(self, image: Image.Image) -> list[Face]:
        FakeFinder.asked += 1
        red = (np.asarray(image) == RED).all(axis=2)
        found, columns = [], np.flatnonzero(red.any(axis=0))
        for left in [x for x in columns if x - 1 not in columns]:
            top = int(np.flatnonzero(red[:, left])[0])
            box = (int(left), top, int(left) + FACE_SIDE, top + FACE_SIDE)
            found.append(Face(box, _landmarks(left, top), 0.99))
        return found


def use_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the page loads these."""
    FakePredictor.asked = FakePredictor.calls = FakeFinder.asked = 0
    monkeypatch.setattr("core.ui.predict_model._load", lambda runs, run_id, host, say: FakePredictor())
    monkeypatch.setattr("core.ui.predict_model._load_finder", lambda say: FakeFinder())


def aligned_png(level: int) -> bytes:
    """A photo in CelebA's size, of which the model says `level` / 255."""
    return _png(Image.new("RGB", (178, 218), (level, level, level)))


def photo_png(faces: int, level: int = 230, size: tuple[int, int] = (600, 400)) -> bytes:
    """A photo with red squares for faces, side by side; the model says `level` / 255 of each."""
    image = Image.new("RGB", size, (level, level, level))
    for number in range(faces):
        image.paste(RED, (40 + 180 * number, 120, 40 + 180 * number + FACE_SIDE, 120 + FACE_SIDE))
    return _png(image)


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Drop files onto the page."""
    return app.file_uploader[0].set_value([(name, content, "image/png") for name, content in files]).run()


def texts(app: AppTest) -> str:
    """All prose of the page, unescaped."""
    return "\n".join(element.value for element in (*app.markdown, *app.caption)).replace("\\", "")


def bars(app: AppTest) -> list[str]:
    """What stands at the probabilities' bars."""
    return [bar.proto.text.replace("\\", "") for bar in app.get("progress")]


def press(app: AppTest, label: str, index: int = 0) -> AppTest:
    """Press the button of that label, the `index`-th of them."""
    return [button for button in app.button if button.label == label][index].click().run()


def _landmarks(left: int, top: int) -> np.ndarray:
    shares = [(0.3, 0.4), (0.7, 0.4), (0.5, 0.62), (0.34, 0.8), (0.66, 0.8)]
    return np.array(shares) * FACE_SIDE + (left, top)


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()

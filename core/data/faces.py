"""Finds the faces in a photo: their boxes and five landmarks, by `mtcnn` (Zhang et al., 2016).

`mtcnn` brings TensorFlow, so it is imported when a finder is made. Turning and cutting out a face is
`core.data.alignment`'s; decoding the photo is `core.data.images`'s.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from core.errors import WeightsError

if TYPE_CHECKING:
    from keras import Model
    from mtcnn import MTCNN
    from mtcnn.stages.base import StageBase

Box = tuple[int, int, int, int]
"""Left, top, right, bottom: pixels of the upright photo."""

WEIGHTS = {
    "pnet.lz4": "ea6b0c3e685ebee3165326ad6484acc95f2ef78f1c94fbf40a55704fa989f7b5",
    "rnet.lz4": "cb00e6460f3c98b0bfafaba3c0a0ded4bdf6e62cee7174d969e8670d7e757fee",
    "onet.lz4": "94f6ea2f4cf985275ee958cdd762d17b6009348a4fb9d8c6be39ba73ffd22ca3",
}
"""sha256 of the weights in mtcnn 1.0.0. They are pickles: reading one runs whatever it holds."""

PIXELS = 640 * 480
"""Size at which a photo is first looked at; a larger one is made smaller. By area and not by its longer side,
so that the faces of a wide group stay large enough."""
FINER_PIXELS = 4 * PIXELS
"""Size of the second look, when the first found nothing: faces half as large are seen, at four times the
cost."""
SHORTEST_SIDE = 20
"""Pixels below which there is nothing to look at: `mtcnn`'s smallest face."""
MAX_FACES = 50
"""Faces kept of one photo, the largest: each becomes a crop, an answer and a card on the page."""
MAX_PROPOSALS = 300
"""Places kept of one pyramid level, the most face-like. What follows compares each with each: 30,000 of a
crafted picture would take gigabytes."""
THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, eq=False)
class Face:
    """One face of a photo.

    Attributes:
        box: within the photo.
        landmarks: float64, shape (5, 2), x and y in pixels of the upright photo: the eye at the picture's
            left, the eye at its right, the nose, the mouth's left corner, its right corner. A face that the
            border cuts may have some outside the photo.
        confidence: 0..1; below 0.8 it would not be here.
    """

    box: Box
    landmarks: np.ndarray
    confidence: float


class FaceFinder:
    """Finds faces. One serves all visitors: it keeps nothing of a photo, and may be used in many threads."""

    def __init__(self):
        """Takes seconds: TensorFlow is imported.

        Raises:
            WeightsError: `mtcnn`'s weights are absent, or not those that this was written for.
        """
        self._mtcnn = _load()

    def find(self, image: Image.Image) -> list[Face]:
        """The faces of an upright photo, left to right, at most `MAX_FACES`; [] when there is none.

        Large photos are looked at smaller: in one of 4 x 3 a face as wide as a thirtieth of it is seen, and
        half as wide if there is no other.
        """
        image = image if image.mode == "RGB" else image.convert("RGB")
        faces = self._look(image, PIXELS)
        if not faces and image.width * image.height > PIXELS:
            faces = self._look(image, FINER_PIXELS)
        largest = sorted(faces, key=_area, reverse=True)[:MAX_FACES]
        return sorted(largest, key=lambda face: face.box[0] + face.box[2])

    def find_all(self, images: Sequence[Image.Image]) -> list[list[Face]]:
        """`find` for each image, several at a time."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="find faces") as threads:
            return list(threads.map(self.find, images))

    def _look(self, image: Image.Image, pixels: int) -> list[Face]:
        """The faces seen in the photo made smaller, to at most `pixels`; in the photo's own pixels."""
        small = _at_most(image, pixels)
        if min(small.size) < SHORTEST_SIDE:
            return []
        # Rows of image number, box, confidence, the five x, the five y. A photo without a face gives none,
        # and then not always with as many columns.
        rows = self._mtcnn.detect_faces(
            np.asarray(small, np.float32), fit_to_image=False, box_format="xyxy", output_type="numpy"
        )
        rows = rows[np.isfinite(rows).all(axis=1)] if len(rows) else rows
        faces = [_face(row, small.size, image.size) for row in rows]
        return [face for face in faces if _area(face) > 0]


def _at_most(image: Image.Image, pixels: int) -> Image.Image:
    """The image, smaller where it has more than `pixels`."""
    scale = (pixels / (image.width * image.height)) ** 0.5
    if scale >= 1:
        return image
    size = tuple(max(1, round(length * scale)) for length in image.size)
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _face(row: np.ndarray, seen: tuple[int, int], size: tuple[int, int]) -> Face:
    """A row of `mtcnn`'s for a photo seen at one size, in pixels of its own size."""
    scale = np.divide(size, seen)
    # The centre of the pixel at the top left is (0, 0) at either size.
    points = (np.stack([row[6:11], row[11:16]], axis=1) + 0.5) * scale - 0.5
    corners = np.clip(np.rint(row[1:5].reshape(2, 2) * scale), 0, size).astype(int)
    return Face(tuple(corners.ravel().tolist()), points, float(row[5]))


def _area(face: Face) -> int:
    left, top, right, bottom = face.box
    return max(0, right - left) * max(0, bottom - top)


def _load() -> "MTCNN":
    """`mtcnn` with checked weights, its networks as graphs."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from importlib.resources import files

    from mtcnn import MTCNN
    from mtcnn.stages import StageONet, StagePNet, StageRNet

    folder = Path(str(files("mtcnn"))) / "assets" / "weights"
    stages = [
        _stage(kind, checked(folder / name), side)
        for kind, name, side in zip((StagePNet, StageRNet, StageONet), WEIGHTS, (12, 24, 48), strict=True)
    ]
    # No device: the networks run where TensorFlow put their weights.
    return MTCNN(stages, device=None)


def checked(path: Path) -> Path:
    """The path of a file of `mtcnn`'s weights, whole and unchanged.

    Given by its name alone, `mtcnn` would look in the current folder first and unpickle what lies there.

    Raises:
        WeightsError: it cannot be read, or is not the one pinned in `WEIGHTS`.
    """
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsError(
            f"The face finder's weights cannot be read ({path}: {error.strerror or error}). "
            "Install mtcnn again: pip install --force-reinstall --no-deps mtcnn==1.0.0."
        ) from error
    if found != WEIGHTS[path.name]:
        raise WeightsError(
            f"The face finder's weights are not those of mtcnn 1.0.0 ({path}: sha256 {found[:12]}…, not "
            f"{WEIGHTS[path.name][:12]}…). They were not read. "
            "Install them again: pip install --force-reinstall --no-deps mtcnn==1.0.0."
        )
    return path.resolve()


def _stage(kind: type["StageBase"], weights: Path, side: int) -> "StageBase":
    """A stage of `mtcnn` that calls its network as a graph: layer by layer, as it comes, takes four times as
    long.

    Args:
        side: pixels of the network's input.
    """
    from mtcnn.stages.base import StageBase

    stage = kind(weights=str(weights))
    network = _Graph(stage.model)
    # At a second shape of input the graph becomes one for all shapes, so that no photo waits for another.
    # Eight calls more, and TensorFlow does not warn of graphs built shortly after each other.
    for more in range(10):
        grown = more if kind.__name__ == "StagePNet" else 0
        network(np.zeros((1 + more, side + grown, side + 2 * grown, 3), np.float32))
    StageBase.__init__(stage, stage.name, stage.id, model=network)
    return stage


class _Graph:
    """A network of `mtcnn`, called through the graph that Keras makes for prediction."""

    def __init__(self, model: "Model"):
        model.jit_compile = False  # XLA would compile anew for each size of photo
        self._model = model

    def __call__(self, batch: object) -> list["_Array"]:
        if not len(batch):
            # What TensorFlow says of no candidates, and `mtcnn` expects, without its lines in the log.
            from mtcnn.mtcnn import tf

            raise tf.errors.InvalidArgumentError(None, None, "no candidates")
        outputs = self._model.predict_on_batch(batch)
        if outputs[0].ndim == 4:
            _keep_best(outputs[1])
        return [output.view(_Array) for output in outputs]


class _Array(np.ndarray):
    """An array where `mtcnn` expects a tensor."""

    def numpy(self) -> np.ndarray:
        """The array itself."""
        return self.view(np.ndarray)


def _keep_best(scores: np.ndarray) -> None:
    """Leave the `MAX_PROPOSALS` most face-like places of a proposal network's output, shape (1, h, w, 2)."""
    face = scores[..., 1]
    if face.size > MAX_PROPOSALS:
        limit = np.partition(face.ravel(), -MAX_PROPOSALS)[-MAX_PROPOSALS]
        face[face < limit] = 0

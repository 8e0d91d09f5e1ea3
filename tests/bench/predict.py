"""Bench: from a photo's bytes to its answer as on the Predict page, beside the bare network's forward pass.

A photo is a face of the data set in a larger picture, so that it has to be found and cut out. Loading is
timed in one fresh process and answering in another. The first answer in a browser is `first_answer`'s.
"""

import hashlib
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from itertools import islice
from typing import Any
from unittest.mock import patch

import numpy as np
import streamlit as st
from PIL import Image

from core.data.crops import crop_faces
from core.data.images import DEFAULT, read_image
from core.runs import Run
from core.runs.summary import read_summary
from core.settings import Settings
from core.ui.predict_answers import score, unscored
from core.ui.predict_photos import Photo
from core.ui.predict_reading import read_new
from tests.bench.bare import median_seconds
from tests.bench.conditions import Conditions, Row, apart, host, say
from tests.bench.one_run import train

SIZE, FACE = (1200, 900), (356, 436)
"""Width and height, pixels, of a photo and of the face in it."""
MANY = 20
IMAGES = 100
"""Faces to train on: how well the run answers does not matter here."""
REPEATS, OF_MANY = 15, 5
"""How often one photo and twenty are answered, in turns with the bare network."""

Seconds = dict[str, float]


def bench(conditions: Conditions) -> Iterable[Row]:
    """Loading in stages; then one photo, the bare network, twenty photos and heat maps, warm; medians."""
    with host() as settings:
        say("training a run to ask")
        run = train(conditions.config(limit=IMAGES, epochs=1), settings).run
        precision = run.environment().precision
        photos = apart(photos_with_a_face, conditions)
        cold, warm = apart(cold_seconds, run, settings, photos), apart(warm_seconds, run, settings, photos)
    how = f"one photo of {SIZE[0]} x {SIZE[1]} with one face, {precision}, median of {REPEATS}"
    one, bare, many = (warm.pop(name) for name in ("one photo", "bare", "many"))
    yield Row("one photo, warm", f"{one:.3f} s", "", how)
    yield Row("VGG-16's forward pass", f"{bare:.3f} s", "", "float32, one image, in turns with it")
    yield Row("one photo / forward pass", f"{one / bare:.2f}", "at most 3", "the two above")
    yield Row(
        f"{MANY} photos", f"{many:.2f} s", "", f"threads and one batch, as the page; median of {OF_MANY}"
    )
    yield Row(f"{MANY} photos / one photo", f"{many / one:.1f}", f"below {MANY}", "")
    for what, seconds in {**warm, **cold}.items():
        yield Row(what, f"{seconds:.3f} s", "2 s" if "heat map" in what else "", "")


def photos_with_a_face(conditions: Conditions) -> list[bytes]:
    """JPEGs, each with one face that the finder finds, at places that differ."""
    from core.data.faces import FaceFinder

    finder, faces = FaceFinder(), conditions.dataset()
    photos = (_photo(faces.image(row), row) for row in range(len(faces.frame)))
    return list(islice((p for p in photos if len(finder.find(read_image(p))) == 1), MANY))


def _photo(face: Image.Image, number: int) -> bytes:
    x, y = np.meshgrid(np.linspace(90, 170, SIZE[0]), np.linspace(0, 40, SIZE[1]))
    photo = Image.fromarray(np.stack([x, y + 90, x + y], axis=-1).astype(np.uint8))
    photo.paste(face.resize(FACE), (100 + 37 * number % 600, 60 + 29 * number % 350))
    buffer = BytesIO()
    photo.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def cold_seconds(run: Run, settings: Settings, photos: Sequence[bytes]) -> Seconds:
    """What a process waits for before its first answer; the face finder finds TensorFlow imported."""
    found, image = {}, read_image(photos[0])
    modules = _timed(found, "cold: import TensorFlow and the model's code", _import)
    model = _timed(found, "cold: read the weights", lambda: modules.Predictor(run, settings))
    _timed(found, "cold: first answer, which builds the graph", lambda: model.answers([image]))
    finder = _timed(found, "cold: load the face finder", _finder)
    _timed(found, "cold: find faces in the first photo", lambda: finder.find(image))
    return {**found, "cold: all of it": sum(found.values())}


def warm_seconds(run: Run, settings: Settings, photos: Sequence[bytes]) -> Seconds:
    """Medians of a process that has answered before; keys without a colon are read by `bench`."""
    model, finder, found = _import().Predictor(run, settings), _finder(), {}
    given = [_given(photo) for photo in photos]
    summary, bare = read_summary(run), _bare(run.config().image_size)

    def answer(some: Sequence[Photo]) -> None:
        # A visitor's session, new each time: what was read and scored in it is not looked at again.
        with patch.object(st, "session_state", {}):
            asked = [(photo, "faces") for photo in some]
            read_new(asked, lambda: finder, DEFAULT, lambda done, total: None)
            score(unscored(asked, summary), model)

    image = read_image(photos[0])
    (crop,) = crop_faces(image, finder.find(image))
    found["heat map: first of a model"] = _seconds(lambda: model.explain(crop.image))
    found["heat map: warm"] = median_seconds(lambda: model.explain(crop.image))
    found |= {
        "one photo: decode": median_seconds(lambda: read_image(photos[0])),
        "one photo: find its face": median_seconds(lambda: finder.find(image)),
        "one photo: cut it out": median_seconds(lambda: crop_faces(image, [crop.face])),
        "one photo: ask the model": median_seconds(lambda: model.answers([crop.image])),
    }
    pieces = {"one photo": lambda: answer(given[:1]), "bare": bare}
    found |= _in_turns(pieces, REPEATS)
    return found | _in_turns({"many": lambda: answer(given)}, OF_MANY)


def _in_turns(pieces: dict[str, Callable[[], Any]], repeats: int) -> Seconds:
    """Median seconds of each piece, measured in turns: what else the machine does meets all alike."""
    for piece in pieces.values():
        piece()
    seconds = [{name: _seconds(piece) for name, piece in pieces.items()} for _ in range(repeats)]
    return {name: statistics.median(row[name] for row in seconds) for name in pieces}


def _bare(size: int) -> Callable[[], Any]:
    """VGG-16's convolutions in float32 on one image that is in memory, by a graph."""
    import keras
    import tensorflow as tf

    # Rebuilding a run leaves its precision as Keras's own; here float32 is asked for.
    keras.config.set_dtype_policy("float32")
    network = keras.applications.VGG16(weights=None, include_top=False, input_shape=(size, size, 3))
    image = tf.constant(np.random.default_rng(0).uniform(0, 255, (1, size, size, 3)).astype(np.float32))
    forward = tf.function(lambda: network(image, training=False))
    return lambda: forward().numpy()


def _import() -> Any:
    import core.model.predictor

    return core.model.predictor


def _finder() -> Any:
    from core.data.faces import FaceFinder

    return FaceFinder()


def _given(content: bytes) -> Photo:
    digest = hashlib.sha256(content).hexdigest()
    return Photo(digest, "photo.jpg", content, digest, "upload")


def _timed(found: Seconds, what: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    value = work()
    found[what] = time.perf_counter() - start
    return value


def _seconds(work: Callable[[], Any]) -> float:
    found: Seconds = {}
    _timed(found, "it", work)
    return found["it"]

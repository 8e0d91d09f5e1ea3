"""The models that answer on the Predict page: warmed up when the page opens, a few kept for all visitors.

The one place in the pages that reaches TensorFlow, inside functions: the app opens without it.
"""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from core.runs import RunStore, RunSummary
from core.runs.imagenet import imagenet_cached
from core.settings import Settings
from core.ui.predict_shelf import ModelShelf
from core.ui.resources import settings, store

if TYPE_CHECKING:
    from core.data.faces import FaceFinder
    from core.model.predictor import Predictor

LOOK_S = 0.1
"""How often whoever waits looks at how far loading has come."""
FINDER = "face finder"
NOW = "now"
"""What is being loaded at the moment, for whoever's turn has not come."""
Say = Callable[[str], None]
"""Told in words what is being loaded."""


def loaded(run: RunSummary, box: DeltaGenerator | None = None) -> "Predictor":
    """The run's model.

    Args:
        box: where to tell what it waits for; a place that each run of the page has, lest all below it jumps.

    Raises:
        LineamentError: it cannot be loaded.
    """
    return _wait(_models().ask(_key(run), _loading(run)), _key(run), box)


def face_finder(box: DeltaGenerator | None = None) -> "FaceFinder":
    """What finds faces, for all visitors; as `loaded`.

    Raises:
        LineamentError: it cannot be loaded.
    """
    return _wait(_finders().ask(FINDER, _loading_finder()), FINDER, box)


def warm_up(run: RunSummary) -> None:
    """Load TensorFlow, the run's model and the face finder in the background; returns at once.

    A model whose base weights would have to be downloaded waits until somebody wants an answer.
    """
    if run.config.weights != "imagenet" or imagenet_cached():
        _models().fetch_ahead(_key(run), _loading(run))
        _finders().fetch_ahead(FINDER, _loading_finder())


def _wait(place: "Future[Any]", key: Hashable, box: DeltaGenerator | None) -> Any:
    """What loads, once it is there; meanwhile the page says what is being loaded."""
    if place.done():
        return place.result()
    box, told = box or st.empty(), ""
    while not place.done():
        # Before its turn comes, what loads now is what it waits for.
        if (stage := _stages().get(key) or _stages().get(NOW, "Loading")) != told:
            box.status(f"{stage} … this takes some seconds the first time.")
            told = stage
        time.sleep(LOOK_S)
    box.empty()
    return place.result()


@st.cache_resource(show_spinner=False)
def _models() -> "ModelShelf[Predictor]":
    return ModelShelf(settings().max_models)


@st.cache_resource(show_spinner=False)
def _finders() -> "ModelShelf[FaceFinder]":
    return ModelShelf(1)


@st.cache_resource(show_spinner=False)
def _stages() -> dict[Hashable, str]:
    """What is being loaded, in words, by key."""
    return {}


def _say(key: Hashable) -> Say:
    stages = _stages()
    return lambda words: stages.update({key: words, NOW: words})


def _key(run: RunSummary) -> tuple[str, str | None]:
    """A run that was trained further is another model."""
    return run.id, run.state.ended_at


@st.cache_resource(show_spinner=False)
def _turn() -> threading.Lock:
    """Held while something loads: TensorFlow imported by two threads at once breaks half way."""
    return threading.Lock()


def _loading(run: RunSummary) -> "partial[Predictor]":
    # Streamlit's caches are asked here, not in the thread that loads.
    load = partial(_load, store(), run.id, settings(), _say(_key(run)))
    return partial(_in_turn, _turn(), load)


def _loading_finder() -> "partial[FaceFinder]":
    return partial(_in_turn, _turn(), partial(_load_finder, _say(FINDER)))


def _in_turn(turn: threading.Lock, load: Callable[[], Any]) -> Any:
    with turn:
        return load()


def _load(runs: RunStore, run_id: str, host: Settings, say: Say) -> "Predictor":
    say("Loading TensorFlow")
    from core.model.keras_session import keep_session
    from core.model.predictor import Predictor

    keep_session()
    say("Loading the weights")
    predictor = Predictor(runs.get(run_id), host)
    say("Building the graph")
    # Keras builds its graph at the first answer, as slow as loading is.
    predictor.answers([Image.new("RGB", (1, 1))])
    return predictor


def _load_finder(say: Say) -> "FaceFinder":
    say("Loading TensorFlow and the face finder")
    from core.data.faces import FaceFinder
    from core.model.keras_session import keep_session

    finder = FaceFinder()
    keep_session()
    return finder

"""Streamlit clears Keras after each run of a script once Keras is imported; here it must not."""

import keras
import pytest
from streamlit.runtime.scriptrunner import script_runner

from core.model.keras_session import keep_session
from core.ui import predict_model


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """An entry for each time that Keras is cleared; what a test puts over it goes again."""
    calls: list[bool] = []
    monkeypatch.setattr(keras.backend, "clear_session", lambda free_memory=True: calls.append(free_memory))
    return calls


def test_streamlit_still_clears_keras_after_each_script(counted: list[bool]):
    # Should a later Streamlit do so no more, what follows has nothing to guard against.
    script_runner._clean_problem_modules()
    assert counted == [True]


def test_the_end_of_a_script_leaves_keras_alone(counted: list[bool]):
    keep_session()
    script_runner._clean_problem_modules()
    assert counted == []


def test_a_model_or_a_finder_that_was_loaded_guards_it(counted: list[bool]):
    predict_model._load_finder(lambda words: None)
    script_runner._clean_problem_modules()
    assert counted == []

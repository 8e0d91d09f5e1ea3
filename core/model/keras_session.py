"""Keeps Keras's session where Streamlit would clear it."""

import keras


def keep_session() -> None:
    """Take from Streamlit what it calls after each run of a script, once Keras is imported.

    `keras.backend.clear_session` collects all garbage, 0.2 s that nobody else can use, and drops TensorFlow's
    compiled kernels: at each poll of each visitor. It also pulls the ground from under a model that another
    thread is building.
    """
    keras.backend.clear_session = lambda free_memory=True: None

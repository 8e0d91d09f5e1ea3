"""The pages' words: every code of the run folder has some."""

from typing import get_args

import pytest

from core.runs import State
from core.runs.config import FineTune
from core.ui import vocabulary
from tests.unit.ui.fabricated import CONFIG

STREAMLIT_COLORS = {"red", "orange", "yellow", "blue", "green", "violet", "gray", "grey", "primary"}


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_a_colour_and_an_icon(state: State) -> None:
    words = vocabulary.state_words(state)
    assert words.label and words.explanation.endswith(".") and words.next_step.endswith(".")
    assert words.color in STREAMLIT_COLORS
    assert words.icon.startswith(":material/") and words.icon.endswith(":")


def test_no_two_states_look_the_same() -> None:
    looks = {(words.label, words.icon) for words in vocabulary.STATES.values()}
    assert len(looks) == len(State)


def test_every_depth_of_fine_tuning_has_words() -> None:
    assert set(vocabulary.FINE_TUNE) == set(get_args(FineTune))


@pytest.mark.parametrize(
    ("value", "words"),
    [(1e-5, "0.00001"), (0.1, "0.1"), (0.0, "0"), (3.0, "3"), (0.0034, "0.0034"), (1e-15, "1e-15")],
)
def test_numbers_are_written_as_in_the_report(value: float, words: str) -> None:
    assert vocabulary.number_words(value) == words


def test_an_unknown_phase_is_shown_as_it_is_written() -> None:
    assert vocabulary.phase_words("polishing") == "Polishing"
    assert vocabulary.phase_words("reading data") == "Reading the data"


def test_the_configuration_fits_in_one_line() -> None:
    assert vocabulary.config_line(CONFIG.changed(fine_tune="block5", learning_rate=1e-5, epochs=1)) == (
        "Block 5 · learning rate 0.00001 · dropout 0.5 · no batch norm · 1 epoch · 64 px · 600 images at most"
    )

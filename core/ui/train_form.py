"""The form of the Train page: presets and the six fields above the fold. The rest: `core.ui.train_more`."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.errors import DataError
from core.ui import train_fields
from core.ui.formatting import attribute_words, plain
from core.ui.train_fields import KEYS
from core.ui.train_help import HELP
from core.ui.vocabulary import FINE_TUNE

LEARNING_RATES = ("0.1", "0.01", "0.001", "0.0001", "0.00001")
"""The report tried the first, the third and the last."""
_PRESET = "train_preset"


def choose_preset() -> None:
    """Draw the presets; the one the form amounts to is lit."""
    shown = train_fields.preset_shown()
    st.session_state[_PRESET] = shown.name if shown else None
    st.pills(
        "Start from",
        [preset.name for preset in train_fields.presets()],
        key=_PRESET,
        on_change=_apply_preset,
        help="Fills the fields below. Data, target, weights and seed stay as they are.",
    )
    st.caption(shown.help if shown else "Your own settings.")


def show_six_fields() -> None:
    """Draw the fields that matter most, in two rows of three."""
    first, second = st.columns(3), st.columns(3, vertical_alignment="bottom")
    with first[0]:
        _target()
    with first[1]:
        _learning_rate()
    with first[2]:
        field(st.selectbox, "fine_tune", "Fine-tuning", list(FINE_TUNE), format_func=FINE_TUNE.get)
    with second[0]:
        number_field("dropout", "Dropout", step=0.1, format="%.2f")
    with second[1]:
        number_field("epochs", "Epochs", step=1)
    with second[2]:
        field(st.toggle, "batch_norm", "Batch normalisation")


def field(widget: Callable[..., Any], name: str, label: str, *args: Any, **options: Any) -> None:
    """Draw `widget` for a field of the form; what was typed outlives a visit to another page."""
    widget(label, *args, key=KEYS[name], help=HELP[name], persist_state="session", **options)


def number_field(name: str, label: str, **options: Any) -> None:
    """Draw a number for a field of `TrainConfig`, within that field's bounds."""
    low, high = train_fields.bounds(name)
    if isinstance(options["step"], float):
        low, high = (None if bound is None else float(bound) for bound in (low, high))
    field(st.number_input, name, label, min_value=low, max_value=high, **options)


def _apply_preset() -> None:
    chosen = next(
        (preset for preset in train_fields.presets() if preset.name == st.session_state[_PRESET]), None
    )
    if chosen:
        train_fields.lay_over(chosen.fields)


def _target() -> None:
    try:
        options = train_fields.targets(train_fields.source_chosen())
    except DataError as error:
        st.error(plain(str(error)))
        options = (st.session_state[KEYS["target"]],)
    if st.session_state[KEYS["target"]] not in options:
        st.session_state[KEYS["target"]] = options[0]
    field(st.selectbox, "target", "Target", options, format_func=_capitalised)


def _learning_rate() -> None:
    typed = st.session_state[KEYS["learning_rate"]]
    options = LEARNING_RATES if typed in LEARNING_RATES else (*LEARNING_RATES, typed)
    field(st.selectbox, "learning_rate", "Learning rate", options, accept_new_options=True)


def _capitalised(attribute: str) -> str:
    return attribute_words(attribute).capitalize()

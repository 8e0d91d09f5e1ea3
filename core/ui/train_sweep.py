"""The Sweep tab of the Train page: several values for some fields, every combination a run of one study.

What is not varied comes from the form of the tab beside it. What can be varied: `core.ui.train_sweep_fields`.
"""

from functools import partial
from typing import Any

import streamlit as st

from core.errors import ConfigError, DataError
from core.jobs.studies import submit_grid
from core.runs import TrainConfig
from core.runs.notes import MAX_NAME
from core.runs.studies import MAX_RUNS, Study, grid_configs
from core.ui import train_fields
from core.ui.formatting import count, plain
from core.ui.resources import queue
from core.ui.study_start import show_start_study
from core.ui.train_help import HELP
from core.ui.train_start import checked_config, plain_lines
from core.ui.train_sweep_fields import (
    PROPOSED,
    as_text,
    choices,
    label,
    rest_line,
    values,
    varied_fields,
    words,
)

Grid = dict[str, list[Any]]

FIRST_SWEEP = {"learning_rate": ["0.1", "0.001", "0.00001"]}
"""What a new visitor finds: the report's three learning rates."""
_FIELDS, _NAME = "sweep_fields", "sweep_name"


def show_sweep() -> None:
    """Draw the tab."""
    base = checked_config()
    if base is None:
        st.info("Mend the form under One run first: a sweep starts from it.", icon=":material/arrow_back:")
        return
    st.markdown(
        "Choose what to vary, and several values for each. Every combination is a run; together they are "
        "one study, read as one table."
    )
    _prepare(base)
    fields = st.multiselect(
        "Vary",
        varied_fields(),
        format_func=label,
        key=_FIELDS,
        persist_state="session",
        placeholder="choose a field, such as Learning rate",
        wrap=True,
        help="Every field that the form has. What you do not vary stays as the form has it.",
    )
    texts = _show_values(base, fields)
    st.caption(f"The rest is as under One run: {plain(rest_line(base, fields))}")
    configs, grid = _checked(base, texts)
    st.text_input(
        "Study name", key=_NAME, persist_state="session", max_chars=MAX_NAME, placeholder="optional"
    )
    show_start_study(
        f"Start {count(len(configs), 'run')}" if configs else "Start",
        configs,
        partial(_submit, base, grid),
        "Puts all runs into the queue as one study and shows it live. It goes on after a run that fails.",
    )


def _prepare(base: TrainConfig) -> None:
    """Fill what is new; a field that is varied begins with the form's value."""
    state = st.session_state
    if _FIELDS not in state:
        state[_FIELDS] = list(FIRST_SWEEP)
        for name, texts in FIRST_SWEEP.items():
            state[_key(name)] = texts
    for name in state[_FIELDS]:
        if _key(name) not in state:
            state[_key(name)] = [as_text(name, getattr(base, name))]


def _show_values(base: TrainConfig, fields: list[str]) -> dict[str, list[str]]:
    """Draw the values of each field, two in a row."""
    texts = {}
    for i in range(0, len(fields), 2):
        for column, name in zip(st.columns(2), fields[i : i + 2], strict=False):
            with column:
                texts[name] = _show_field(base, name)
    return texts


def _show_field(base: TrainConfig, name: str) -> list[str]:
    try:
        options = choices(name)
    except DataError as error:
        st.error(plain(str(error)))
        options = [as_text(name, getattr(base, name))]
    shared = {"format_func": partial(words, name), "key": _key(name), "help": HELP[name]}
    if options is not None:
        chosen = [text for text in st.session_state[_key(name)] if text in options]
        if chosen != st.session_state[_key(name)]:
            # Other data have other targets; a widget refuses a value that is none of its options.
            st.session_state[_key(name)] = chosen
        return st.pills(label(name), options, selection_mode="multi", persist_state="session", **shared)
    own = [as_text(name, getattr(base, name)), *st.session_state[_key(name)]]
    return st.multiselect(
        label(name),
        list(dict.fromkeys([*PROPOSED.get(name, ()), *own])),
        accept_new_options=True,
        persist_state="session",
        placeholder="choose, or type a value",
        wrap=True,
        **shared,
    )


def _checked(base: TrainConfig, texts: dict[str, list[str]]) -> tuple[list[TrainConfig], Grid]:
    """The runs and what is varied; ([], {}) where something is wrong, which is said."""
    try:
        grid = {name: values(base, name, chosen) for name, chosen in texts.items()}
        if empty := [label(name) for name, found in grid.items() if not found]:
            st.caption(f"Choose values for {plain(', '.join(empty))}.")
            return [], {}
        configs = grid_configs(base, grid)
        _refuse_unknown_targets(configs)
    except (ConfigError, DataError) as error:
        st.error(plain_lines(str(error)))
        return [], {}
    product = " × ".join(f"{label(name)} ({len(found)})" for name, found in grid.items())
    st.markdown(f"{plain(product)} = **{count(len(configs), 'run')}**, of {MAX_RUNS} at most")
    return configs, grid


def _refuse_unknown_targets(configs: list[TrainConfig]) -> None:
    """Raise DataError when one of the data sets has not a target that it would be trained for."""
    for data, target in dict.fromkeys((config.data, config.target) for config in configs):
        source = train_fields.source_at(data)
        if target not in train_fields.targets(source):
            raise DataError(f"{source.name} has no attribute {target!r}. Vary the data or the target alone.")


def _submit(base: TrainConfig, grid: Grid, token: str) -> Study:
    study = submit_grid(queue(), base, grid, st.session_state.get(_NAME, "").strip(), token=token)
    st.session_state[_NAME] = ""
    return study


def _key(name: str) -> str:
    return f"sweep_{name}_values"

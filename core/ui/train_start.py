"""Start: from the form's values to a run in the queue, once for each form, however often it is clicked."""

import secrets
from collections.abc import Callable

import streamlit as st

from core.data.sources import list_sources
from core.errors import ConfigError, DataError, LineamentError
from core.runs import Run, TrainConfig
from core.ui import train_fields
from core.ui.formatting import plain
from core.ui.resources import queue, settings, store
from core.ui.train_fields import KEYS

_TOKEN, _USED, _TROUBLE = "train_token", "train_token_used", "train_trouble"


def prepare_form() -> None:
    """Fill the form when it is new or the address asks for it, and give it a token of its own.

    `?like=<run id>` copies that run's settings, `?source=<id>` chooses the data; both then leave the address.
    """
    if _TOKEN not in st.session_state or st.session_state.pop(_USED, False):
        st.session_state[_TOKEN] = secrets.token_urlsafe()
    train_fields.fill_first_time()
    if like := st.query_params.pop("like", ""):
        _copy(like)
    if source := st.query_params.pop("source", ""):
        _choose_source(source)


def checked_config() -> TrainConfig | None:
    """What the form holds; says what is wrong with it and gives None when it cannot be trained."""
    try:
        return train_fields.read()
    except ConfigError as error:
        st.error(plain_lines(str(error)))
        return None


def show_start(config: TrainConfig | None) -> None:
    """Draw the page's one primary button."""
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        disabled=config is None,
        on_click=_start,
        help="Puts the run into the queue and shows it live. You may leave the page while it trains.",
    )


def show_trouble() -> None:
    """Say what went wrong when a run was to be started at the last click, such as a full queue."""
    if trouble := st.session_state.pop(_TROUBLE, ""):
        st.error(plain_lines(trouble))


def show_copy_button(run_id: str) -> None:
    """Draw the way back to the form, filled with this run's configuration."""
    # A button and not a link: a link to the page one is on is drawn as chosen.
    st.button(
        "Clone into the form",
        icon=":material/content_copy:",
        help="Fills the form with this run's settings, to start a new run from them.",
        on_click=st.query_params.from_dict,
        args=({"like": run_id},),
    )


def show_form_button() -> None:
    """Draw the way from a run that is not there to the form."""
    st.button("Train a new run", icon=":material/add:", on_click=st.query_params.clear)


def start_like(run: Run, **changes: object) -> None:
    """Start a run with another's configuration but for `changes`; for a button's `on_click`.

    Two clicks make one run, as with the form.
    """
    token = f"like {run.id} {sorted(changes.items())}"
    try:
        _show(queue().submit(run.config().changed(**changes), name=run.notes().name, token=token))
    except LineamentError as error:
        st.session_state[_TROUBLE] = str(error)


def plain_lines(text: str) -> str:
    """Several lines of a message as Markdown, each on its own line."""
    return "  \n".join(plain(line) for line in text.splitlines())


def start_once(submit: Callable[[str], None]) -> bool:
    """Queue something with the form's token; for a button's `on_click`. Gives whether it could be.

    A callback, not `if st.button`: a second click that still carries the old address runs it again with the
    same token, and lands on the same run.
    """
    try:
        submit(st.session_state[_TOKEN])
    except LineamentError as error:
        st.session_state[_TROUBLE] = str(error)
        return False
    st.session_state[_USED] = True
    return True


def _start() -> None:
    def submit(token: str) -> None:
        name = st.session_state[KEYS["name"]].strip()
        _show(queue().submit(train_fields.read(), name=name, token=token))

    if start_once(submit):
        st.session_state[KEYS["name"]] = ""


def _show(run: Run) -> None:
    st.query_params["run"] = run.id


def _copy(run_id: str) -> None:
    try:
        train_fields.fill(store().get(run_id).config())
    except DataError as error:
        st.warning(f"The form holds that run's settings, but not its data. {plain(str(error))}")
    except LineamentError as error:
        st.warning(f"The form could not be filled from that run. {plain(str(error))}")


def _choose_source(source_id: str) -> None:
    if source_id in [source.id for source in list_sources(settings())]:
        st.session_state[KEYS["data"]] = source_id
    else:
        st.warning(plain(f"There is no data source {source_id[:80]!r} here; the form's own choice stays."))

"""What `app.py` and the layers around it have to know of Streamlit's server."""

import atexit
import runpy
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.jobs import Scheduler
from core.jobs.first_run import ensure_first_run
from core.logs import log_error, set_up_logging
from core.runs.hosted import take_in_hosted_runs
from core.ui.formatting import plain
from core.ui.resources import access, settings

INDEX = Path(st.__file__).parent / "static" / "index.html"
"""The page that every address of the front end answers with."""


def show_script_error(error: Exception) -> bool:
    """Say that something went wrong, with the id by which the host finds it; on one's own machine all."""
    if access().host:
        return False
    error_id = log_error(error)
    st.error(
        f"Something went wrong here, not with you. If it happens again, tell the host the number {error_id}. "
        "Reload the page to go on.",
        icon=":material/error:",
    )
    return True


def is_plain_script() -> bool:
    """Whether `app.py` is run as a page's script, as hosts do that know nothing of `st.App`."""
    return get_script_run_ctx(suppress_warning=True) is not None


def refuse_to_start(why: str) -> NoReturn:
    """End the server with these words; as a plain script, show them in the place of the pages."""
    if not is_plain_script():
        sys.exit(why)
    st.error(plain(why))
    st.stop()


def run_as_plain_script(shell: Path) -> None:
    """Draw the pages, and serve the queue for as long as the server lives.

    Without `st.App` there is no cookie: in a demo nobody can train then, and all else works.
    """
    _serve_queue()
    runpy.run_path(str(shell), run_name="__main__")


@st.cache_resource(show_spinner=False)
def _serve_queue() -> None:
    set_up_logging(settings())
    take_in_hosted_runs(settings())
    ensure_first_run(settings())
    stack = ExitStack()
    stack.enter_context(Scheduler(settings()).serving())
    # There is no lifespan here, and trainers should pause with their host all the same.
    atexit.register(stack.close)

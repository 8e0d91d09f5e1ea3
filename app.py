"""The door: hands the shell to Streamlit, puts the layers around it, serves the queue while the server lives.

Run it from any folder: `streamlit run app.py`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.formparsers import MultiPartParser

from core.errors import ConfigError
from core.jobs import Scheduler
from core.jobs.first_run import ensure_first_run
from core.logs import set_up_logging
from core.runs.hosted import take_in_hosted_runs
from core.settings import read_settings
from core.ui.resources import changes
from core.ui.server import (
    INDEX,
    is_plain_script,
    refuse_to_start,
    run_as_plain_script,
    show_script_error,
)
from core.ui.sessions import forgetting_sessions
from core.ui.uploads import uploaded
from core.web import middleware
from core.web.health import health_routes
from core.web.start_checks import refuse_unsafe

SHELL = Path(__file__).resolve().parent / "core" / "ui" / "shell.py"

# Photos stay in memory. By default the server spools an upload of more than 1 MiB to a temporary file; what
# is over `maxUploadSize` and a little more it refuses anyway.
MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + 2) * 2**20


@asynccontextmanager
async def serve_queue(_: st.App) -> AsyncIterator[None]:
    """Start queued runs for as long as the server lives; runs that train outlive it, or pause with it."""
    set_up_logging(settings)
    ensure_first_run(settings)
    with Scheduler(settings).serving():
        async with forgetting_sessions():
            yield
    changes.clear()


try:
    settings = read_settings()
    refuse_unsafe(settings, st.get_option)
    if not is_plain_script():
        take_in_hosted_runs(settings)
except ConfigError as error:
    refuse_to_start(str(error))

if is_plain_script():
    run_as_plain_script(SHELL)
else:
    base = st.get_option("server.baseUrlPath")
    app = st.App(
        SHELL,
        lifespan=serve_queue,
        routes=health_routes(settings, base),
        middleware=middleware(settings, INDEX, base, uploaded),
        on_script_error=show_script_error,
    )

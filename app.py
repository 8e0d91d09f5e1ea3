"""The door: hands the shell to Streamlit and serves the queue of training runs while the server lives.

Run it from any folder: `streamlit run app.py`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.formparsers import MultiPartParser

from core.jobs import Scheduler
from core.settings import read_settings
from core.ui.resources import changes

SHELL = Path(__file__).resolve().parent / "core" / "ui" / "shell.py"

# Photos stay in memory. By default the server spools an upload of more than 1 MiB to a temporary file; what
# is over `maxUploadSize` and a little more it refuses anyway.
MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + 2) * 2**20


@asynccontextmanager
async def serve_queue(_: st.App) -> AsyncIterator[None]:
    """Start queued runs for as long as the server lives; runs that train outlive it."""
    with Scheduler(read_settings()).serving():
        yield
    changes.clear()


app = st.App(SHELL, lifespan=serve_queue)

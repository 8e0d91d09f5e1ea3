"""Addresses of the server that are nobody's business on a demo: answered as if they were not there."""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

CLOSED = re.compile(r".*/_stcore/metrics\s*")
"""Streamlit's numbers: what the code's functions are called, how often each ran, how many are here."""


class ClosedAddresses:
    """Answers 404 at `CLOSED`."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, unless nobody is to ask it."""
        closed = scope["type"] == "http" and CLOSED.fullmatch(scope["path"])
        await (PlainTextResponse("Not found", 404) if closed else self.app)(scope, receive, send)
